"""The wheel of setup.py carries the addons whole, and Odoo finds them."""

import ast
import subprocess
import sys
import zipfile

import pytest

from launcher.home import ADDONS, BRIDGES, REPOSITORY

ALL = (*ADDONS, *BRIDGES)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Build the wheel from a copy of the checkout, as pip does."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    for name in ("setup.py", "README.md", *ALL):
        subprocess.run(["cp", "-r", REPOSITORY / name, source], check=True)
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps"),
            *("--no-build-isolation", "-w", folder, source),
        ],
        check=True,
    )
    (path,) = folder.glob("*.whl")
    return path


def test_wheel_holds_every_file_but_the_tests(wheel):
    inside = set(zipfile.ZipFile(wheel).namelist())
    expected = {
        f"odoo/addons/{path.relative_to(REPOSITORY)}"
        for addon in ALL
        for path in (REPOSITORY / addon).rglob("*")
        if path.is_file()
        and not {"tests", "__pycache__"} & set(path.relative_to(REPOSITORY).parts)
    }
    assert {name for name in inside if ".dist-info/" not in name} == expected


def test_wheel_imports_in_a_clean_environment(laboratory, wheel, tmp_path):
    environment = tmp_path / "venv"
    subprocess.run(
        [*(sys.executable, "-m", "venv", "--without-pip"), environment], check=True
    )
    (site,) = environment.glob("lib/python3*/site-packages")
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", "-q", "--no-deps"),
            *("--target", site, wheel),
        ],
        check=True,
    )
    # Odoo and what it needs come from the side, as in an installation from source.
    (base,) = laboratory.home.venv.glob("lib/python3*/site-packages")
    (site / "odoo-itself.pth").write_text(f"{laboratory.odoo.source}\n{base}\n")
    result = subprocess.run(
        [
            environment / "bin" / "python",
            "-c",
            "import odoo.addons\n"
            "from odoo.modules import module\n"
            "from odoo.tools import config\n"
            "config.parse_config([])\n"
            "module.initialize_sys_path()\n"
            "import odoo.addons.alumni_relations, odoo.addons.alumni_kpi\n"
            "import json\n"
            "print(json.dumps([module.get_module_path(name) for name in "
            f"{ALL!r}]))",
        ],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
    )
    assert result.returncode == 0, result.stderr
    found = ast.literal_eval(result.stdout.splitlines()[-1])
    assert found == [str(site / "odoo" / "addons" / addon) for addon in ALL]
