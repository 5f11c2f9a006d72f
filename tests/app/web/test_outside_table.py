"""A report table from outside the product is registered and used: page, files of page and API, command line."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.main import create_app
from app.reports.errors import NoSuchArm
from app.reports.tables import forget_report_table, register_report_table
from app.reports.tables.table import CellKind, Column, ReportTable, Section, TableInputs
from cli.main import app as command_line
from models import Store
from settings import Settings
from tests.client import TestClient
from tests.store_factory import StoreFactory


def _rows(inputs: TableInputs) -> Iterator[tuple[str, int]]:
    for arm in inputs.report.arms:
        yield (arm.name, arm.solved)


SOLVED = ReportTable(
    name="solved_problems",
    title="Solved problems",
    description="One row per arm.",
    columns=(
        Column("arm", "Name of the arm", CellKind.TEXT),
        Column("solved", "Problems with a passing sample"),
    ),
    rows=_rows,
)


@pytest.fixture(autouse=True)
def registered() -> Iterator[None]:
    register_report_table(SOLVED)
    yield
    forget_report_table(SOLVED.name)


@pytest.fixture
def run_id(sqlite_store: Store) -> int:
    factory = StoreFactory(sqlite_store)
    return factory.run(factory.problem_set(problems=3), samples=2)


@pytest.fixture
def client(sqlite_store: Store) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(), sqlite_store)) as opened:
        yield opened


def test_the_page_shows_it_with_its_files(client: TestClient, run_id: int) -> None:
    page = client.get(f"/runs/{run_id}").text
    assert f'href="/runs/{run_id}/solved_problems.csv"' in page
    section = page.split('id="table-solved_problems"')[1].split("</details>")[0]
    assert "Solved problems" in section
    assert 'title="Problems with a passing sample"' in section
    assert section.count("<tr>") == 1 + len(client.get(f"/runs/{run_id}/report.json").json()["arms"])


def test_page_and_api_give_the_same_files(client: TestClient, run_id: int) -> None:
    report = client.get(f"/runs/{run_id}/report.json").json()
    expected = {arm["name"]: arm["solved"] for arm in report["arms"]}
    for base in ("", "/api/v1"):
        text = client.get(f"{base}/runs/{run_id}/solved_problems.csv")
        assert text.headers["content-disposition"] == f'attachment; filename="run-{run_id}-solved-problems.csv"'
        rows = csv.DictReader(io.StringIO(text.content.decode("utf-8-sig")))
        assert {row["arm"]: int(row["solved"]) for row in rows} == expected
        records = client.get(f"{base}/runs/{run_id}/solved_problems.json").json()
        assert {row["arm"]: row["solved"] for row in records} == expected
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    assert paths["/api/v1/runs/{run_id}/solved_problems.csv"]["get"]["description"] == "One row per arm."


def test_rows_that_cannot_be_made_are_an_error_and_not_a_file_that_breaks_off(
    sqlite_store: Store, run_id: int
) -> None:
    def fail(_: TableInputs) -> Iterator[tuple[str, int]]:
        raise NoSuchArm("judge", ["base"])
        yield

    register_report_table(replace(SOLVED, name="failing", rows=fail, section=Section.FILE_ONLY))
    try:
        with TestClient(create_app(Settings(), sqlite_store)) as client:
            answer = client.get(f"/api/v1/runs/{run_id}/failing.csv")
    finally:
        forget_report_table("failing")
    assert answer.status_code == 422
    assert answer.json()["error"] == "There is no arm 'judge' in this run; its arms are: base."


@pytest.mark.usefixtures("run_id")
def test_the_command_line_exports_and_documents_it(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEKHNE_DB", sqlite_store.engine.url.render_as_string(hide_password=False))
    out = tmp_path / "solved.csv"
    done = CliRunner().invoke(
        command_line, ["export", "csv", "--table", "solved-problems", "--out", str(out)], catch_exceptions=False
    )
    assert done.exit_code == 0, done.output
    assert out.read_text("utf-8-sig").startswith("arm,solved\n")
    columns = CliRunner().invoke(command_line, ["export", "columns"], catch_exceptions=False)
    assert "| `solved` | Problems with a passing sample |" in columns.stdout


def test_the_forgotten_table_is_gone_from_the_next_application(sqlite_store: Store, run_id: int) -> None:
    forget_report_table(SOLVED.name)
    try:
        with TestClient(create_app(Settings(), sqlite_store)) as client:
            assert "solved_problems" not in client.get(f"/runs/{run_id}").text
    finally:
        register_report_table(SOLVED)
