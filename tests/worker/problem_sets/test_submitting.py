"""A problem of every format, submitted to the real ruler, tells a right answer from a wrong one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from models.enums import TestsKind, Verdict
from worker.problem_sets import ProblemContent
from worker.problem_sets.formats import multipl_e
from worker.problem_sets.importing import import_problem_set
from worker.problem_sets.own_sets import load_own_set
from worker.problem_sets.rows import SourceRow
from worker.problem_sets.submitting import group_of_tests, submission
from worker.ruler import Ruler

pytestmark = pytest.mark.go


@pytest.fixture(scope="module")
def ruler() -> Iterator[Ruler]:
    with Ruler(cores=1) as opened:
        yield opened


def verdicts(ruler: Ruler, problem: ProblemContent, *completions: str) -> list[Verdict]:
    asked = [submission(problem, text, str(number)) for number, text in enumerate(completions)]
    judged = {judgement.key: judgement.fixed.verdict for judgement in ruler.judge(asked)}
    return [judged[each.key] for each in asked]


def test_multipl_e_prompts_open_their_own_package_and_still_run(ruler: Ruler) -> None:
    problem = multipl_e.read(
        SourceRow(
            line=1,
            fields={
                "name": "HumanEval_900_add_one",
                "language": "go",
                "prompt": 'package add_one_test\n\nimport (\n    "testing"\n    "fmt"\n)\n\n'
                "// Adds one.\nfunc add_one(n int) int {\n",
                "tests": "func TestAdd_One(t *testing.T) {\n  candidate := add_one\n\ttype test struct {\n"
                "\t\tactual   interface{}\n\t\texpected interface{}\n\t}\n   tests := []test{\n"
                "     { actual: candidate(1), expected: 2 },\n   }\n\n\tfor i, tc := range tests {\n"
                '\t\tt.Run(fmt.Sprintf("test num % d", i), func(t *testing.T) {\n'
                '\t\t\tif fmt.Sprintf("%v", tc.actual) != fmt.Sprintf("%v", tc.expected) {\n'
                "\t\t\t\tt.Errorf(\"expected '%s', got '%s'\", tc.expected, tc.actual)\n\t\t\t}\n\t\t})\n\t}\n}\n",
            },
        )
    )
    assert verdicts(ruler, problem, "\treturn n + 1\n}\n", "\treturn n\n}\n") == [
        Verdict.PASSED,
        Verdict.ASSERTION,
    ]


def test_mbxp_programs_run_their_main(ruler: Ruler, shared_data: Path) -> None:
    problem = import_problem_set(str(shared_data / "mbgp_dev.jsonl.gz")).by_task_id["MBGP/8"]
    right = "\tout := []int{}\n\tfor _, n := range nums {\n\t\tout = append(out, n*n)\n\t}\n\treturn out\n}\n"
    assert verdicts(ruler, problem, right, "\treturn nums\n}\n") == [Verdict.PASSED, Verdict.ASSERTION]


def test_humaneval_x_needs_no_import_of_its_own_for_what_its_tests_use(ruler: Ruler, shared_data: Path) -> None:
    """The tests of these use `math` or `strconv`, which the peer's harness imports only if the answer does."""
    problems = import_problem_set(str(shared_data / "humaneval_x_go.jsonl.gz")).by_task_id
    for task_id in ("Go/2", "Go/4", "Go/44", "Go/151"):
        problem = problems[task_id]
        assert verdicts(ruler, problem, problem.canonical_solution or "") == [Verdict.PASSED], task_id


def test_own_problems_have_both_kinds_of_tests_apart(ruler: Ruler) -> None:
    problem = load_own_set("seen").problems[0]
    for kind in TestsKind:
        asked = submission(problem, problem.canonical_solution or "", "0", group_of_tests(problem, kind))
        judged = ruler.judge_one(asked)
        assert judged.fixed.verdict is Verdict.PASSED
        assert all(kind.value in name.lower() for name in judged.fixed.tests_completed)
