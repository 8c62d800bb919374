"""What runs inside Odoo: ``python -m launcher.inside CONFIG DATABASE TASK ARGS``.

Standard output carries the result only; Odoo's log goes to standard error.
"""

import argparse
import contextlib
import json
import os
import sys
from pathlib import Path

from .database import ROLES
from .home import REPOSITORY, Home

SUPERUSER = 1
COUNTERS = (
    "lines",
    "people_created",
    "people_updated",
    "degrees_created",
    "records_created",
    "rejected",
)


@contextlib.contextmanager
def environment(configuration, database, log_level):
    """Open the database as the administrator; commit unless an error leaves."""
    from odoo import api, tools
    from odoo.modules.registry import Registry

    tools.config.parse_config(
        ["-c", configuration, "-d", database, "--no-http", "--log-level", log_level],
        setup_logging=True,
    )
    with Registry(database).cursor() as cursor:
        root = api.Environment(cursor, SUPERUSER, {})
        yield api.Environment(cursor, root.ref("base.user_admin").id, {})


def task_university(env, people):
    """Set the password and load the fictional university."""
    admin = env.ref("base.user_admin")
    password = Home().secret("odoo administrator")
    admin.password = password
    if int(people):
        # Without an address the administrator could send nothing.
        admin.email = admin.email or "admin@example.org"
        sys.path.insert(0, str(REPOSITORY))
        from data import university

        university.load(env(user=SUPERUSER), people=int(people))
        set_password_of_roles(env, password)
    return 0


def set_password_of_roles(env, password):
    """Who looks at the fictional university looks at it as each role: one password
    opens them all."""
    env["res.users"].search([("login", "in", ROLES)]).password = password


def in_own_language(env):
    """The environment in the language of the institution, for whoever reads what a
    nightly command leaves."""
    return env(context=dict(env.context, lang=env.company._alumni_lang()))


def task_import(env, kind, *names):
    """Load files, print what became of their lines and write the rejected ones down."""
    from odoo.exceptions import UserError

    env = in_own_language(env)
    files = [(name, Path(name).read_bytes()) for name in names]
    try:
        result = env["alumni.import"].run_files(kind, files)
    except UserError as error:
        env.cr.rollback()
        result = {**dict.fromkeys(COUNTERS, 0), "errors": [str(error)]}
    problems = []
    for name, content in result.pop("problems", []):
        # Beside the file that it came from, so that it is found and corrected.
        Path(name).write_bytes(content)
        problems.append(name)
    errors = result.pop("errors", [])
    answer = {name: result[name] for name in COUNTERS}
    answer["problems_file"] = problems[0] if len(problems) == 1 else problems or None
    if errors:
        answer["errors"] = errors
    env.cr.commit()
    print(json.dumps(answer, ensure_ascii=False), file=RESULT)
    if not answer["rejected"] and not errors:
        return 0
    return 1 if answer["rejected"] < answer["lines"] else 2


def task_export(env, period, path):
    """Write the benchmark spreadsheet of the period that ends in a year, and print
    how many values went into it."""
    env = in_own_language(env)
    counts = env["alumni.benchmark.export"].write_file(int(period), path)
    answer = {"file": path, "values": counts["cells"], "hidden": counts["hidden"]}
    print(json.dumps(answer, ensure_ascii=False), file=RESULT)
    return 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--log-level", default="info")
    parser.add_argument("configuration")
    parser.add_argument("database")
    parser.add_argument("task")
    parser.add_argument("arguments", nargs="*")
    options = parser.parse_args()
    task = globals()[f"task_{options.task}"]
    from odoo.exceptions import UserError

    try:
        with environment(
            options.configuration, options.database, options.log_level
        ) as env:
            return task(env, *options.arguments)
    except UserError as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    # Whatever Odoo or a library prints must not end up in the result.
    RESULT = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    code = main()
    RESULT.flush()
    sys.exit(code)
