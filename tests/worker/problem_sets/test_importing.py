"""Peers' files become the same frozen problems, wherever they come from and however they are packed."""

import gzip
import json
from pathlib import Path

import duckdb
import pytest

from models.enums import Harness
from worker.problem_sets.errors import RowError, SourceError
from worker.problem_sets.formats.tekhne import write
from worker.problem_sets.importing import import_problem_set

MULTIPL_E_ROW = {
    "name": "HumanEval_900_add_one",
    "language": "go_test.go",
    "prompt": 'package add_one_test\n\nimport (\n    "testing"\n    "fmt"\n)\n\n'
    "// Adds one.\nfunc add_one(n int) int {\n",
    "tests": "func TestAdd_One(t *testing.T) {\n  candidate := add_one\n"
    '  if fmt.Sprint(candidate(1)) != "2" {\n    t.Errorf("no")\n  }\n}\n',
    "stop_tokens": ["\nfunc"],
}


def write_rows(path: Path, rows: list[dict[str, object]]) -> str:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(path)


def test_humaneval_x_has_164_problems_with_answers_and_both_kinds_of_tests(shared_data: Path) -> None:
    found = import_problem_set(str(shared_data / "humaneval_x_go.jsonl.gz"))
    assert len(found.problems) == 164
    assert (found.name, found.licence) == ("humaneval_x_go", "Apache-2.0")
    assert {problem.harness for problem in found.problems} == {Harness.GO_TEST}
    assert all(problem.canonical_solution and problem.entry_point for problem in found.problems)
    assert sum(problem.example_tests is None for problem in found.problems) == 6


def test_a_prompt_that_opens_with_another_function_names_the_last_one(shared_data: Path) -> None:
    found = import_problem_set(str(shared_data / "humaneval_x_go.jsonl.gz"))
    assert found.by_task_id["Go/32"].entry_point == "FindZero"
    assert found.by_task_id["Go/0"].imports == 'import (\n    "math"\n)\n'
    assert found.by_task_id["Go/1"].description.startswith("Input to this function is a string")


def test_mbxp_rows_are_programs_whose_main_panics(shared_data: Path) -> None:
    found = import_problem_set(str(shared_data / "mbgp_dev.jsonl.gz"))
    assert len(found.problems) == 500
    first = found.by_task_id["MBGP/1"]
    assert first.harness is Harness.MAIN_PANICS
    assert first.declaration == "func min_cost (cost [][]int, m int, n int) int {"
    assert first.canonical_solution is None
    assert all(problem.declaration and problem.entry_point for problem in found.problems)


def test_multipl_e_rows_keep_their_prompt_and_lend_its_header_to_the_tests(tmp_path: Path) -> None:
    found = import_problem_set(write_rows(tmp_path / "rows.jsonl", [MULTIPL_E_ROW]))
    (problem,) = found.problems
    assert (problem.task_id, problem.entry_point) == ("HumanEval_900_add_one", "add_one")
    assert problem.prompt == MULTIPL_E_ROW["prompt"]
    assert problem.test_setup == 'package main\n\nimport (\n\t"fmt"\n\t"testing"\n)\n'
    assert problem.description == "Adds one."


MBXP_ROW = {
    "task_id": "MBGP/900",
    "prompt": 'package main\n\nimport (\n\t"fmt"\n\t"reflect"\n)\n\n// Adds one.\nfunc add_one(n int) int {\n',
    "entry_point": "add_one",
    "test": "func main() {\n\tif add_one(1) != 2 {\n\t\tpanic(1)\n\t}\n}\n",
}
GO_TEST = "func TestAddOne(t *testing.T) {\n\tif !reflect.DeepEqual(add_one(1), 2) {\n\t\tt.Fatal()\n\t}\n}\n"
EXAMPLE = "func ExampleX() {\n\ttime.Now()\n\t// Output: 1\n}\n"


@pytest.mark.parametrize(
    ("test", "harness", "setup", "source"),
    [
        (MBXP_ROW["test"], Harness.MAIN_PANICS, "", MBXP_ROW["test"]),
        (GO_TEST, Harness.GO_TEST, 'package main\n\nimport (\n\t"reflect"\n\t"testing"\n)\n', GO_TEST),
        (
            f'package main\n\nimport (\n\t"testing"\n\t"time"\n)\n\n{EXAMPLE}',
            Harness.GO_TEST,
            'package main\n\nimport (\n\t"testing"\n\t"time"\n)\n',
            EXAMPLE,
        ),
    ],
)
def test_the_text_of_the_tests_says_how_they_are_run(
    tmp_path: Path, test: str, harness: Harness, setup: str, source: str
) -> None:
    (problem,) = import_problem_set(write_rows(tmp_path / "rows.jsonl", [MBXP_ROW | {"test": test}])).problems
    assert (problem.harness, problem.test_setup, problem.hidden_tests) == (harness, setup, source)


@pytest.mark.parametrize(
    "test", ["def check(candidate):\n    assert candidate(1) == 2\n", "func TestMain(m *testing.M) {}"]
)
def test_tests_that_cannot_be_told_are_refused_with_the_fields_of_the_row(tmp_path: Path, test: str) -> None:
    with pytest.raises(RowError) as caught:
        import_problem_set(
            write_rows(tmp_path / "rows.jsonl", [MBXP_ROW, MBXP_ROW | {"task_id": "b", "test": test}])
        )
    assert "line 2: the field 'test' holds neither a func Test…" in str(caught.value)
    assert "the row has task_id, prompt, entry_point, test." in str(caught.value)


def test_an_array_and_a_parquet_table_are_problem_sets_too(tmp_path: Path) -> None:
    plain = import_problem_set(write_rows(tmp_path / "a.jsonl", [MBXP_ROW]))
    array = tmp_path / "b.json"
    array.write_text(json.dumps([MBXP_ROW], indent=2))
    table = tmp_path / "c.parquet"
    duckdb.execute(f"COPY (SELECT * FROM read_json('{array}')) TO '{table}' (FORMAT parquet)")
    for file in (array, table):
        found = import_problem_set(str(file))
        assert (found.version_hash, found.name) == (plain.version_hash, file.stem)


def test_gzip_is_known_by_its_bytes_and_not_by_its_name(tmp_path: Path) -> None:
    plain = import_problem_set(write_rows(tmp_path / "a.jsonl", [MULTIPL_E_ROW]))
    packed = tmp_path / "b.jsonl"
    packed.write_bytes(gzip.compress((tmp_path / "a.jsonl").read_bytes()))
    assert import_problem_set(str(packed)).version_hash == plain.version_hash


def test_what_tekhne_writes_it_reads_back_unchanged(shared_data: Path, tmp_path: Path) -> None:
    original = import_problem_set(str(shared_data / "humaneval_x_go.jsonl.gz"))
    copy = tmp_path / "copy.jsonl"
    copy.write_text("".join(write(problem) + "\n" for problem in original.problems), encoding="utf-8")
    assert import_problem_set(str(copy)).version_hash == original.version_hash


def test_a_changed_problem_changes_the_version_and_its_provenance_does_not(tmp_path: Path) -> None:
    before = import_problem_set(write_rows(tmp_path / "a.jsonl", [MULTIPL_E_ROW])).problems[0]
    after = import_problem_set(
        write_rows(tmp_path / "b.jsonl", [MULTIPL_E_ROW | {"tests": MULTIPL_E_ROW["tests"] + "\n"}])  # type: ignore[operator]
    ).problems[0]
    assert before.content_hash != after.content_hash


@pytest.mark.parametrize(
    ("second", "reason"),
    [
        ({"language": "py"}, "only Go is executed"),
        ({"tests": 7}, "'tests' is a int, not text"),
        ({"tests": " "}, "'tests' is empty"),
        ({"prompt": None}, "'prompt' is missing"),
        ({}, "already there"),
        ({"name": "n" * 201}, "its task_id has 201 characters, and at most 200 can be stored"),
        ({"name": "a\ud800"}, "its task_id holds a NUL or half a character"),
        ({"tests": f"{MULTIPL_E_ROW['tests']}// \0"}, "its hidden_tests holds a NUL or half a character"),
    ],
)
def test_a_bad_row_is_named_by_its_line(tmp_path: Path, second: dict[str, object], reason: str) -> None:
    rows = [MULTIPL_E_ROW, MULTIPL_E_ROW | second]
    with pytest.raises(RowError, match=reason) as caught:
        import_problem_set(write_rows(tmp_path / "rows.jsonl", rows))
    assert caught.value.line == 2


@pytest.mark.parametrize(
    ("text", "reason"),
    [("{oops\n", "malformed JSON at column 2"), ("[1]\n", "must be an object"), ('{"a": 1}\n', "no known format")],
)
def test_a_line_that_is_no_row_is_refused_in_one_sentence(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RowError, match=reason) as caught:
        import_problem_set(str(path))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["n" * 201, "a\x1b[2J", "a\udcff"])
def test_a_name_that_no_set_can_have_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SourceError, match="cannot name a set"):
        import_problem_set(write_rows(tmp_path / "rows.jsonl", [MULTIPL_E_ROW]), name)


def test_an_empty_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").write_text("\n", encoding="utf-8")
    with pytest.raises(SourceError, match="holds no rows"):
        import_problem_set(str(tmp_path / "empty.jsonl"))
    with pytest.raises(SourceError, match="No such file"):
        import_problem_set(str(tmp_path / "absent.jsonl"))


@pytest.mark.parametrize(
    ("given", "kept"),
    [("2024-10-31", "2024-10-31"), ("2024-10", "2024-10"), ("2024-10-31T08:00:00", "2024-10-31"), ("", "")],
)
def test_a_row_of_any_format_may_be_dated_which_makes_no_other_problem_of_it(
    tmp_path: Path, given: str, kept: str
) -> None:
    plain = import_problem_set(write_rows(tmp_path / "a.jsonl", [MULTIPL_E_ROW])).problems[0]
    dated = import_problem_set(write_rows(tmp_path / "b.jsonl", [MULTIPL_E_ROW | {"date": given}])).problems[0]
    assert (dated.date, dated.content_hash) == (kept, plain.content_hash)
    (tmp_path / "c.jsonl").write_text(write(dated) + "\n")
    assert import_problem_set(str(tmp_path / "c.jsonl")).problems[0].date == kept


@pytest.mark.parametrize("given", ["October", 20241031, "2024-13", "2024"])
def test_a_date_that_is_none_is_refused_with_its_line(tmp_path: Path, given: object) -> None:
    with pytest.raises(RowError, match=r"line 1: the field 'date' is .*, not a date such as 2024-10-31"):
        import_problem_set(write_rows(tmp_path / "a.jsonl", [MULTIPL_E_ROW | {"date": given}]))
