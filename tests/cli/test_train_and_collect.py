"""`tekhne train`, `collect` and `transcripts` as typed: what they refuse is one sentence with exit code 2."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from worker.problem_sets.own_sets import load_own_set

pytestmark = pytest.mark.slow

Run = Callable[..., "subprocess.CompletedProcess[str]"]

ROW = {
    "version": 1,
    "task_id": "seen/add_minutes",
    "prompt": load_own_set("seen").by_task_id["seen/add_minutes"].prompt,
    "attempt": "\treturn 1\n}\n",
    "attempt_source": "mutant",
    "verdict": "type",
    "trace": "type at check",
    "reflection": "It does not type-check.",
    "revision": '\treturn ""\n}\n',
    "teacher": "canonical",
    "state": "rejected",
    "reason": "only a test",
}


def said(done: "subprocess.CompletedProcess[str]") -> str:
    return " ".join((done.stdout + done.stderr).split())


def test_transcripts_come_in_once_and_go_out_again(tekhne: Run, tmp_path: Path) -> None:
    file = tmp_path / "in.jsonl"
    file.write_text(json.dumps(ROW) + "\n")
    first = tekhne("transcripts", "import", str(file), "--problems", "seen", timeout=300)
    assert first.returncode == 0, first.stderr
    assert "1 of 1 transcripts were new." in said(first)
    again = tekhne("transcripts", "import", str(file), "--problems", "seen", timeout=300)
    assert "0 of 1 transcripts were new." in said(again)
    out = tmp_path / "out.jsonl"
    done = tekhne("transcripts", "export", str(out), timeout=300)
    assert "1 transcripts written" in said(done)
    assert json.loads(out.read_text()) == ROW


def test_a_bad_transcript_is_named_with_file_and_line(tekhne: Run, tmp_path: Path) -> None:
    file = tmp_path / "in.jsonl"
    file.write_text(json.dumps({**ROW, "verdict": "sad"}) + "\n")
    done = tekhne("transcripts", "import", str(file), "--problems", "seen", timeout=300)
    assert done.returncode == 2
    assert "in.jsonl, line 1: 'sad' is not a valid Verdict" in said(done)


def test_a_base_that_is_nowhere_is_refused_before_anything_is_written(tekhne: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = tekhne(
        "train", "base", "--from", str(tmp_path / "nowhere"), "--problems", "seen", "--out", str(out), timeout=300
    )
    assert done.returncode == 2
    assert "nowhere is no folder: give a model's folder or a hub id" in said(done)
    assert not out.exists()


@pytest.mark.parametrize(
    ("command", "option"), [(("base",), "--from"), (("critic", "--transcripts", "missing.jsonl"), "--base")]
)
def test_a_base_is_named_as_it_is_registered(
    tekhne: Run, tmp_path: Path, command: tuple[str, ...], option: str
) -> None:
    out = tmp_path / "out"
    for name, reason in (
        ("demo-critic", "demo-critic is a checkpoint of kind critic"),
        ("no/such", f"{option} no/such: the store's bases are demo-base, and no/such is no folder here"),
        # It is found: only then is it said that there is nothing to train on.
        ("demo-base", "--problems" if option == "--from" else "missing.jsonl"),
    ):
        done = tekhne("train", *command, option, name, "--out", str(out), timeout=100, HF_HUB_OFFLINE="1")
        assert done.returncode == 2, said(done)
        assert reason in said(done)
        assert not out.exists()


@pytest.mark.go
def test_a_training_ends_where_the_ruler_says_that_enough_is_solved(tekhne: Run, tmp_path: Path) -> None:
    # The demo's base knows most of these already: the first look ends it.
    out = tmp_path / "out"
    done = tekhne(
        "train", "base", "--from", "demo-base", "--problems", "seen", "--out", str(out), "--steps", "9",
        "--learning-rate", "1e-6", "--evaluate-every", "2", "--target-pass-rate", "0.4", timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, said(done)
    record = json.loads((out / "training.json").read_text())["solved"]
    assert (record["asked"], record["target"]) == (64, 0.4)
    assert record["solved"] >= 26
    assert f"solves {record['solved']} of 64" in said(done)
    assert json.loads((out / "curves.json").read_text())[-1]["step"] == 2


def test_collecting_without_attempts_is_refused(tekhne: Run) -> None:
    done = tekhne("collect", "--problems", "seen", timeout=300)
    assert done.returncode == 2
    assert "--base" in said(done)
    assert "--mutants" in said(done)


def test_a_draw_outside_the_bounds_of_every_run_is_refused(tekhne: Run) -> None:
    done = tekhne("collect", "--problems", "tekhne-seen", "--mutants", "1", "--top-p", "0", timeout=300)
    assert done.returncode == 2
    assert "top_p 0" in done.stderr
    assert "Traceback" not in done.stderr
