"""docker-compose.yml can be read, starts commands that there are, and its health check is let in."""

import subprocess
from pathlib import Path

import yaml

from settings import Settings

ROOT = Path(__file__).resolve().parents[2]
SERVICES = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
OURS = ("web", "worker")


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
        assert set(SERVICES[name]["environment"]) - {"<<"} <= known


def test_the_worker_waits_for_tables_and_the_check_of_the_web_process_shows_the_token() -> None:
    assert SERVICES["worker"]["depends_on"]["web"]["condition"] == "service_healthy"
    program = SERVICES["web"]["healthcheck"]["test"][-1]
    compile(program, "healthcheck", "exec")
    assert "TEKHNE_TOKEN" in program


def test_the_image_holds_no_secrets_of_whoever_built_it() -> None:
    assert ".env" in (ROOT / ".dockerignore").read_text().splitlines()
