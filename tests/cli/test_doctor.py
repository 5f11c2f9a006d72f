"""The doctor says what is there, what is missing and what to do; its exit code says whether the main job can run."""

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

Tekhne = Callable[..., "CompletedProcess[str]"]
pytestmark = pytest.mark.go


def findings(finished: "CompletedProcess[str]") -> dict[str, dict[str, str]]:
    return {one["check"]: one for one in json.loads(finished.stdout)["checks"]}


def test_a_machine_that_can_do_the_main_job_is_healthy(tekhne: Tekhne) -> None:
    assert tekhne("toolchain", "build", timeout=800).returncode == 0
    finished = tekhne("doctor", "--json")
    found = findings(finished)
    assert finished.returncode == 0, found
    assert json.loads(finished.stdout)["healthy"] is True
    assert set(found) == {"python", "go", "go programs", "sandbox", "torch", "database", "disk", "models"}
    assert found["go"]["sentence"].startswith("go1.2")
    assert "x/tools v" in found["go programs"]["sentence"]
    assert found["sandbox"]["health"] == "ok"
    assert found["database"]["sentence"].endswith("new.")
    assert {"demo-base", "demo-critic"} <= {
        Path(name.strip()).name for name in found["models"]["sentence"].split(",")
    }


def test_people_get_a_table(tekhne: Tekhne) -> None:
    finished = tekhne("doctor")
    assert "tekhne doctor" in finished.stdout
    assert "sandbox" in finished.stdout


def test_looking_makes_nothing(tekhne: Tekhne, tmp_path: Path) -> None:
    tekhne("doctor", "--json")
    assert not (tmp_path / "data/tekhne.db").exists()


@pytest.mark.parametrize(
    ("variable", "value", "check", "says"),
    [
        ("TEKHNE_GO", "/nowhere/go", "go", "is not a go command"),
        ("TEKHNE_DB", "postgresql://nobody@127.0.0.1:1/none", "database", "cannot be opened"),
    ],
)
def test_what_is_broken_is_named_and_the_exit_code_is_one(
    tekhne: Tekhne, variable: str, value: str, check: str, says: str
) -> None:
    finished = tekhne("doctor", "--json", **{variable: value})
    assert finished.returncode == 1
    found = findings(finished)[check]
    assert found["health"] == "failed"
    assert says in found["sentence"]


def test_a_foreign_database_is_told_apart(tekhne: Tekhne, tmp_path: Path) -> None:
    import sqlite3

    with sqlite3.connect(tmp_path / "other.db") as connection:
        connection.execute("CREATE TABLE customers (id INTEGER)")
    connection.close()
    finished = tekhne("doctor", "--json", TEKHNE_DB=str(tmp_path / "other.db"))
    assert finished.returncode == 1
    assert "another program" in findings(finished)["database"]["sentence"]


def test_a_newer_database_is_told_apart_and_the_way_out_named(tekhne: Tekhne, tmp_path: Path) -> None:
    import sqlite3

    file = tmp_path / "newer.db"
    assert tekhne("migrate", TEKHNE_DB=str(file)).returncode == 0
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE tekhne_schema_version SET version_num = '9999'")
    connection.close()
    finished = tekhne("doctor", "--json", TEKHNE_DB=str(file))
    assert finished.returncode == 1
    assert "newer Tekhne" in (sentence := findings(finished)["database"]["sentence"])
    assert "update Tekhne" in sentence
