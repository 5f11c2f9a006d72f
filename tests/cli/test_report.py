"""`tekhne report`, `compare`, `export csv` and `import-results` as a person runs them.

A process of its own takes seconds to start, so only what a process decides (exit code, standard error) has one; the
rest runs the same commands inside the test.
"""

import csv
import io
import json
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from cli.store import open_store
from models.errors import TekhneError
from tests.store_factory import StoreFactory
from worker.runs.counting import recount

Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URL of a store that holds two runs over twelve problems; commands inside the test use it."""
    url = f"sqlite:///{tmp_path / 'filled.db'}"
    store = open_store(url)
    factory = StoreFactory(store)
    version = factory.problem_set("their-set")
    runs = [factory.run(version), factory.run(version, name="second")]
    with store.writer() as session:
        for run in runs:
            recount(session, run)
    store.close()
    monkeypatch.setenv("TEKHNE_DB", url)
    return url


def said(*arguments: str) -> str:
    """What a command that succeeds prints."""
    done = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_the_report_of_the_latest_run_is_markdown_with_its_verdict(tekhne: Command, database: str) -> None:
    done = tekhne("report", TEKHNE_DB=database)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("# second (run 2)\n\n**")
    assert "The critic fixed " in done.stdout.splitlines()[2]


@pytest.mark.usefixtures("database")
def test_the_report_is_json_on_demand_and_equals_the_file(tmp_path: Path) -> None:
    out = tmp_path / "report.json"
    shown = said("report", "1", "--format", "json")
    said("report", "1", "--format", "json", "--out", str(out))
    assert json.loads(out.read_text()) == json.loads(shown)


@pytest.mark.usefixtures("database")
def test_two_runs_are_compared_with_their_arms() -> None:
    shown = said("compare", "1", "2", "--left-arm", "critic", "--right-arm", "critic")
    assert shown.startswith("# critic against resampling (run 1), critic → second (run 2), critic")


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("table", "rows"), [("attempts", 144), ("problems", 12), ("flips", 24), ("pass-at-k", 17)]
)
def test_each_table_is_written_whole(tmp_path: Path, table: str, rows: int) -> None:
    out = tmp_path / "table.csv"
    said("export", "csv", "1", "--table", table, "--out", str(out))
    assert len(list(csv.reader(io.StringIO(out.read_bytes().decode("utf-8-sig"), newline="")))) == rows + 1


def read_table(folder: Path, table: str) -> list[dict[str, str]]:
    """A table as anybody's program reads it."""
    out = folder / f"{table}.csv"
    said("export", "csv", "1", "--table", table, "--out", str(out))
    with out.open(newline="", encoding="utf-8-sig") as lines:
        return list(csv.DictReader(lines, strict=True))


@pytest.mark.usefixtures("database")
def test_the_tables_hold_the_numbers_of_the_report(tmp_path: Path) -> None:
    report = json.loads(said("report", "1", "--format", "json"))
    table = [row for row in read_table(tmp_path, "pass-at-k") if row["statistic"].endswith("pass_at_k")]
    told = [(arm["name"], at["k"], at["estimate"]) for arm in report["arms"] for at in arm["pass_at_k"]]
    assert [(row["arm"], int(row["k"])) for row in table] == [(name, k) for name, k, _ in told]
    for row, (_, _, one) in zip(table, told, strict=True):
        # A file has six digits.
        found = [float(row[name]) for name in ("value", "low", "high")]
        assert found == pytest.approx([one["value"], one["interval"]["low"], one["interval"]["high"]], rel=1e-5)
    problems = read_table(tmp_path, "problems")
    for arm in report["arms"]:
        for count in ("scored", "passed", "unscored"):
            assert sum(int(row[f"{arm['name']}_{count}"]) for row in problems) == arm[count]


@pytest.mark.usefixtures("database")
def test_the_attempts_and_the_flips_count_up_to_the_report(tmp_path: Path) -> None:
    report = json.loads(said("report", "1", "--format", "json"))
    attempts = Counter((row["arm"], row["verdict"]) for row in read_table(tmp_path, "attempts"))
    assert {arm["name"]: attempts[arm["name"], "passed"] for arm in report["arms"]} == {
        arm["name"]: arm["passed"] for arm in report["arms"]
    }
    moves = Counter((row["left"], row["right"], row["move"]) for row in read_table(tmp_path, "flips"))
    assert report["pairs"]
    for pair in report["pairs"]:
        for move in ("fixed", "broken", "both", "neither"):
            assert moves[pair["left"], pair["right"], move] == pair["problems"][move], (pair["right"], move)


def test_a_table_goes_to_standard_output_byte_for_byte(tekhne: Command, database: str, tmp_path: Path) -> None:
    out = tmp_path / "table.csv"
    said("export", "csv", "1", "--table", "flips", "--out", str(out))
    done = tekhne("export", "csv", "1", "--table", "flips", TEKHNE_DB=database)
    assert done.returncode == 0, done.stderr
    assert done.stdout == out.read_text(encoding="utf-8")


@pytest.mark.usefixtures("database")
def test_foreign_results_are_imported_and_reported(tmp_path: Path) -> None:
    file = tmp_path / "other.jsonl"
    file.write_text('{"task_id": "their-set/0", "completion": "return 1", "passed": true}\n')
    shown = said("import-results", str(file), "--problems", "their-set")
    assert shown == "1 result on 1 problem: now run 3, which `tekhne report 3` shows.\n"
    again = said("import-results", str(file), "--problems", "their-set")
    assert again == "1 result on 1 problem: already run 3, which `tekhne report 3` shows.\n"
    assert said("report", "3").startswith("# other (run 3)")


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["report", "9"], "There is no run '9': give `latest` or one of 2, 1."),
        (["report", "one"], "There is no run 'one'"),
        (
            ["compare", "1", "2", "--right-arm", "prompted"],
            "no arm 'prompted' in this run; its arms are: base, critic",
        ),
        (["export", "csv", "1", "--out", "no/such/folder/x.csv"], "no/such/folder/x.csv cannot be written"),
        (["import-results", "missing.jsonl", "--problems", "their-set"], "missing.jsonl cannot be read"),
    ],
)
def test_mistakes_are_errors_that_a_user_can_cause(arguments: list[str], sentence: str) -> None:
    error = CliRunner().invoke(app, arguments).exception
    assert isinstance(error, TekhneError)
    assert sentence in str(error)
    assert error.exit_code == 2


def test_an_empty_store_has_nothing_to_report(tekhne: Command, tmp_path: Path) -> None:
    done = tekhne("report", TEKHNE_DB=f"sqlite:///{tmp_path / 'empty.db'}")
    assert (done.returncode, done.stdout) == (2, "")
    assert "The store holds no runs yet" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_claimed_loss_is_no_option() -> None:
    for text in ("-3.4 points on 30", "−3.4 points on 30"):
        assert said("claim", text).startswith("−3.4 pp on 30 problems is 1 problem.")
