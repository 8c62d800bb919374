from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Hours that counted before they had to be validated go on counting."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    lines = env["alumni.participation"].search(
        [("state", "=", "done"), ("hours_state", "=", "reported")]
    )
    lines.write({"hours_state": "validated"})
