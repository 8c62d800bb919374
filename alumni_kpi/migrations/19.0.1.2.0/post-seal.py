from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Periods that were closed before closings were recorded get their fingerprint:
    what is frozen of them is kept as it is."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    for period in env["alumni.period"].search([("state", "=", "closed")]):
        if not period.closing_id:
            env["alumni.closing"]._record(period)._seal()
