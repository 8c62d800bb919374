"""The files for production fit together; no Docker engine is needed to see that."""

import ast
import configparser
import subprocess

import pytest
import yaml

from launcher.home import ADDONS, BRIDGES, REPOSITORY

DOCKER = REPOSITORY / "docker"


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((DOCKER / "compose.yaml").read_text())


def instructions():
    lines = (DOCKER / "Dockerfile").read_text().splitlines()
    return [line.split() for line in lines if line and not line.startswith("#")]


def test_image_is_odoo_19_with_the_addons():
    words = instructions()
    assert words[0] == ["FROM", "odoo:19.0"]
    for addon in (*ADDONS, *BRIDGES):
        assert ["COPY", addon, f"/mnt/extra-addons/{addon}"] in words
    # What is copied exists, and the image does not run as root.
    for line in words:
        if line[0] == "COPY":
            assert (REPOSITORY / line[1]).exists()
    assert [line for line in words if line[0] == "USER"][-1] == ["USER", "odoo"]


def test_what_is_copied_reaches_the_build():
    ignored = (DOCKER / "Dockerfile.dockerignore").read_text().splitlines()
    assert ignored[0] == "*"
    for line in instructions():
        if line[0] == "COPY":
            assert f"!{line[1]}" in ignored


def test_every_lasting_service_has_a_health_check(compose):
    for name, service in compose["services"].items():
        if "profiles" not in service:
            assert service["healthcheck"]["test"][0] == "CMD", name
            assert service["restart"] == "unless-stopped", name


def test_references_are_defined(compose):
    for name, service in compose["services"].items():
        for kind in ("secrets", "networks"):
            assert set(service.get(kind, [])) <= set(compose[kind]), (name, kind)
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("./"):
                assert (DOCKER / source).exists(), (name, source)
            else:
                assert source in compose["volumes"], (name, source)
        for other in service.get("depends_on", {}):
            assert other in compose["services"]
        build = service.get("build")
        if build:
            assert (DOCKER / build["context"] / build["dockerfile"]).is_file()


def test_no_password_is_written_down(compose):
    for secret in compose["secrets"].values():
        assert set(secret) == {"file"}
    for name, service in compose["services"].items():
        for variable in service.get("environment", {}):
            if "PASSWORD" in variable:
                assert variable.endswith("_FILE"), (name, variable)
    assert "/docker/secrets/" in (REPOSITORY / ".gitignore").read_text()


def test_only_the_proxy_listens_and_only_here(compose):
    with_ports = {n for n, s in compose["services"].items() if s.get("ports")}
    assert with_ports == {"proxy"}
    assert compose["services"]["proxy"]["ports"][0].startswith(
        "${ALUMNI_LISTEN:-127.0.0.1:"
    )
    assert compose["services"]["db"]["networks"] == ["inside"]
    assert compose["networks"]["inside"]["internal"] is True


def test_web_and_scheduled_work_are_apart(compose):
    web = compose["services"]["odoo"]["command"]
    cron = compose["services"]["cron"]["command"]
    assert "--workers" in web and "--max-cron-threads 0" in web
    assert "--proxy-mode" in web
    assert "--no-http" in cron and "--max-cron-threads 2" in cron


def test_configuration_is_known_to_odoo(laboratory):
    settings = configparser.RawConfigParser()
    settings.read(DOCKER / "odoo.conf")
    assert settings["options"]["list_db"] == "False"
    assert settings["options"]["proxy_mode"] == "True"
    script = (
        "from odoo.tools import config\n"
        "config.parse_config([])\n"
        "print(sorted(config.options_index if hasattr(config, 'options_index')"
        " else config.options))\n"
    )
    result = subprocess.run(
        [laboratory.odoo.python, "-c", script],
        env=laboratory.odoo.environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    known = set(ast.literal_eval(result.stdout.splitlines()[-1]))
    assert set(settings["options"]) <= known


def test_first_start_script_is_shell():
    subprocess.run(["sh", "-n", DOCKER / "initdb.sh"], check=True)
    text = (DOCKER / "initdb.sh").read_text()
    for extension in ("pg_trgm", "unaccent", "btree_gist"):
        assert f"CREATE EXTENSION {extension};" in text


def test_sql_of_the_first_start_runs(laboratory):
    """The statements work on a real server, with the names taken out of the way."""
    text = (DOCKER / "initdb.sh").read_text()
    sql = text.split("<<'SQL'\n")[1].split("\nSQL")[0]
    name = laboratory.clone_empty()
    laboratory.drop(name)
    sql = sql.replace("ROLE alumni", f'ROLE "{name}"')
    sql = sql.replace(
        "DATABASE alumni OWNER alumni", f'DATABASE "{name}" OWNER "{name}"'
    )
    sql = sql.replace("\\connect alumni", f"\\connect {name}")
    path = laboratory.home.path / "initdb.sql"
    path.write_text(sql)
    try:
        result = laboratory.server.run(
            *("psql", "-X", "-v", "ON_ERROR_STOP=1", "-v", "password=o'ne"),
            *("-f", str(path)),
            admin=True,
        )
        assert result.returncode == 0, result.stderr
        assert laboratory.server.exists(name)
    finally:
        path.unlink()
        admin = laboratory.server
        admin.run("dropdb", "--if-exists", "--force", name, admin=True)
        admin.query(f'DROP ROLE IF EXISTS "{name}"', admin=True)
