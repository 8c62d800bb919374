IMPACT_OBJECTIVES = [
    ("learning", "Learning"),
    ("giving", "Giving"),
    ("leadership", "Leadership"),
    ("networking", "Networking"),
    ("promotion", "Promotion"),
]
"""What an alumni programme may change: people learn, give, lead, meet, and promote
their university."""
