"""Makes the addons installable with pip, as ``odoo.addons.*``, beside any Odoo 19."""

import ast
from pathlib import Path

from setuptools import setup

HERE = Path(__file__).resolve().parent
ADDONS = ("alumni_relations", "alumni_kpi", "alumni_relations_timesheet")
MANIFEST = ast.literal_eval((HERE / ADDONS[0] / "__manifest__.py").read_text())


def packages(addon):
    """Return the dotted names of an addon's folders of Python code."""
    return sorted(
        "odoo.addons." + ".".join(path.parent.relative_to(HERE).parts)
        for path in (HERE / addon).rglob("__init__.py")
        if "tests" not in path.relative_to(HERE).parts
    )


def data(addon):
    """Return the files of an addon that no package of Python holds, tests left out:
    data, and scripts of migrations, which Odoo runs by their path."""
    return sorted(
        str(path.relative_to(HERE / addon))
        for path in (HERE / addon).rglob("*")
        if path.is_file()
        and (path.suffix not in (".py", ".pyc") or path.match("migrations/*/*.py"))
        and "tests" not in path.relative_to(HERE).parts
    )


setup(
    name="odoo-addons-alumni",
    version=MANIFEST["version"],
    description="Alumni relations and their indicators, for Odoo 19",
    license="LGPL-3.0-only",
    author=MANIFEST["author"],
    python_requires=">=3.10",
    packages=[name for addon in ADDONS for name in packages(addon)],
    package_dir={f"odoo.addons.{addon}": addon for addon in ADDONS},
    package_data={f"odoo.addons.{addon}": data(addon) for addon in ADDONS},
    install_requires=["xlsxwriter", "openpyxl"],
    zip_safe=False,
)
