"""The figures of a university, worked out a second time.

Everything here reads the raw tables of the records and the written definitions of the
indicators (docs/), and nothing that the addons derive: no stored field of people, no
fact, no person-year, no cube. DuckDB does the arithmetic, another database engine than
the one that the addons use. What both agree on is not a slip of either.
"""
