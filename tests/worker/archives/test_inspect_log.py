"""A log of Inspect becomes a run: epochs are samples, C and I are passed and failed, what has no score is unscored."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from backports.zstd.zipfile import ZIP_DEFLATED, ZIP_ZSTANDARD, ZipFile
from sqlalchemy import select

from app.reporting import read_report
from models import Attempt, Store
from models.enums import Verdict
from tests.store_factory import StoreFactory
from worker.answers import AnswerError
from worker.archives.errors import BadForeignResult
from worker.archives.foreign_results import read_results
from worker.archives.importing import ImportedResults, import_results
from worker.problem_sets.errors import SourceError


def a_sample(task: int, epoch: int, value: Any, completion: str = "return 1") -> dict[str, Any]:
    """As Inspect writes it, without the parts that are not read here."""
    return {
        "id": f"tekhne-fresh/{task}",
        "epoch": epoch,
        "input": "func add(a, b int) int {",
        "target": "",
        "messages": [{"role": "assistant", "content": completion}],
        "output": {
            "model": "openai/gpt-4o",
            "choices": [{"message": {"role": "assistant", "content": completion}, "stop_reason": "stop"}],
            "completion": completion,
        },
        "scores": {"verify": {"value": value, "answer": completion, "explanation": "go test"}},
    }


def a_log(*samples: object) -> dict[str, Any]:
    return {
        "version": 2,
        "status": "success",
        "eval": {"task": "humaneval_go", "model": "openai/gpt-4o", "created": "2026-01-01T00:00:00+00:00"},
        "results": {"total_samples": len(samples)},
        "samples": list(samples),
    }


def imported(store: Store, path: Path) -> ImportedResults:
    with store.writer() as session:
        results = read_results(str(path))
        return import_results(session, results, source=path.name, problem_set="tekhne-fresh", name="theirs")


def written(tmp_path: Path, *samples: object) -> Path:
    path = tmp_path / "log.json"
    path.write_text(json.dumps(a_log(*samples), indent=2))
    return path


def test_a_log_becomes_a_run_with_a_report(store: Store, tmp_path: Path) -> None:
    StoreFactory(store).problem_set()
    broken = {**a_sample(2, 1, "C"), "scores": None, "output": {}, "error": {"message": "the sandbox fell"}}
    path = written(
        tmp_path, a_sample(0, 1, "C", "return a"), a_sample(0, 2, "I", "return b"), a_sample(1, 1, 1.0), broken
    )
    done = imported(store, path)
    assert (done.problems, done.samples, done.known) == (3, 4, False)
    with store.reader() as session:
        rows = session.execute(
            select(Attempt.text, Attempt.verdict).order_by(Attempt.problem_id, Attempt.sample)
        ).all()
        report = read_report(session, done.run_id)
    assert [tuple(row) for row in rows] == [
        ("return a", Verdict.PASSED),
        ("return b", Verdict.ASSERTION),
        ("return 1", Verdict.PASSED),
        ("", Verdict.SANDBOX_ERROR),
    ]
    assert (report.arms[0].scored, report.arms[0].passed, report.arms[0].unscored) == (3, 2, 1)
    assert imported(store, path).known


@pytest.mark.parametrize("value", ["I", "N", 0, 0.0, False])
def test_every_way_to_say_failed_is_understood(tmp_path: Path, value: object) -> None:
    [result] = read_results(str(written(tmp_path, a_sample(0, 1, value))))
    assert result.passed is False


@pytest.mark.parametrize(
    ("sample", "said"),
    [
        (a_sample(0, 1, "P"), 'its score is "P", which says neither passed (C, 1) nor failed (I, 0)'),
        (a_sample(0, 1, 0.5), "its score is 0.5"),
        (a_sample(0, 1, {"a": 1}), 'its score is {"a": 1}'),
        ({**a_sample(0, 1, "C"), "id": None}, "field id is missing"),
        ({**a_sample(0, 1, "C"), "output": {"completion": 7}}, "field output.completion must be text"),
        ("text", "field id is missing"),
        (a_sample(99, 1, "C"), "names 'tekhne-fresh/99', which tekhne-fresh does not have"),
    ],
)
def test_a_sample_that_cannot_be_read_is_named_and_nothing_is_stored(
    sqlite_store: Store, tmp_path: Path, sample: object, said: str
) -> None:
    StoreFactory(sqlite_store).problem_set()
    with pytest.raises(BadForeignResult) as caught:
        imported(sqlite_store, written(tmp_path, a_sample(0, 1, "C"), sample))
    assert "log.json, sample 2: " in str(caught.value)
    assert said in str(caught.value)
    with sqlite_store.reader() as session:
        assert session.scalars(select(Attempt.id)).all() == []


def test_lines_in_a_file_called_json_are_lines_still(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    line = {"task_id": "t/0", "completion": "x", "passed": True}
    path.write_text(f"{json.dumps(line)}\n{json.dumps(line)}\n")
    assert [result.task_id for result in read_results(str(path))] == ["t/0", "t/0"]


def test_a_compressed_log_is_read_as_well(tmp_path: Path) -> None:
    path = tmp_path / "log.json.gz"
    path.write_bytes(gzip.compress(json.dumps(a_log(a_sample(0, 1, "C"))).encode()))
    assert [result.passed for result in read_results(str(path))] == [True]


def with_scores(**scores: Any) -> dict[str, Any]:
    return {**a_sample(0, 1, "C"), "scores": {name: {"value": value} for name, value in scores.items()}}


def test_of_several_scorers_one_is_chosen(tmp_path: Path) -> None:
    path = str(written(tmp_path, with_scores(hidden="I", style="C"), with_scores(hidden="C", style="I")))
    with pytest.raises(
        AnswerError, match=r"log\.json has several scorers \(hidden, style\): choose one with --scorer"
    ):
        list(read_results(path))
    with pytest.raises(AnswerError, match="has no scorer 'other': choose hidden or style"):
        list(read_results(path, scorer="other"))
    assert [result.passed for result in read_results(path, scorer="hidden")] == [False, True]


@pytest.mark.parametrize("method", [ZIP_DEFLATED, ZIP_ZSTANDARD])
def test_an_eval_archive_is_read_in_the_order_of_its_samples(tmp_path: Path, method: int) -> None:
    path = tmp_path / "theirs.eval"
    with ZipFile(path, "w", method) as archive:
        archive.writestr("header.json", json.dumps({"eval": {"task": "humaneval_go"}}))
        for epoch in (10, 2):
            archive.writestr(
                f"samples/0_epoch_{epoch}.json", json.dumps(a_sample(0, epoch, "C", f"return {epoch}"))
            )
        archive.writestr("summaries.json", "[]")
    found = [(result.line, result.unit, result.completion, result.passed) for result in read_results(str(path))]
    assert found == [(1, "sample", "return 2", True), (2, "sample", "return 10", True)]


def test_an_archive_that_is_cut_or_another_zip_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "theirs.eval"
    with ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "")
    with pytest.raises(AnswerError, match=r"holds no completions, but a zip of word/document\.xml"):
        list(read_results(str(path)))
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(SourceError, match="cannot be read as a zip"):
        list(read_results(str(path)))
