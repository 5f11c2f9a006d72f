"""Near-duplicates among problems: planted copies are found, and the project's own problems have none."""

from dataclasses import replace
from pathlib import Path

import pytest

from worker.overlap import OverlapLimits, near_duplicates
from worker.problem_sets.importing import import_problem_set
from worker.problem_sets.own_sets import load_own_set
from worker.problem_sets.problem import ProblemContent

STRICT = OverlapLimits(prompt=0.25, solution=0.6)
"""Among HumanEval-X's 13,366 pairs those over these limits are its six real repeats."""


@pytest.fixture(scope="module")
def peers(shared_data: Path) -> tuple[ProblemContent, ...]:
    return import_problem_set(str(shared_data / "humaneval_x_go.jsonl.gz")).problems


def test_own_problems_repeat_neither_each_other_nor_humaneval_x(peers: tuple[ProblemContent, ...]) -> None:
    own = [*load_own_set("seen").problems, *load_own_set("fresh").problems]
    ours = {problem.task_id for problem in own}
    # Pairs within HumanEval-X itself are its own affair.
    pairs = near_duplicates([*own, *peers], limits=STRICT, same_names=True)
    found = [pair for pair in pairs if {pair.first.task_id, pair.second.task_id} & ours]
    assert not found, "\n".join(map(str, found))


def test_the_repeats_of_humaneval_x_are_found_and_nothing_else(peers: tuple[ProblemContent, ...]) -> None:
    pairs = near_duplicates(peers, limits=STRICT)
    assert {(pair.first.task_id, pair.second.task_id) for pair in pairs} == {
        ("Go/56", "Go/61"), ("Go/33", "Go/37"), ("Go/40", "Go/43"), ("Go/46", "Go/63"), ("Go/7", "Go/29"),
        ("Go/38", "Go/50"),
    }  # fmt: skip


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
    assert pair.solution_similarity > 0.9
    assert pair.prompt_similarity < 0.1


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
    assert pair.prompt_similarity > 0.8


def test_the_same_function_name_is_found_whatever_its_spelling(peers: tuple[ProblemContent, ...]) -> None:
    first, second = peers[0], replace(peers[5], entry_point="has_close_elements")
    assert [pair.same_name for pair in near_duplicates([first, second], same_names=True)] == [True]


def test_two_sets_are_compared_with_each_other_and_not_within(peers: tuple[ProblemContent, ...]) -> None:
    assert near_duplicates(peers[:40], load_own_set("fresh").problems) == []
    (pair,) = near_duplicates(peers[:40], [replace(peers[3], task_id="other")])
    assert (pair.first.task_id, pair.second.task_id, pair.similarity) == (peers[3].task_id, "other", 1.0)
