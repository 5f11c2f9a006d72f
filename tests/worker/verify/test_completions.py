"""A file of completions is read line by line; what cannot be judged is named by line and reason."""

import json
import tempfile
from pathlib import Path

import pytest

from models.enums import Harness
from worker.problem_sets import ProblemContent, ProblemSetContent
from worker.verify.completions import MAX_COMPLETION_BYTES, BadRow, Completion, read_completions


def problem(task_id: str) -> ProblemContent:
    return ProblemContent(
        task_id=task_id,
        entry_point="F",
        description="",
        prompt="func F() int {\n",
        declaration="func F() int {\n",
        imports="",
        canonical_solution=None,
        harness=Harness.GO_TEST,
        test_setup="",
        example_tests=None,
        hidden_tests="func TestF(t *testing.T) {}",
    )


PROBLEMS = ProblemSetContent(name="two", problems=(problem("a"), problem("b")))


def read(*lines: str) -> list[Completion | BadRow]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "completions.jsonl")
        file.write_text("\n".join(lines), encoding="utf-8")
        return list(read_completions(str(file), PROBLEMS))


def row(task_id: object, completion: object) -> str:
    return json.dumps({"task_id": task_id, "completion": completion})


def test_completions_of_a_task_are_counted_in_their_order() -> None:
    found = [each for each in read(row("a", "1"), row("b", "2"), row("a", "3")) if isinstance(each, Completion)]
    assert [(each.problem.task_id, each.index, each.text, each.line) for each in found] == [
        ("a", 0, "1", 1),
        ("b", 0, "2", 2),
        ("a", 1, "3", 3),
    ]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ('{"completion": "x"}', "no task_id"),
        (row(7, "x"), "no task_id"),
        (row("c", "x"), "the problem set two has no task 'c'"),
        (row("a", {"x": 1}), "no completion"),
        (row("a", []), "no completion"),
        ('{"task_id": "a", "text": "x"}', "it has the fields task_id, text"),
        ('{"task_id": "a", "completion": "\\ud800"}', "half a surrogate pair at character 1"),
        ('{"task_id": "a", "completion": ', "malformed JSON"),
        ("7", "must be an object"),
    ],
)
def test_a_bad_row_is_named_and_the_rest_is_read(bad: str, reason: str) -> None:
    before, middle, after = read(row("a", "1"), bad, row("a", "2"))
    assert isinstance(middle, BadRow)
    assert middle.line == 2
    assert reason in middle.reason
    assert isinstance(before, Completion)
    assert isinstance(after, Completion)
    # A row that names its task counts as one of it.
    assert (before.index, after.index) == (0, 2 if '"task_id": "a"' in bad and "malformed" not in reason else 1)


def test_a_null_is_a_completion_that_cannot_pass_and_a_list_is_several() -> None:
    null, first, second = read(row("a", None), row("a", ["x", "y"]))
    assert isinstance(null, Completion)
    assert (null.text, null.is_null, null.index) == ("", True, 0)
    assert isinstance(first, Completion)
    assert isinstance(second, Completion)
    assert [(one.text, one.line, one.index, one.is_null) for one in (first, second)] == [
        ("x", 2, 1, False),
        ("y", 2, 2, False),
    ]


def test_a_completion_of_fifty_megabytes_is_refused_and_not_held() -> None:
    huge, after = read(row("a", "x" * 50_000_000), row("a", "fine"))
    assert isinstance(huge, BadRow)
    assert "skipped" in huge.reason
    assert isinstance(after, Completion)
    assert after.text == "fine"


def test_a_completion_just_over_the_limit_is_refused_with_its_size() -> None:
    (found,) = read(row("a", "x" * (MAX_COMPLETION_BYTES + 1)))
    assert isinstance(found, BadRow)
    assert "1,048,577 bytes" in found.reason


def test_nul_bytes_and_an_empty_completion_are_left_to_the_ruler() -> None:
    assert all(isinstance(each, Completion) for each in read(row("a", "x\x00y"), row("a", "")))
