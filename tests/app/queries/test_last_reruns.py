"""The last re-run of each problem, and the filter of the problem list by it."""

import pytest
from sqlalchemy import select

from app.queries.last_reruns import RerunState, find_last_reruns
from app.queries.problem_filter import ProblemFilter, matching, read_filter
from app.queries.run_facts import read_facts
from app.queries.runs import find_run
from models import Run, RunProblemCount
from models.enums import RunState
from tests.app.queries.conftest import Filled


@pytest.fixture
def rerun(filled: Filled) -> Filled:
    """Problem 1 was re-run twice and passed in the end, problem 2 failed, problem 3 is under way."""
    for problem, passed, state in (
        (1, 0, RunState.DONE),
        (1, 1, RunState.DONE),
        (2, 0, RunState.DONE),
        (3, 0, RunState.RUNNING),
    ):
        run_id = filled.factory.rerun(filled.run_id, problem)
        with filled.store.writer() as session:
            session.scalars(select(RunProblemCount).where(RunProblemCount.run_id == run_id)).one().c = passed
            session.get_one(Run, run_id).state = state
    return filled


@pytest.mark.parametrize(
    ("state", "problems"),
    [
        (RerunState.ANY, {1, 2, 3}),
        (RerunState.PASSED, {1}),
        (RerunState.FAILED, {2}),
        (RerunState.UNDER_WAY, {3}),
        (RerunState.NONE, set(range(4, 31))),
    ],
)
def test_problems_are_filtered_by_how_their_last_rerun_ended(
    rerun: Filled, state: RerunState, problems: set[int]
) -> None:
    with rerun.store.reader() as session:
        run = find_run(session, rerun.run_id)
        found = matching(
            read_facts(session, run), ProblemFilter(rerun=state), None, find_last_reruns(session, run.id)
        )
    assert {row.problem_id for row in found} == problems


def test_the_filter_is_read_from_the_address_and_written_back() -> None:
    read = read_filter({"last_rerun": ["passed"]}, [])
    assert read.filter.rerun is RerunState.PASSED
    assert read.filter.query()["last_rerun"] == "passed"
    assert "last_rerun" in read_filter({"last_rerun": ["bogus"]}, []).errors
