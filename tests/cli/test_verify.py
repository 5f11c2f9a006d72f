"""`tekhne verify` as a user runs it: rows, summary, cache, and every kind of bad input."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

Tekhne = Callable[..., "CompletedProcess[str]"]
pytestmark = [pytest.mark.go, pytest.mark.slow]

RIGHT = "    return len(values) * factor\n}\n"
PROBLEM = {
    "task_id": "Go/1",
    "prompt": "func Scaled(values []int, factor int) int {\n",
    "declaration": "func Scaled(values []int, factor int) int {\n",
    "canonical_solution": RIGHT,
    "test_setup": 'package main\n\nimport (\n    "testing"\n    "github.com/stretchr/testify/assert"\n)\n',
    "test": "func TestScaled(t *testing.T) {\n    assert.Equal(t, 6, Scaled([]int{1, 2}, 3))\n}\n",
    "example_test": "",
}


def write(path: Path, rows: list[dict[str, Any]]) -> str:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(path)


@pytest.fixture
def problems(tmp_path: Path) -> str:
    return write(tmp_path / "problems.jsonl", [PROBLEM, PROBLEM | {"task_id": "Go/2"}])


def answers(*completions: str, task_id: str = "Go/1") -> list[dict[str, Any]]:
    return [{"task_id": task_id, "completion": completion} for completion in completions]


def rows_of(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_rows_stream_with_every_promised_field_and_the_summary_counts_them(
    tekhne: Tekhne, problems: str, tmp_path: Path
) -> None:
    source = write(tmp_path / "c.jsonl", answers(RIGHT, "    return 5\n}\n", "    return fmt.Sprint(1)\n}\n"))
    out = tmp_path / "verdicts.jsonl"
    finished = tekhne("verify", source, "--problems", problems, "--out", str(out), "--json")
    assert finished.returncode == 0, finished.stderr
    rows = rows_of(out.read_text(encoding="utf-8"))
    assert [(row["completion_index"], row["verdict"]) for row in rows] == [
        (0, "passed"),
        (1, "assertion"),
        (2, "type"),
    ]
    assert set(rows[0]) >= {
        "task_id", "completion_index", "verdict", "verdict_raw", "stage", "message", "line", "column", "cpu_seconds",
        "wall_seconds", "memory_bytes", "ruler",
    }  # fmt: skip
    assert (rows[2]["line"], rows[2]["stage"]) == (1, "check")
    summary = json.loads(finished.stdout)
    assert summary["verdicts"] == {"passed": 1, "assertion": 1, "type": 1}
    assert summary["pass_at_k"]["1"]["value"] == pytest.approx(1 / 3)
    assert (summary["tasks"], summary["tasks_in_set"], summary["bad_rows"]) == (1, 2, 0)


def test_without_out_the_rows_go_to_standard_output_and_the_table_beside_them(
    tekhne: Tekhne, problems: str, tmp_path: Path
) -> None:
    source = tmp_path / "c.jsonl.gz"
    source.write_bytes(gzip.compress((json.dumps(answers(RIGHT)[0]) + "\n").encode()))
    finished = tekhne("verify", str(source), "--problems", problems)
    assert [row["verdict"] for row in rows_of(finished.stdout)] == ["passed"]
    assert "pass@1 100.0%" in finished.stderr


def test_rows_carry_the_line_of_the_input_and_a_null_fails_and_is_counted(
    tekhne: Tekhne, problems: str, tmp_path: Path
) -> None:
    """The second problem's prompt is a whole program: an empty answer to it passes, and no answer does not."""
    whole = PROBLEM | {"task_id": "Go/2", "prompt": PROBLEM["prompt"] + RIGHT}
    write(tmp_path / "problems.jsonl", [PROBLEM, whole])
    rows = [
        {"task_id": "Go/2", "completion": ""},
        {"task_id": "Go/2", "completion": None},
        {"task_id": "Go/1", "other": "x"},
        {"name": "Go/1", "generations": ["    return 5\n}\n", RIGHT]},
    ]
    source = write(tmp_path / "c.jsonl", rows)
    finished = tekhne("verify", source, "--problems", problems, "--out", str(tmp_path / "v.jsonl"), "--json")
    assert finished.returncode == 1
    assert finished.stderr.strip() == (
        f"{source}, line 3: no completion: field completion is missing; it has the fields task_id, other."
    )
    judged = rows_of((tmp_path / "v.jsonl").read_text(encoding="utf-8"))
    found = [(row["task_id"], row["completion_index"], row["input_line"], row["verdict"]) for row in judged]
    assert found[0] == ("Go/2", 0, 1, "passed")
    assert found[1][:3] == ("Go/2", 1, 2)
    assert found[1][3] != "passed"
    assert judged[1]["null_completion"] is True
    assert found[2:] == [("Go/1", 1, 4, "assertion"), ("Go/1", 2, 4, "passed")]
    assert json.loads(finished.stdout)["null_completions"] == 1


def test_bad_lines_are_named_with_their_reason_and_the_rest_is_judged(
    tekhne: Tekhne, problems: str, tmp_path: Path
) -> None:
    good = json.dumps(answers(RIGHT)[0])
    lines = [good] * 731
    lines[1] = json.dumps({"completion": "x"})
    lines[2] = json.dumps({"task_id": "Go/99", "completion": "x"})
    lines[3] = json.dumps(answers("x" * 50_000_000)[0])
    lines[730] = '{"task_id": "Go/1", "completion": '
    source = tmp_path / "c.jsonl"
    source.write_text("\n".join(lines), encoding="utf-8")
    finished = tekhne("verify", str(source), "--problems", problems, "--out", str(tmp_path / "v.jsonl"), "--json")
    assert finished.returncode == 1
    complaints = finished.stderr.strip().splitlines()
    assert len(complaints) == 4, finished.stderr
    for complaint, expected in zip(
        complaints,
        ("line 2: no task_id", "line 3: ", "line 4: longer than", "line 731: malformed JSON"),
        strict=True,
    ):
        assert expected in complaint
    summary = json.loads(finished.stdout)
    assert (summary["completions"], summary["bad_rows"], summary["verdicts"]) == (727, 4, {"passed": 727})


def test_an_empty_file_is_named_and_a_missing_one_is_one_sentence(
    tekhne: Tekhne, problems: str, tmp_path: Path
) -> None:
    empty = tmp_path / "empty.jsonl"
    empty.touch()
    finished = tekhne("verify", str(empty), "--problems", problems)
    assert finished.returncode == 1
    assert "line 1: the file is empty" in finished.stderr
    missing = tekhne("verify", str(tmp_path / "none.jsonl"), "--problems", problems)
    assert missing.returncode == 2
    assert missing.stderr.strip().count("\n") == 0
    assert "none.jsonl cannot be read" in missing.stderr
    unknown = tekhne("verify", str(empty), "--problems", "no-such-set")
    assert unknown.returncode == 2
    assert "neither a file nor a problem set" in unknown.stderr


def test_equal_programs_run_once_and_are_answered_from_the_store_the_next_time(
    tekhne: Tekhne, problems: str, tmp_path: Path
) -> None:
    source = write(tmp_path / "c.jsonl", answers(RIGHT, RIGHT, "    return 5\n}\n"))

    def cached(*options: str) -> int:
        finished = tekhne(
            "verify", source, "--problems", problems, "--out", str(tmp_path / "v"), "--json", *options
        )
        count: int = json.loads(finished.stdout)["cached"]
        return count

    assert [cached(), cached(), cached("--no-cache")] == [1, 3, 0]
    cleared = tekhne("cache", "clear", "--json")
    assert json.loads(cleared.stdout)["forgotten"] == 2
    assert cached() == 1


def test_a_retaken_verdict_that_disagrees_is_flaky_and_is_never_answered_from_the_store(
    tekhne: Tekhne, problems: str, tmp_path: Path
) -> None:
    # One in two, and only another seed a run: after 40 takes it has disagreed with itself but once in 10^11.
    coin = "    if rand.Intn(2) == 0 {\n        return 0\n    }\n    return len(values) * factor\n}\n"
    source = write(tmp_path / "c.jsonl", answers(coin))
    for _ in range(2):
        finished = tekhne("verify", source, "--problems", problems, "--retake", "40")
        (row,) = rows_of(finished.stdout)
        assert (row["verdict"], row["cached"]) == ("flaky", False)


def test_the_legacy_rule_is_taken_only_when_asked_for(tekhne: Tekhne, problems: str, tmp_path: Path) -> None:
    nested = "    for range values {\n        factor++\n    }\n    return 6\n}\n"
    source = write(tmp_path / "c.jsonl", answers(nested))
    (plain,) = rows_of(tekhne("verify", source, "--problems", problems).stdout)
    (audited,) = rows_of(tekhne("verify", source, "--problems", problems, "--legacy").stdout)
    assert "verdict_legacy" not in plain
    assert (audited["verdict"], audited["verdict_legacy"]) == ("passed", "syntax")


def test_example_tests_can_be_asked_for_and_their_absence_is_named(
    tekhne: Tekhne, problems: str, tmp_path: Path
) -> None:
    source = write(tmp_path / "c.jsonl", answers(RIGHT))
    finished = tekhne("verify", source, "--problems", problems, "--tests", "example")
    assert finished.returncode == 1
    assert "line 1: task 'Go/1' has no example tests" in finished.stderr
