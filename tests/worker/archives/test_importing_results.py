"""Results of another harness: stored as they are, refused by line and field, never stored twice."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from app.reporting import StoredInputs, read_report
from app.reports.sample_tables import arms_from_rows
from app.reports.tables import find_report_table
from app.reports.tables.attempts import ATTEMPTS, rows_from_csv
from models import Attempt, Run, Store
from models.enums import RunKind, Verdict
from tests.store_factory import StoreFactory
from worker.archives.errors import BadForeignResult, UnknownProblemSet
from worker.archives.foreign_results import read_results
from worker.archives.importing import ImportedResults, import_results
from worker.problem_sets.errors import SourceError

TABLES = ("attempts", "problems")
GOOD = [
    {"task_id": "tekhne-fresh/0", "completion": "return 1", "passed": True},
    {"task_id": "tekhne-fresh/1", "completion": "return 2", "passed": False},
    {"task_id": "tekhne-fresh/0", "completion": "return 3\x00", "passed": False, "model": "other"},
    {"task_id": "tekhne-fresh/2", "completion": "", "passed": None},
]


def written(tmp_path: Path, rows: list[Any]) -> str:
    path = tmp_path / "results.jsonl"
    path.write_text("".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows))
    return str(path)


def imported(
    store: Store, path: str, problem_set: str = "tekhne-fresh", name: str = "other model"
) -> ImportedResults:
    with store.writer() as session:
        results = read_results(path)
        return import_results(session, results, source="results.jsonl", problem_set=problem_set, name=name)


def test_results_become_a_run_with_a_report(store: Store, tmp_path: Path) -> None:
    StoreFactory(store).problem_set()
    done = imported(store, written(tmp_path, GOOD))
    assert (done.problems, done.samples, done.known) == (3, 4, False)
    with store.reader() as session:
        run = session.get_one(Run, done.run_id)
        report = read_report(session, done.run_id)
        verdicts = session.scalars(select(Attempt.verdict).order_by(Attempt.problem_id, Attempt.sample)).all()
    assert (run.kind, run.samples) == (RunKind.IMPORTED, 2)
    assert verdicts == [Verdict.PASSED, Verdict.ASSERTION, Verdict.ASSERTION, Verdict.SANDBOX_ERROR]
    assert (report.arms[0].scored, report.arms[0].passed, report.arms[0].unscored) == (3, 1, 1)
    assert "imported solved 1 of 2 problems at least once (pass@1 25.0%" in report.verdict


def test_no_file_shows_costs_that_nobody_knows(sqlite_store: Store, tmp_path: Path) -> None:
    StoreFactory(sqlite_store).problem_set()
    done = imported(sqlite_store, written(tmp_path, GOOD))
    with sqlite_store.reader() as session:
        inputs = StoredInputs(session=session, run_id=done.run_id)
        attempts, problems = (json.loads(b"".join(find_report_table(name).json(inputs))) for name in TABLES)
        lines = b"".join(ATTEMPTS.csv(inputs)).decode("utf-8-sig").splitlines()
    assert {row[name] for row in attempts for name in ("prompt_tokens", "new_tokens", "seconds", "seed")} == {None}
    assert {row["imported_new_tokens"] for row in problems} == {None}
    assert next(iter(rows_from_csv(lines))).new_tokens is None
    assert int(arms_from_rows(rows_from_csv(lines))[0].new_tokens.sum()) == 0


def test_the_same_file_is_kept_once(sqlite_store: Store, tmp_path: Path) -> None:
    StoreFactory(sqlite_store).problem_set()
    path = written(tmp_path, GOOD)
    first, second = imported(sqlite_store, path), imported(sqlite_store, path)
    assert (second.known, second.run_id) == (True, first.run_id)
    with sqlite_store.reader() as session:
        assert session.scalar(select(func.count()).select_from(Attempt)) == 4


def test_a_compressed_file_is_read_as_well(sqlite_store: Store, tmp_path: Path) -> None:
    StoreFactory(sqlite_store).problem_set()
    path = tmp_path / "results.jsonl.gz"
    path.write_bytes(gzip.compress(json.dumps(GOOD[0]).encode()))
    assert imported(sqlite_store, str(path)).samples == 1


def test_a_null_completion_is_a_failure_and_counted(sqlite_store: Store, tmp_path: Path) -> None:
    StoreFactory(sqlite_store).problem_set()
    rows = [{**GOOD[0], "completion": None, "passed": passed} for passed in (False, None)]
    done = imported(sqlite_store, written(tmp_path, rows))
    assert (done.samples, done.nulls) == (2, 2)
    with sqlite_store.reader() as session:
        for attempt in session.scalars(select(Attempt)):
            assert (attempt.text, attempt.verdict) == ("", Verdict.ASSERTION)
            assert "null" in attempt.notes[0]


BAD = [
    ("{", "line 2: malformed JSON"),
    ("[1]", "line 2: a JSON array"),
    ({"completion": "", "passed": True}, "line 2: field task_id is missing"),
    ({"task_id": 7, "completion": "", "passed": True}, "line 2: field task_id is 7, but must be text"),
    (
        {"task_id": "tekhne-fresh/0", "completion": 7, "passed": True},
        "field completion is 7, but must be text",
    ),
    (
        {"task_id": "tekhne-fresh/0", "completion": ""},
        "line 2: field passed is missing; it has the fields task_id,",
    ),
    ({"task_id": "tekhne-fresh/0", "completion": ["a", "b"], "passed": [True]}, "has 1 values for 2 completions"),
    (
        {"task_id": "tekhne-fresh/0", "completion": "", "passed": 1},
        "field passed is 1, but must be true, false or null",
    ),
    ({"task_id": "tekhne-fresh/0", "completion": "", "passed": "yes"}, "field passed is 'yes'"),
    ({"task_id": "nobody/1", "completion": "", "passed": True}, "'nobody/1', which tekhne-fresh does not have"),
]


@pytest.mark.parametrize(("line", "said"), BAD)
def test_a_bad_line_is_named_and_nothing_is_stored(
    sqlite_store: Store, tmp_path: Path, line: Any, said: str
) -> None:
    StoreFactory(sqlite_store).problem_set()
    with pytest.raises(BadForeignResult) as caught:
        imported(sqlite_store, written(tmp_path, [GOOD[0], line]))
    assert said in str(caught.value)
    assert str(caught.value).endswith("; nothing was imported.")
    with sqlite_store.reader() as session:
        assert session.scalar(select(func.count()).select_from(Run)) == 0


def test_an_empty_file_is_refused(sqlite_store: Store, tmp_path: Path) -> None:
    StoreFactory(sqlite_store).problem_set()
    with pytest.raises(BadForeignResult, match="holds no results"):
        imported(sqlite_store, written(tmp_path, []))


def test_an_unknown_problem_set_and_a_missing_file_are_refused(sqlite_store: Store, tmp_path: Path) -> None:
    with pytest.raises(UnknownProblemSet, match="no problem set 'elsewhere'"):
        imported(sqlite_store, written(tmp_path, GOOD), problem_set="elsewhere")
    StoreFactory(sqlite_store).problem_set()
    with pytest.raises(SourceError, match=r"missing\.jsonl cannot be read"):
        imported(sqlite_store, str(tmp_path / "missing.jsonl"))
