"""What runs inside Odoo: ``python -m launcher.inside CONFIG DATABASE TASK ARGS``.

Standard output carries the result only; Odoo's log goes to standard error.
"""

import argparse
import contextlib
import json
import os
import sys
from pathlib import Path

from .home import REPOSITORY, Home


@contextlib.contextmanager
def environment(configuration, database):
    """Open the database as the administrator; commit unless an error leaves."""
    from odoo import SUPERUSER_ID, api, tools
    from odoo.modules.registry import Registry

    tools.config.parse_config(
        ["-c", configuration, "-d", database, "--no-http"], setup_logging=True
    )
    with Registry(database).cursor() as cursor:
        root = api.Environment(cursor, SUPERUSER_ID, {})
        yield api.Environment(cursor, root.ref("base.user_admin").id, {})


def task_university(env, people):
    """Set the administrator's password and load the fictional university."""
    env.ref("base.user_admin").password = Home().secret("odoo administrator")
    people = int(people)
    env["ir.config_parameter"].set_param("web.base.url.freeze", "True")
    if people and (REPOSITORY / "data" / "university.py").exists():
        sys.path.insert(0, str(REPOSITORY))
        from data import university

        university.load(env, people=people)
    return 0


def task_import(env, kind, *names):
    """Load files and print what became of their lines.

    The rejected lines of a file go to a file beside it; ``problems_file`` is its
    path, or the list of the paths when several files had some.
    """
    paths = [Path(name) for name in names]
    result = env["alumni.import"].run_files(
        kind, [(str(path), path.read_bytes()) for path in paths]
    )
    env.cr.commit()
    written = [_write_problems(*problem) for problem in result.pop("problems")]
    result["problems_file"] = written[0] if len(written) == 1 else written or None
    print(json.dumps(result, ensure_ascii=False), file=RESULT)
    for name, message in result["errors"]:
        print(f"{name}: {message}", file=sys.stderr)
    if not result["rejected"] and not result["errors"]:
        return 0
    return 1 if result["rejected"] < result["lines"] else 2


def _write_problems(name, content):
    """Write a file of rejected lines, in the current folder when its own is closed."""
    path = Path(name)
    try:
        path.write_bytes(content)
    except PermissionError:
        path = Path(path.name)
        path.write_bytes(content)
    return str(path.resolve())


def task_export(env, period, path):
    """Write the benchmark spreadsheet of the period that ends in a year."""
    env["alumni.benchmark.export"].write_file(int(period), path)
    return 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("configuration")
    parser.add_argument("database")
    parser.add_argument("task")
    parser.add_argument("arguments", nargs="*")
    options = parser.parse_args()
    task = globals()[f"task_{options.task}"]
    from odoo.exceptions import UserError

    try:
        with environment(options.configuration, options.database) as env:
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
