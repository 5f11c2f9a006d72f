"""Twins in a run: listed only where asked for, marked where broken, shown beside the original, counted nowhere else."""

from dataclasses import dataclass, replace

import pytest
from sqlalchemy import select

from app.queries.problem_filter import ProblemFilter, matching
from app.queries.problem_states import ProblemState
from app.queries.run_facts import RunFacts, read_facts
from app.queries.run_sums import read_sums
from app.queries.runs import RunHead, find_run
from app.queries.sample_choice import choose
from app.queries.twins import find_twin
from app.reporting import read_comparison, read_report
from models import Problem
from tests.app.queries.conftest import Filled
from tests.store_factory import Chances


@dataclass
class WithTwin:
    """The filled run, where one problem that the base solved is the original and one that it did not is its twin."""

    filled: Filled
    original: int
    twin: int

    def facts(self) -> tuple[RunHead, RunFacts]:
        with self.filled.store.reader() as session:
            run = find_run(session, self.filled.run_id)
            return run, read_facts(session, run)


@pytest.fixture
def twinned(filled: Filled) -> WithTwin:
    chances = Chances(draft_passes=0.5, critic_fixes=0.5)
    filled = replace(filled, run_id=filled.factory.run(filled.version_id, samples=1, gated=False, chances=chances))
    with filled.store.reader() as session:
        facts = read_facts(session, find_run(session, filled.run_id))
    solved = {row.problem_id: base.c > 0 for row in facts.problems if (base := facts.base(row)) and base.n}
    original = next(key for key, passed in solved.items() if passed)
    twin = next(key for key, passed in solved.items() if not passed)
    with filled.store.writer() as session:
        session.get_one(Problem, twin).twin_of = session.get_one(Problem, original).text_hash
    return WithTwin(filled, original, twin)


def test_a_twin_is_listed_only_where_it_is_asked_for(twinned: WithTwin) -> None:
    run, facts = twinned.facts()
    critic = run.critic_arm
    assert critic is not None
    every = {row.problem_id for row in matching(facts, ProblemFilter(), critic.id, {})}
    assert twinned.twin not in every
    assert len(every) == len(facts.problems) - 1
    twins = matching(facts, ProblemFilter(states=(ProblemState.TWIN,)), critic.id, {})
    assert [row.problem_id for row in twins] == [twinned.twin]
    broken = matching(facts, ProblemFilter(states=(ProblemState.TWIN_BROKEN,)), critic.id, {})
    assert [row.problem_id for row in broken] == [twinned.original]
    counts = facts.state_counts(critic.id)
    assert (counts[ProblemState.TWIN], counts[ProblemState.TWIN_BROKEN]) == (1, 1)


def test_no_sum_and_no_rate_counts_a_twin(twinned: WithTwin) -> None:
    run, facts = twinned.facts()
    with twinned.filled.store.reader() as session:
        sums, report = read_sums(session, run.id), read_report(session, run.id)
        comparison = read_comparison(session, (run.id, "base"), (run.id, "critic"))
    assert (sums.problems, sums.twins) == (len(facts.problems) - 1, 1)
    assert (report.run.problems, report.run.twins) == (len(facts.problems) - 1, 1)
    assert sum(sums.origins.values()) == sum(facts.origin_counts.values()) == sums.problems
    assert sums.base is not None
    assert (sums.base.problems, sums.base.n, sums.base.c) == (
        report.arms[0].problems, report.arms[0].scored, report.arms[0].passed,
    )  # fmt: skip
    assert comparison.result.problems.total <= sums.problems
    base = next(one for one in report.twins if one.arm == "base")
    assert (base.pairs, base.original_only) == (1, 1)


def test_original_and_twin_lead_to_each_other(filled: Filled, twinned: WithTwin) -> None:
    run, facts = twinned.facts()
    rows = {row.problem_id: row for row in facts.problems}
    with filled.store.reader() as session:
        for own, other in ((twinned.original, twinned.twin), (twinned.twin, twinned.original)):
            choice = choose(run, rows[own], (0,), {"arm": ["base"], "sample": ["0"]})
            found = find_twin(session, run, facts, rows[own], choice)
            assert found is not None
            assert found.task_id == rows[other].task_id
            assert found.is_twin is (other == twinned.twin)
            assert found.prompt == session.scalar(select(Problem.prompt).where(Problem.id == other))
            assert found.program is not None
        alone = next(row for row in facts.problems if row.problem_id not in (twinned.original, twinned.twin))
        assert find_twin(session, run, facts, alone, choice) is None
