"""Family and difficulty of generated problems: in the list, in the files, and against what a model really solves."""

import pytest
from sqlalchemy import select

from app.queries.level_rates import read_level_rates
from app.queries.run_facts import read_facts
from app.queries.runs import find_run
from app.reporting import read_report
from app.reports.estimates import Estimate
from models import GeneratedProblem, Generation, ProblemSetMember, RunProblemCount, Store
from tests.store_factory import StoreFactory


@pytest.fixture
def version_id(store: Store) -> int:
    version = StoreFactory(store).problem_set(name="made", problems=12)
    with store.writer() as session:
        session.add(Generation(version_id=version, generator="tekhne", generator_version=2, seed_hash="a" * 64))
        members = select(ProblemSetMember.problem_id).where(ProblemSetMember.version_id == version)
        for place, number in enumerate(session.scalars(members.order_by(ProblemSetMember.position)).all()):
            level = ("easy", "medium", "hard")[place % 3]
            row = GeneratedProblem(problem_id=number, family="tank_levels", theme="simulation", difficulty=level)
            session.add(row)
    return version


def test_the_rate_of_a_level_is_the_mean_over_its_problems(store: Store, version_id: int) -> None:
    factory = StoreFactory(store)
    run_id = factory.run(version_id, samples=4)
    with store.reader() as session:
        (base,) = read_level_rates(session, version_id)
        report = read_report(session, run_id)
        arm = find_run(session, run_id).base_arm
        assert arm is not None
        rows = session.execute(
            select(GeneratedProblem.difficulty, RunProblemCount.n, RunProblemCount.c)
            .join(RunProblemCount, RunProblemCount.problem_id == GeneratedProblem.problem_id)
            .where(RunProblemCount.arm_id == arm.id)
        ).all()
    assert (base.runs, [one.level for one in base.rates]) == (1, ["easy", "medium", "hard"])
    for one in base.rates:
        shares = [row.c / row.n for row in rows if row.difficulty == one.level and row.n]
        assert isinstance(one.estimate, Estimate)
        assert one.estimate.value == pytest.approx(sum(shares) / len(shares))
        assert one.estimate.interval is not None
        assert one.estimate.value in one.estimate.interval
    of_base = [one.estimate for one in report.levels if one.arm == arm.name]
    assert of_base == [one.estimate for one in base.rates]


def test_a_set_without_labels_has_no_rates(store: Store) -> None:
    factory = StoreFactory(store)
    version = factory.problem_set()
    run_id = factory.run(version, samples=2)
    with store.reader() as session:
        assert read_level_rates(session, version) == ()
        assert read_report(session, run_id).levels == ()


def test_the_family_of_a_problem_is_in_the_list_and_can_be_searched(store: Store, version_id: int) -> None:
    run_id = StoreFactory(store).run(version_id, samples=1)
    with store.reader() as session:
        facts = read_facts(session, find_run(session, run_id))
    assert {(row.family, row.difficulty) for row in facts.problems} == {
        ("tank_levels", "easy"), ("tank_levels", "medium"), ("tank_levels", "hard"),
    }  # fmt: skip
    assert all("tank_levels" in row.searchable and row.difficulty in row.searchable for row in facts.problems)
