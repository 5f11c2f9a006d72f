"""Defects of a problem's data are told apart: an answer that fails, one that is flaky, tests that are weak."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from models.enums import Harness, Verdict
from settings import load_settings
from worker.mutants import generate, mutant_writer
from worker.problem_sets import ProblemContent
from worker.ruler import Ruler
from worker.verdicts.judging import MUTANT_LIMITS, RulerJudge
from worker.verify.problem_checks import Defect, ProblemCheck, SetSummary, check_problems

pytestmark = pytest.mark.go

SETUP = 'package main\n\nimport (\n\t"testing"\n\n\t"github.com/stretchr/testify/assert"\n)\n'
STRONG = (
    "func TestMost(t *testing.T) {\n"
    + "".join(
        f"\tassert.Equal(t, {want}, Most([]int{{{values}}}))\n"
        for want, values in ((0, ""), (3, "1, 3, 2"), (7, "7, 3"), (-1, "-1, -5"), (9, "2, 9"), (4, "4"))
    )
    + "}\n"
)
GOOD = ProblemContent(
    task_id="good",
    entry_point="Most",
    description="Most is the largest value, 0 without any.",
    prompt="// Most is the largest value, 0 without any.\nfunc Most(values []int) int {\n",
    declaration="func Most(values []int) int {\n",
    imports="",
    canonical_solution=(
        "\tif len(values) == 0 {\n\t\treturn 0\n\t}\n\tmost := values[0]\n\tfor _, value := range values {\n"
        "\t\tif value > most {\n\t\t\tmost = value\n\t\t}\n\t}\n\treturn most\n}\n"
    ),
    harness=Harness.GO_TEST,
    test_setup=SETUP,
    example_tests="func TestMost(t *testing.T) {\n\tassert.Equal(t, 3, Most([]int{1, 3}))\n}\n",
    hidden_tests=STRONG,
)
WEAK = replace(
    GOOD, task_id="weak", hidden_tests="func TestMost(t *testing.T) {\n\tassert.Equal(t, 3, Most([]int{3}))\n}\n"
)
FAILS = replace(GOOD, task_id="fails", canonical_solution="\treturn len(values) + 1\n}\n")
FAILS_EXAMPLE = replace(
    GOOD, task_id="example", example_tests="func TestMost(t *testing.T) {\n\tassert.Equal(t, 1, Most(nil))\n}\n"
)
COIN = (
    "\tif len(values) == 0 || len(values) == 1 && rand.Intn(2) == 0 {\n\t\treturn 0\n\t}\n"
    "\treturn slices.Max(values)\n}\n"
)
FLAKY = replace(GOOD, task_id="flaky", canonical_solution=COIN, example_tests=None)
NO_ANSWER = replace(GOOD, task_id="none", canonical_solution=None)
HOLLOW = replace(NO_ANSWER, task_id="hollow", hidden_tests="func TestMost(t *testing.T) {\n\tMost([]int{3})\n}\n")
UNFIT = replace(NO_ANSWER, task_id="unfit", hidden_tests=STRONG + "func TestLeast(n int) {}\n")
LOOPS = replace(
    GOOD,
    task_id="loops",
    canonical_solution="\tmost := 0\n\tfor i := 0; i < len(values); i++ {\n\t\tmost = max(most, values[i])\n\t}\n"
    "\treturn most\n}\n",
    hidden_tests="func TestMost(t *testing.T) {\n\tassert.Equal(t, 3, Most([]int{1, 3, 2}))\n}\n",
)
DENIED = replace(
    GOOD,
    task_id="denied",
    canonical_solution='\tif exec.Command("/bin/true").Run() != nil {\n\t\tpanic("no")\n\t}\n\treturn 0\n}\n',
    example_tests=None,
)


@pytest.fixture(scope="module")
def summary() -> Iterator[SetSummary]:
    problems = [GOOD, WEAK, FAILS, FAILS_EXAMPLE, FLAKY, NO_ANSWER, HOLLOW, UNFIT, LOOPS, DENIED]
    mutants = generate(mutant_writer(load_settings()), problems)
    with Ruler() as ruler, Ruler(limits=MUTANT_LIMITS) as quick:
        checks = check_problems(problems, RulerJudge(ruler), mutants, mutant_judge=RulerJudge(quick), retakes=40)
        yield SetSummary(name="some", version_hash="0", checks=list(checks))


def check(summary: SetSummary, task_id: str) -> ProblemCheck:
    return next(each for each in summary.checks if each.task_id == task_id)


@pytest.mark.parametrize(
    ("task_id", "defect"),
    [
        ("good", None),
        ("weak", Defect.WEAK_TESTS),
        ("fails", Defect.FAILS),
        ("example", Defect.FAILS),
        ("flaky", Defect.FLAKY),
        ("denied", Defect.DENIED),
        ("none", Defect.NO_ANSWER),
        ("hollow", Defect.USELESS_TESTS),
        ("unfit", Defect.USELESS_TESTS),
    ],
)
def test_each_defect_is_found(summary: SetSummary, task_id: str, defect: Defect | None) -> None:
    found = check(summary, task_id)
    assert found.defect is defect, found


def test_survivors_are_named_with_the_mutated_line(summary: SetSummary) -> None:
    survivors = [str(mutant) for mutant in check(summary, "weak").mutants.survivors]
    assert any(
        "line 4: '0' → '1'" in text or "value > most" in text or "value < most" in text for text in survivors
    )
    assert check(summary, "good").mutants.survivors == ()


def test_a_mutant_that_never_ends_is_killed_by_the_limit(summary: SetSummary) -> None:
    """`i++` removed from the loop: without a limit it would run forever."""
    loops = check(summary, "loops").mutants
    assert loops.unscored == 0
    assert all("i++" not in mutant.original for mutant in loops.survivors)


def test_answers_that_fail_get_no_mutation_score(summary: SetSummary) -> None:
    assert check(summary, "fails").mutants.generated == 0
    assert check(summary, "fails").message


def test_the_summary_counts_what_it_lists(summary: SetSummary) -> None:
    told = summary.as_dict()
    assert (told["problems"], told["passed"], told["no_answer"]) == (10, 3, 1)
    assert [each["task_id"] for each in told["denied"]] == ["denied"]
    assert "The sandbox refused clone" in told["denied"][0]["reason"]
    assert [each["reason"].partition(",")[0] for each in told["useless_tests"]] == [
        "an answer that does nothing passes",
        "candidate_test.go:16:1: wrong signature for TestLeast",
    ]
    assert told["flaky"] == ["flaky"]
    assert {each["task_id"] for each in told["failed"]} == {"fails", "example"}
    assert all(each["verdict"] == Verdict.ASSERTION and each["reason"] for each in told["failed"])
    assert told["mutants_killed"]["killed"] == sum(
        score["killed"] for score in told["mutants_killed"]["per_problem"].values()
    )
    assert not summary.sound
