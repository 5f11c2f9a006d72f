"""Small files in the shapes in which peers write completions: each is told by its content, and read as meant."""

import gzip
import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from worker.answers import Answer, AnswerError, BadAnswer, ReadOptions, answer_shapes, read_answers
from worker.answers.answer import TEXT_FIELDS

TASKS = ("t/0", "t/1")


def read(path: Path, **options: Any) -> list[Answer | BadAnswer]:
    return list(read_answers(str(path), ReadOptions(task_ids=TASKS, **options)))


def said(path: Path, **options: Any) -> list[tuple[int, str, str | None, bool | None]]:
    """Of each answer its place, task, text and result."""
    found = []
    for answer in read(path, **options):
        assert isinstance(answer, Answer), answer
        found.append((answer.line, answer.task_id, answer.completion, answer.passed))
    return found


def lines(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.mark.parametrize("field", TEXT_FIELDS)
def test_each_field_of_the_peers_is_read_one_text_or_several(tmp_path: Path, field: str) -> None:
    path = lines(tmp_path / "x", {"task_id": "t/0", field: "a"}, {"name": "t/1", field: ["b", None]})
    assert said(path) == [(1, "t/0", "a", None), (2, "t/1", "b", None), (2, "t/1", None, None)]


def test_an_extracted_answer_is_taken_before_the_raw_one_and_a_null_only_if_there_is_no_other(
    tmp_path: Path,
) -> None:
    rows = (
        {"task_id": "t/0", "output": "raw", "generation": "extracted"},
        {"task_id": "t/0", "completion": None, "response": "late"},
        {"task_id": "t/0", "completion": None},
    )
    assert [text for _, _, text, _ in said(lines(tmp_path / "x", *rows))] == ["extracted", "late", None]


def test_an_answer_of_a_chat_server_is_read_within_its_object(tmp_path: Path) -> None:
    parts = [
        {"type": "text", "text": "func "},
        {"type": "reasoning", "reasoning": "hm"},
        {"type": "text", "text": "F"},
    ]
    body = {"choices": [{"message": {"role": "assistant", "content": parts}}]}
    path = lines(
        tmp_path / "x", {"id": "batch_req_1", "custom_id": "t/0", "response": {"status_code": 200, "body": body}}
    )
    assert said(path) == [(1, "t/0", "func F", None)]
    output = [{"type": "reasoning", "summary": []}, {"type": "message", "role": "assistant", "content": parts}]
    path = lines(
        tmp_path / "y", {"custom_id": "t/0", "response": {"status_code": 200, "body": {"output": output}}}
    )
    assert said(path) == [(1, "t/0", "func F", None)]


@pytest.mark.parametrize(
    ("result", "passed"),
    [
        ({"passed": True}, True),
        ({"passed": None}, None),
        ({"is_correct": False}, False),
        ({"result": "passed"}, True),
        ({"result": "failed: exit status 1"}, False),
        ({"result": "timed out"}, False),
        ({"status": "OK"}, True),
    ],
)
def test_each_way_to_say_passed_is_understood(tmp_path: Path, result: dict[str, Any], passed: bool | None) -> None:
    path = lines(tmp_path / "x", {"task_id": "t/0", "completion": "a", **result})
    assert said(path, results=True) == [(1, "t/0", "a", passed)]


def test_a_result_for_each_completion_of_a_list(tmp_path: Path) -> None:
    path = lines(tmp_path / "x", {"task_id": "t/0", "completions": ["a", "b"], "passed": [True, False]})
    assert [passed for *_, passed in said(path, results=True)] == [True, False]


def test_a_scorer_of_plain_rows_is_a_field(tmp_path: Path) -> None:
    path = lines(tmp_path / "x", {"task_id": "t/0", "completion": "a", "passed": False, "relaxed": 1})
    assert [passed for *_, passed in said(path, results=True, scorer="relaxed")] == [True]


def test_an_array_is_read_by_its_rows_and_an_indented_object_is_one(tmp_path: Path) -> None:
    rows = [{"task_id": "t/0", "completion": "a"}, {"task_id": "t/1", "completion": "b"}]
    path = tmp_path / "x.json"
    for indent in (None, 2):
        path.write_text(json.dumps(rows, indent=indent))
        assert said(path) == [(1, "t/0", "a", None), (2, "t/1", "b", None)]
    path.write_text(json.dumps(rows[0], indent=2))
    assert said(path) == [(1, "t/0", "a", None)]


def test_a_parquet_table_is_read_under_any_name(tmp_path: Path) -> None:
    path = tmp_path / "answers [1] *.data"
    duckdb.execute(
        "COPY (SELECT 't/0' AS task_id, ['a', 'b'] AS completions, true AS passed UNION ALL "
        f"SELECT 't/1', [NULL], NULL) TO '{path}' (FORMAT parquet)"
    )
    assert said(path, results=True) == [
        (1, "t/0", "a", True),
        (1, "t/0", "b", True),
        (2, "t/1", None, None),
    ]


MULTIPL_E = {
    "name": "t/0",
    "language": "go_test.go",
    "prompt": "package t_test\nfunc F() int {\n",
    "tests": "func TestF(t *testing.T) {}\n",
    "results": [
        {
            "program": "package t_test\nfunc F() int {\n    return 1\n}\nfunc TestF(t *testing.T) {}\n",
            "timestamp": 1,
            "stdout": "",
            "stderr": "",
            "exit_code": 0,
            "status": "OK",
        },
        {"program": "package t_test\nfunc F() int {\n    return", "exit_code": 1, "status": "SyntaxError"},
        {"program": None, "exit_code": -1, "status": "Timeout"},
    ],
}


def test_results_of_multipl_e_are_the_completions_without_prompt_and_tests(tmp_path: Path) -> None:
    expected = [(1, "t/0", "    return 1\n}", True), (1, "t/0", "    return", False), (1, "t/0", None, False)]
    path = tmp_path / "t_0.results.json.gz"
    path.write_bytes(gzip.compress(json.dumps(MULTIPL_E).encode()))
    assert said(path, results=True) == expected
    path.write_bytes(gzip.compress(json.dumps(MULTIPL_E, indent=2).encode()))
    assert said(path, results=True) == expected


def test_a_folder_of_multipl_e_is_read_whole_and_no_completion_twice(tmp_path: Path) -> None:
    lines(tmp_path / "t_0.json", {"name": "t/0", "completions": ["a", "b", "c"]})
    lines(tmp_path / "t_0.results.json", MULTIPL_E)
    lines(tmp_path / "t_1.json", {"name": "t/1", "completions": ["d"]})
    (tmp_path / "notes.txt").write_text("no completions")
    assert [task for _, task, *_ in said(tmp_path)] == ["t/0"] * 3 + ["t/1"]


def test_results_of_evalplus_count_base_and_extra_tests(tmp_path: Path) -> None:
    solutions = [
        {"task_id": "t/0", "solution": "a", "base_status": "pass", "plus_status": "fail"},
        {"task_id": "t/0", "solution": "b", "base_status": "pass", "plus_status": "pass"},
        {"task_id": "t/0", "solution": "c", "base_status": "timeout", "plus_status": None},
    ]
    path = lines(tmp_path / "x.json", {"date": "2026-01-01", "hash": "0", "eval": {"t/0": solutions}})
    assert [passed for *_, passed in said(path, results=True)] == [False, True, False]
    assert [passed for *_, passed in said(path, results=True, scorer="base_status")] == [True, True, False]


def lm_eval(doc: dict[str, Any], resps: list[str], filter: str, **metrics: float) -> dict[str, Any]:
    return {
        "doc_id": 1, "doc": doc, "target": "", "arguments": {"gen_args_0": {"arg_0": "prompt"}}, "resps": [resps],
        "filtered_resps": [["filtered"]], "filter": filter, "metrics": list(metrics), "doc_hash": "h", **metrics,
    }  # fmt: skip


def test_samples_of_lm_eval_are_what_the_model_wrote(tmp_path: Path) -> None:
    path = lines(
        tmp_path / "samples_x.jsonl",
        lm_eval({"task_id": "t/0"}, ["a"], "none", **{"pass@1": 1.0}),
        lm_eval({"question": "no id"}, ["b"], "none", **{"pass@1": 0.0}),
    )
    assert said(path, results=True) == [(1, "t/0", "a", True), (2, "t/1", "b", False)]


def test_of_several_filters_and_metrics_of_lm_eval_one_is_chosen(tmp_path: Path) -> None:
    path = lines(
        tmp_path / "samples_x.jsonl",
        lm_eval({"task_id": "t/0"}, ["a"], "strict", exact=0.0, loose=1.0),
        lm_eval({"task_id": "t/0"}, ["a"], "flexible", exact=1.0, loose=1.0),
    )
    # Only the results differ.
    assert said(path) == [(1, "t/0", "a", None)]
    with pytest.raises(AnswerError, match=r"several filters \(strict, flexible\)"):
        read(path, results=True)
    with pytest.raises(AnswerError, match=r"several metrics \(exact, loose\)"):
        read(path, results=True, scorer="strict")
    with pytest.raises(AnswerError, match="has no scorer 'other': choose strict or flexible or exact or loose"):
        read(path, results=True, scorer="other")
    assert said(path, results=True, scorer="flexible:exact") == [(2, "t/0", "a", True)]


def test_a_share_of_several_answers_does_not_say_which_passed(tmp_path: Path) -> None:
    path = lines(tmp_path / "x", lm_eval({"task_id": "t/0"}, ["a", "b"], "none", **{"pass@1": 0.5}))
    [bad] = read(path, results=True)
    assert isinstance(bad, BadAnswer)
    assert bad.reason == "field pass@1 is 0.5 for 2 answers, and which of them passed is not said"


def test_generations_of_bigcode_are_in_the_order_of_the_problems(tmp_path: Path) -> None:
    path = tmp_path / "generations.json"
    path.write_text(json.dumps([["a", "b"], ["c", None]]))
    assert said(path) == [
        (1, "t/0", "a", None),
        (1, "t/0", "b", None),
        (2, "t/1", "c", None),
        (2, "t/1", None, None),
    ]
    path.write_text(json.dumps([["a"]]))
    assert said(path) == [(1, "t/0", "a", None)]
    path.write_text(json.dumps([["a"], ["b"], ["c"]]))
    with pytest.raises(AnswerError, match="answers to 3 problems in order, and the problem set has 2"):
        read(path)
    path.write_text(json.dumps([["a"]]))
    with pytest.raises(AnswerError, match="says of no completion whether it passed: `tekhne verify` judges them"):
        read(path, results=True)


def test_lists_by_task_name_their_tasks(tmp_path: Path) -> None:
    path = lines(tmp_path / "x", {"t/1": ["a", "b"], "t/0": ["c"]})
    assert said(path) == [(1, "t/1", "a", None), (1, "t/1", "b", None), (2, "t/0", "c", None)]


def test_every_shape_has_a_name_and_says_how_it_is_recognised() -> None:
    shapes = answer_shapes()
    assert len({shape.name for shape in shapes}) == len(shapes) > 5
    assert all(shape.docs for shape in shapes)
