"""docker-compose.yml can be read, starts commands that there are, and gives no container more than it needs.

That a sandbox works with so little is tried in `tests/worker/ruler/test_container.py`.
"""

import subprocess
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from sqlalchemy import text

from models import Store
from settings import Settings
from worker.teachers.teacher import registered

ROOT = Path(__file__).resolve().parents[2]
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
OURS = ("web", "worker", "worker-gpu")
WORKERS = ("worker", "worker-gpu")


def test_each_service_of_ours_starts_a_command_that_there_is() -> None:
    for name in OURS:
        words = SERVICES[name]["command"].split()
        assert words[0] == "tekhne"
        shown = subprocess.run(
            [str(ROOT / ".venv/bin/tekhne"), words[1], "--help"], capture_output=True, text=True, check=True
        )
        assert all(option in shown.stdout for option in words[2:] if option.startswith("--"))


def test_only_settings_that_there_are_are_set() -> None:
    known = {f"TEKHNE_{name.upper()}" for name in Settings.model_fields}
    for name in OURS:
        assert {one for one in SERVICES[name]["environment"] if one.startswith("TEKHNE_")} <= known


def test_every_teacher_s_key_reaches_the_workers_and_none_the_web_process() -> None:
    keys = {key for teacher in registered() for key in teacher.key_names}
    secrets = {f"TEKHNE_{name.upper()}" for name in Settings.model_fields if name.endswith("_key")}
    for name in WORKERS:
        assert keys | secrets | {"HF_TOKEN"} <= set(SERVICES[name]["environment"])
    assert not (keys | secrets) & set(SERVICES["web"]["environment"])


def test_no_container_is_root_privileged_writable_or_left_dead() -> None:
    for name, service in SERVICES.items():
        assert service["restart"] == "unless-stopped"
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in service["security_opt"]
        assert service["healthcheck"]["test"]
        assert not {"privileged", "cap_add"} & service.keys(), name
    assert SERVICES["postgres"]["user"] == "postgres"
    last_user = [line for line in (ROOT / "Dockerfile").read_text().splitlines() if line.startswith("USER ")][-1]
    assert last_user == "USER tekhne"


def test_only_workers_get_calls_that_a_sandbox_needs_and_only_one_profile_takes_gpus() -> None:
    for name, service in SERVICES.items():
        profile = f"seccomp={Path('docker') / 'seccomp.json'}"
        assert (profile in service["security_opt"]) == (name in WORKERS)
    assert (ROOT / "docker" / "seccomp.json").is_file()
    assert SERVICES["worker-gpu"]["profiles"] == ["gpu"]
    assert [name for name, service in SERVICES.items() if "deploy" in service] == ["worker-gpu"]
    assert "ARG TORCH_BACKEND" in (ROOT / "Dockerfile").read_text()
    assert SERVICES["worker"]["build"]["args"] == {"TORCH_BACKEND": "${TORCH_BACKEND:-}"}


def test_the_store_s_password_may_hold_any_sign(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "PGPASSWORD" in SERVICES["web"]["environment"]
    assert "PASSWORD" not in SERVICES["web"]["environment"]["TEKHNE_DB"]
    password = "p@ss/w:rd%20 \"$x'"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(psycopg.sql.SQL("CREATE ROLE picky LOGIN PASSWORD {}").format(password))
        row = connection.execute("SHOW hba_file").fetchone()
        assert row is not None
        rules = Path(row[0])
        before = rules.read_text()
        rules.write_text(f"local all picky scram-sha-256\nhost all picky all scram-sha-256\n{before}")
        connection.execute("SELECT pg_reload_conf()")
        try:
            monkeypatch.setenv("PGPASSWORD", password)
            url = Settings(db=postgres_url.replace("postgres@", "picky@")).store_url
            store = Store.open(url, create=False)
            with store.reader() as session:
                assert session.scalar(text("SELECT current_user")) == "picky"
            store.close()
        finally:
            rules.write_text(before)
            connection.execute("SELECT pg_reload_conf()")
            connection.execute("DROP ROLE picky")


def test_the_worker_waits_for_tables_and_the_check_of_the_web_process_shows_the_token() -> None:
    for name in WORKERS:
        assert SERVICES[name]["depends_on"]["web"]["condition"] == "service_healthy"
    program = SERVICES["web"]["healthcheck"]["test"][-1]
    compile(program, "healthcheck", "exec")
    assert "TEKHNE_TOKEN" in program


def test_the_image_holds_no_secrets_of_whoever_built_it() -> None:
    assert ".env" in (ROOT / ".dockerignore").read_text().splitlines()
