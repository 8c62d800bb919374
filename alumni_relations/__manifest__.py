{
    "name": "Alumni Relations",
    "summary": "Graduates, ambassadors, gifts, programmes and newsletters",
    "version": "19.0.1.0.0",
    "license": "LGPL-3",
    "category": "Marketing",
    "author": "Alumni suite contributors",
    "depends": [
        "contacts",
        "event",
        "survey",
        "mass_mailing",
        "mass_mailing_event",
        "phone_validation",
        "portal",
    ],
    "data": [
        "security/alumni_groups.xml",
        "security/ir.model.access.csv",
        "security/alumni_rules.xml",
        "views/alumni_menus.xml",
    ],
    "application": True,
}
