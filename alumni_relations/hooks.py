from odoo.tools import SQL


def uninstall_hook(env):
    """Drop the staging tables of imports that were not finished: no model owns
    them, so Odoo does not know of them."""
    rows = env.execute_query(
        SQL(
            """
            SELECT relname FROM pg_class
            WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace
            AND relname ~ '^alumni_import_stage_[0-9]+$'
            """
        )
    )
    for (name,) in rows:
        env.cr.execute(SQL("DROP TABLE %s", SQL.identifier(name)))
