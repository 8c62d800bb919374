{
    "name": "Alumni KPI",
    "summary": "Engagement facts, indicators, dashboards and benchmark spreadsheets",
    "version": "19.0.1.0.0",
    "license": "LGPL-3",
    "category": "Marketing",
    "author": "Alumni suite contributors",
    "depends": ["alumni_relations", "spreadsheet_dashboard"],
    "data": [
        "security/ir.model.access.csv",
        "security/alumni_kpi_engagement_rules.xml",
        "views/alumni_kpi_menus.xml",
    ],
}
