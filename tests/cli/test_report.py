"""`tekhne report`, `compare`, `export csv` and `import-results` as a person runs them."""

import csv
import io
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.migrate import open_store
from tests.store_factory import StoreFactory
from worker.runs.counting import recount

Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def database(tmp_path: Path) -> str:
    """The URL of a store that holds two runs over twelve problems."""
    url = f"sqlite:///{tmp_path / 'filled.db'}"
    store = open_store(url)
    factory = StoreFactory(store)
    version = factory.problem_set("their-set")
    runs = [factory.run(version), factory.run(version, name="second")]
    with store.writer() as session:
        for run in runs:
            recount(session, run)
    store.close()
    return url


def test_the_report_of_the_latest_run_is_markdown_with_its_verdict(tekhne: Command, database: str) -> None:
    done = tekhne("report", TEKHNE_DB=database)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("# second (run 2)\n\n**The critic fixed ")


def test_the_report_is_json_on_demand_and_equals_the_file(tekhne: Command, database: str, tmp_path: Path) -> None:
    out = tmp_path / "report.json"
    shown = tekhne("report", "1", "--format", "json", TEKHNE_DB=database)
    kept = tekhne("report", "1", "--format", "json", "--out", str(out), TEKHNE_DB=database)
    assert (shown.returncode, kept.returncode) == (0, 0)
    assert json.loads(out.read_text()) == json.loads(shown.stdout)


def test_two_runs_are_compared_with_their_arms(tekhne: Command, database: str) -> None:
    done = tekhne("compare", "1", "2", "--left-arm", "critic", "--right-arm", "critic", TEKHNE_DB=database)
    assert done.returncode == 0, done.stderr
    assert "# critic against resampling (run 1), critic → second (run 2), critic" in done.stdout


@pytest.mark.parametrize(
    ("table", "rows"), [("attempts", 144), ("problems", 12), ("flips", 24), ("pass-at-k", 18)]
)
def test_each_table_is_written_whole(
    tekhne: Command, database: str, tmp_path: Path, table: str, rows: int
) -> None:
    out = tmp_path / "table.csv"
    done = tekhne("export", "csv", "1", "--table", table, "--out", str(out), TEKHNE_DB=database)
    assert done.returncode == 0, done.stderr
    assert len(list(csv.reader(io.StringIO(out.read_bytes().decode("utf-8-sig"), newline="")))) == rows + 1


def test_foreign_results_are_imported_and_reported(tekhne: Command, database: str, tmp_path: Path) -> None:
    file = tmp_path / "other.jsonl"
    file.write_text('{"task_id": "their-set/0", "completion": "return 1", "passed": true}\n')
    done = tekhne("import-results", str(file), "--problems", "their-set", TEKHNE_DB=database)
    assert done.stdout == "1 results on 1 problems are now run 3: `tekhne report 3` shows them.\n", done.stderr
    assert tekhne("report", "3", TEKHNE_DB=database).stdout.startswith("# other (run 3)")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["report", "9"], "There is no run '9': give `latest` or one of 2, 1."),
        (["report", "-1"], "No such option"),
        (
            ["compare", "1", "2", "--right-arm", "prompted"],
            "no arm 'prompted' in this run; its arms are: base, critic",
        ),
        (["export", "csv", "1", "--out", "no/such/folder/x.csv"], "no/such/folder/x.csv cannot be written"),
        (["import-results", "missing.jsonl", "--problems", "tekhne-fresh"], "missing.jsonl cannot be read"),
    ],
)
def test_mistakes_end_in_one_sentence(tekhne: Command, database: str, arguments: list[str], said: str) -> None:
    done = tekhne(*arguments, TEKHNE_DB=database)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_an_empty_store_has_nothing_to_report(tekhne: Command, tmp_path: Path) -> None:
    done = tekhne("report", TEKHNE_DB=f"sqlite:///{tmp_path / 'empty.db'}")
    assert (done.returncode, done.stdout) == (2, "")
    assert "The store holds no runs yet" in done.stderr
