from odoo import SUPERUSER_ID, api

RENAMED = {
    "eng_57": ("NPS of events", "NPS", "Score NPS"),
    "pro_08": ("NPS of the institution", "Institution NPS", "NPS établissement"),
    "roi_13": ("Extended return", "Extended (social) return", "Retour élargi"),
}
"""Indicators that were not called as in the catalogue: old name, new one, French."""
FIRST = {"CST": 1000, "ROI": 1200, "PRO": 1800}


def migrate(cr, version):
    """Names and order of the catalogue, unless somebody has chosen others."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    for name, (old, new, french) in RENAMED.items():
        indicator = env.ref(f"alumni_kpi.indicator_{name}", raise_if_not_found=False)
        if indicator and indicator.name == old:
            indicator.name = new
            for code, _label in env["res.lang"].get_installed():
                if code.startswith("fr"):
                    indicator.with_context(lang=code).name = french
    for indicator in env["alumni.indicator"].with_context(active_test=False).search([]):
        group, _dash, number = indicator.code.partition("-")
        if group in FIRST and number.isdigit():
            indicator.sequence = FIRST[group] + 10 * int(number)
