"""The canonical teacher: its reflection names what the ruler saw and where the attempt leaves the solution."""

from dataclasses import replace

import pytest

from models.enums import Harness, Stage, Verdict
from worker.problem_sets import ProblemContent
from worker.teachers.canonical import CanonicalTeacher
from worker.teachers.teacher import Case, NoLesson

SOLUTION = "\ttotal := 0\n\tfor _, n := range list {\n\t\ttotal += n\n\t}\n\treturn total\n}\n"
PROBLEM = ProblemContent(
    task_id="tiny/Sum",
    entry_point="Sum",
    description="Sum adds.",
    prompt="// Sum adds.\nfunc Sum(list []int) int {\n",
    declaration="func Sum(list []int) int {\n",
    imports="",
    canonical_solution=SOLUTION,
    harness=Harness.GO_TEST,
    test_setup="package main\n",
    example_tests=None,
    hidden_tests="func TestSum(t *testing.T) {}\n",
)


def case(attempt: str, *, line: int | None = None, verdict: Verdict = Verdict.ASSERTION) -> Case:
    return Case(
        problem=PROBLEM, attempt=attempt, verdict=verdict, stage=Stage.RUN, message="", line=line, trace="trace"
    )


def test_a_changed_line_is_named_with_what_it_should_read() -> None:
    lesson = CanonicalTeacher().teach(case(SOLUTION.replace("total += n", "total -= n")))
    assert lesson.reflection == ("A test gets another answer. Line 3, `total -= n`, should read `total += n`.")
    assert lesson.revision == SOLUTION


def test_the_rulers_line_and_class_are_said() -> None:
    lesson = CanonicalTeacher().teach(case("\treturn x\n}\n", line=1, verdict=Verdict.TYPE))
    assert lesson.reflection.startswith("It does not type-check, at line 1.")


def test_a_missing_line_is_said_to_be_missing() -> None:
    lesson = CanonicalTeacher().teach(case(SOLUTION.replace("\t\ttotal += n\n", "")))
    assert lesson.reflection.endswith("After line 2, `total += n` is missing.")


def test_a_line_too_many_is_said_to_be_too_many() -> None:
    lesson = CanonicalTeacher().teach(case(SOLUTION.replace("\treturn", "\ttotal++\n\treturn")))
    assert lesson.reflection.endswith("Line 5, `total++`, should not be there.")


def test_another_function_altogether_is_to_be_written_anew() -> None:
    lesson = CanonicalTeacher().teach(case("\tpanic(1)\n"))
    assert lesson.reflection.endswith("write it anew.")


def test_the_solution_itself_and_problems_without_one_teach_nothing() -> None:
    with pytest.raises(NoLesson, match="canonical solution itself"):
        CanonicalTeacher().teach(case(SOLUTION))
    unsolved = replace(case("x"), problem=replace(PROBLEM, canonical_solution=None))
    with pytest.raises(NoLesson, match="has no canonical solution"):
        CanonicalTeacher().teach(unsolved)
