{
    "name": "Alumni Relations: costs from analytic lines",
    "summary": "Expenses and time sheets of an event or programme become its costs",
    "version": "19.0.1.0.0",
    "license": "LGPL-3",
    "category": "Marketing",
    "author": "Alumni suite contributors",
    "depends": ["alumni_relations", "analytic", "hr_timesheet"],
    "data": [
        "data/ir_cron_data.xml",
        "views/account_analytic_account_views.xml",
        "views/alumni_cost_line_views.xml",
    ],
    "auto_install": True,
}
