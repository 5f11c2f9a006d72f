"""`tekhne problems verify` as a user runs it, on the real files and on the project's own problems."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

Tekhne = Callable[..., "CompletedProcess[str]"]
pytestmark = [pytest.mark.go, pytest.mark.slow]
IMPORT_TROUBLE = {17, 20, 27, 32, 38, 59, 65, 75, 90, 108, 162}
"""HumanEval-X answers that pass only once their imports are fixed."""


def test_every_humaneval_x_answer_passes_and_the_flaky_one_is_found(tekhne: Tekhne, shared_data: Path) -> None:
    source = str(shared_data / "humaneval_x_go.jsonl.gz")
    finished = tekhne("problems", "verify", source, "--json", "--no-mutate", timeout=600)
    told = json.loads(finished.stdout)
    assert (told["problems"], told["passed"], told["failed"]) == (164, 163, [])
    assert told["flaky"] == ["Go/95"]
    assert {each["task_id"] for each in told["raw_failures"]} == {f"Go/{number}" for number in IMPORT_TROUBLE}
    assert finished.returncode == 1


@pytest.mark.parametrize("name", ["tekhne-seen", "tekhne-fresh"])
def test_own_answers_pass_every_time_and_their_tests_kill_nine_mutants_in_ten(tekhne: Tekhne, name: str) -> None:
    finished = tekhne("problems", "verify", name, "--json", timeout=900)
    told = json.loads(finished.stdout)
    assert (told["flaky"], told["failed"], told["weak_tests"], told["no_answer"]) == ([], [], [], 0)
    assert told["mutants_killed"]["rate"] >= 0.9
    assert told["mutants_killed"]["generated"] > 5 * told["problems"]
    assert finished.returncode == 0


def test_defects_are_said_in_words(tekhne: Tekhne, shared_data: Path, tmp_path: Path) -> None:
    with gzip.open(shared_data / "humaneval_x_go.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines][:2]
    rows[0]["canonical_solution"] = "    return numbers[0] > threshold\n}\n"
    source = tmp_path / "two.jsonl"
    source.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    finished = tekhne("problems", "verify", str(source), "--retake", "2")
    assert "Go/0: its canonical solution does not pass: --- FAIL: TestHasCloseElements" in finished.stdout
    assert "two: 2 problems, 1 passed, 1 failed" in finished.stdout
    assert finished.returncode == 1
