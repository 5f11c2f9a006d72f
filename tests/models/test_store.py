"""The store keeps its promises on both databases: keyed results, closed enums, UTC, cascades, writers in line."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError, StatementError

from models import (
    Arm,
    Attempt,
    Problem,
    ProblemSet,
    ProblemSetMember,
    ProblemSetVersion,
    Program,
    Run,
    Store,
    Trace,
)
from models.arm_kinds import ArmKind
from models.base import content_hash
from models.enums import FinishReason, Harness, Stage, Verdict
from models.results import RulerIdentity


def a_problem(task_id: str = "t/1") -> Problem:
    return Problem(
        content_hash=content_hash(task_id),
        task_id=task_id,
        entry_point="F",
        prompt="func F() {",
        harness=Harness.GO_TEST,
        hidden_tests="func TestF(t *testing.T) {}",
    )


def a_run(store: Store) -> tuple[int, int, int]:
    """Ids of a run, its arm and its problem."""
    with store.writer() as session:
        problem = a_problem()
        run = Run(name="r", samples=1, specification_hash="0" * 64)
        session.add_all([problem, run])
        session.flush()
        arm = Arm(run_id=run.id, position=0, name="base", kind=ArmKind.BASE)
        session.add(arm)
        session.flush()
        return run.id, arm.id, problem.id


def an_attempt(ids: tuple[int, int, int], sample: int = 0) -> Attempt:
    run_id, arm_id, problem_id = ids
    return Attempt(
        run_id=run_id, arm_id=arm_id, problem_id=problem_id, sample=sample, text="return 1\n}",
        finish_reason=FinishReason.COMPLETE, verdict=Verdict.PASSED,
    )  # fmt: skip


def test_a_repeated_step_cannot_write_a_sample_twice(store: Store) -> None:
    ids = a_run(store)
    with store.writer() as session:
        session.add(an_attempt(ids))
    with pytest.raises(IntegrityError), store.writer() as session:
        session.add(an_attempt(ids))
    with store.reader() as session:
        assert session.scalar(select(func.count(Attempt.id))) == 1


def test_a_value_outside_a_closed_enum_is_refused(store: Store) -> None:
    attempt = an_attempt(a_run(store))
    attempt.verdict = "almost"  # type: ignore[assignment]
    with pytest.raises((StatementError, IntegrityError)), store.writer() as session:
        session.add(attempt)


def test_a_value_outside_a_closed_enum_is_refused_by_the_database_itself(store: Store) -> None:
    a_run(store)
    with pytest.raises(IntegrityError), store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE run SET state = 'almost'")


def test_a_trace_is_unique_per_program_tests_and_ruler(store: Store) -> None:
    with store.writer() as session:
        program = Program(content_hash="p", source="package main")
        ruler = RulerIdentity(digest="r", go_version="go1.27")
        session.add_all([program, ruler])
        session.flush()
        key = {"program_id": program.id, "tests_hash": "t", "ruler_id": ruler.id}
        session.add(Trace(**key, verdict=Verdict.PASSED, stage=Stage.RUN))
    with pytest.raises(IntegrityError), store.writer() as session:
        session.add(Trace(**key, verdict=Verdict.PANIC, stage=Stage.RUN))


def test_times_come_back_in_utc_whatever_zone_they_went_in_with(store: Store) -> None:
    ids = a_run(store)
    noon_in_nepal = datetime(2026, 1, 1, 12, 0, tzinfo=timezone(timedelta(hours=5, minutes=45)))
    with store.writer() as session:
        attempt = an_attempt(ids)
        attempt.created_at = noon_in_nepal
        session.add(attempt)
    with store.reader() as session:
        found = session.scalars(select(Attempt.created_at)).one()
    assert found == noon_in_nepal
    assert found.tzinfo is UTC


def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    attempt = an_attempt(a_run(store))
    attempt.created_at = datetime(2026, 1, 1)
    with pytest.raises(StatementError, match="no time zone"), store.writer() as session:
        session.add(attempt)


def test_deleting_a_run_takes_its_results_and_leaves_the_problems(store: Store) -> None:
    ids = a_run(store)
    with store.writer() as session:
        session.add(an_attempt(ids))
    with store.writer() as session:
        session.delete(session.get_one(Run, ids[0]))
    with store.reader() as session:
        assert session.scalar(select(func.count(Attempt.id))) == 0
        assert session.scalar(select(func.count(Problem.id))) == 1


def test_an_edited_problem_is_another_row_and_both_versions_stay(store: Store) -> None:
    with store.writer() as session:
        problems = [a_problem("t/1"), a_problem("t/1 edited")]
        versions = [ProblemSetVersion(number=n, content_hash=f"h{n}") for n in (1, 2)]
        problem_set = ProblemSet(name="s", versions=versions)
        session.add_all([*problems, problem_set])
        session.flush()
        for version, problem in zip(versions, problems, strict=True):
            session.add(ProblemSetMember(version_id=version.id, problem_id=problem.id, position=0))
    with store.reader() as session:
        names = session.scalars(
            select(Problem.task_id)
            .join(ProblemSetMember)
            .join(ProblemSetVersion)
            .order_by(ProblemSetVersion.number)
        ).all()
    assert names == ["t/1", "t/1 edited"]


def test_an_exception_leaves_nothing_half_written(store: Store) -> None:
    ids = a_run(store)

    def write_two_and_fail() -> None:
        with store.writer() as session:
            session.add(an_attempt(ids, sample=1))
            session.flush()
            session.execute(insert(Attempt.__table__), [{"run_id": 999_999}])

    with pytest.raises(IntegrityError):
        write_two_and_fail()
    with store.reader() as session:
        assert session.scalar(select(func.count(Attempt.id))) == 0


def test_writers_wait_for_each_other_instead_of_failing(store: Store) -> None:
    from concurrent.futures import ThreadPoolExecutor

    ids = a_run(store)

    def write(sample: int) -> None:
        with store.writer() as session:
            session.scalar(select(func.count(Attempt.id)))
            session.add(an_attempt(ids, sample))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(40)))
    with store.reader() as session:
        assert session.scalar(select(func.count(Attempt.id))) == 40


def test_hashes_of_different_lists_of_parts_differ() -> None:
    assert content_hash("ab", "c") != content_hash("a", "bc") != content_hash("abc")
    assert content_hash("\udcff") != content_hash("?")
