from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """The scheduled action of rebuilds calls the method that all background work
    has; what it calls is not updated with the data of the addon."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    env.ref("alumni_kpi.ir_cron_alumni_rebuild").code = "model._cron_run()"
