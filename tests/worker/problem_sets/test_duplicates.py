"""The project's own problems repeat neither each other nor HumanEval-X, and the detector finds planted copies."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.worker.problem_sets.near_duplicates import near_duplicates
from worker.problem_sets.importing import import_problem_set
from worker.problem_sets.own_sets import load_own_set
from worker.problem_sets.problem import ProblemContent


@pytest.fixture(scope="module")
def peers(shared_data: Path) -> tuple[ProblemContent, ...]:
    return import_problem_set(str(shared_data / "humaneval_x_go.jsonl.gz")).problems


def test_own_problems_repeat_neither_each_other_nor_humaneval_x(peers: tuple[ProblemContent, ...]) -> None:
    own = [*load_own_set("seen").problems, *load_own_set("fresh").problems]
    ours = {problem.task_id for problem in own}
    # Pairs within HumanEval-X itself are its own affair.
    found = [pair for pair in near_duplicates([*own, *peers]) if {pair.first, pair.second} & ours]
    assert not found, "\n".join(map(str, found))


def test_a_copy_with_other_names_and_words_is_found_by_its_answer(peers: tuple[ProblemContent, ...]) -> None:
    original = next(problem for problem in peers if problem.task_id == "Go/1")
    assert original.canonical_solution is not None
    copy = replace(
        original,
        task_id="copy",
        entry_point="Other",
        description="Nothing in common with what it was.",
        canonical_solution=original.canonical_solution.replace("current_string", "s").replace("result", "out"),
    )
    (pair,) = near_duplicates([original, copy])
    assert pair.solution_likeness > 0.9
    assert pair.description_likeness < 0.1


def test_a_retold_description_is_found(peers: tuple[ProblemContent, ...]) -> None:
    original = next(problem for problem in peers if problem.task_id == "Go/1")
    copy = replace(
        original,
        task_id="copy",
        entry_point="Other",
        canonical_solution="return nil\n}\n",
        description="Please note: " + original.description,
    )
    (pair,) = near_duplicates([original, copy])
    assert pair.description_likeness > 0.8


def test_the_same_function_name_is_found_whatever_its_spelling(peers: tuple[ProblemContent, ...]) -> None:
    first, second = peers[0], replace(peers[5], entry_point="has_close_elements")
    assert [pair.same_name for pair in near_duplicates([first, second])] == [True]
