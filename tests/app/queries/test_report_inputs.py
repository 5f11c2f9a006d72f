"""The report of a stored run: derived counts and single rows give the same report, on both databases."""

import io
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from sqlalchemy import delete, select

from app.errors import NotFound
from app.queries.report_inputs import read_arms, read_problems, read_settings, read_verdicts
from app.queries.sample_rows import count_rows, sample_rows
from app.reporting import read_comparison, read_report
from app.reports.build import build_report
from app.reports.errors import NoSuchArm
from app.reports.paired import compare_arms
from app.reports.report import Report
from app.reports.sample_tables import arms_from_rows
from app.reports.tables.attempts import attempts_csv, rows_from_csv
from models import (
    Arm,
    Attempt,
    Checkpoint,
    Problem,
    ProblemOrigin,
    Revision,
    Run,
    RunProblem,
    RunProblemCount,
    Store,
)
from models.arm_kinds import ArmKind
from models.enums import Origin, OriginSource, RunState, Verdict
from tests.store_factory import Chances, StoreFactory
from worker.runs.counting import recount


def filled(store: Store, **how: object) -> int:
    """A run of twelve problems by four samples, its counts rebuilt from its rows."""
    factory = StoreFactory(store)
    run_id = factory.run(factory.problem_set(), chances=Chances(unscored=0.05), **how)
    with store.writer() as session:
        recount(session, run_id)
    return run_id


def without_seconds(report: Report) -> Report:
    """Sums of fractions differ in the last digit with the order of adding; everything else must be equal.

    The memory panel is the exception: memory cards are in the store alone, in no row of samples.
    """
    return replace(report, arms=tuple(replace(arm, seconds=0.0) for arm in report.arms))


def test_the_report_from_counts_equals_the_one_from_rows_and_the_one_from_the_csv(store: Store) -> None:
    run_id = filled(store)
    with store.reader() as session:
        page = read_report(session, run_id)
        rows = list(sample_rows(session, run_id))
    lines = io.StringIO(b"".join(attempts_csv(rows)).decode(), newline="")
    from_rows = replace(build_report(page.run, arms_from_rows(rows)), memory=page.memory)
    from_csv = replace(build_report(page.run, arms_from_rows(rows_from_csv(lines))), memory=page.memory)
    assert from_csv == from_rows
    assert without_seconds(from_rows) == without_seconds(page)
    assert [arm.seconds for arm in from_rows.arms] == pytest.approx([arm.seconds for arm in page.arms], abs=0.002)
    assert page.duels[0].equal_samples.failures > 0


def test_the_number_of_rows_is_known_before_the_first(sqlite_store: Store) -> None:
    run_id = filled(sqlite_store)
    with sqlite_store.reader() as session:
        assert count_rows(session, run_id) == len(list(sample_rows(session, run_id))) == 12 * 4 * 3


def test_an_unfinished_run_is_reported_as_far_as_it_has_come(sqlite_store: Store) -> None:
    run_id = filled(sqlite_store, state=RunState.RUNNING)
    with sqlite_store.reader() as session:
        report = read_report(session, run_id)
        rows = list(sample_rows(session, run_id))
    assert report.warnings[0] == "The run is not finished: its numbers cover what has been counted so far."
    from_rows = replace(build_report(report.run, arms_from_rows(rows)), memory=report.memory)
    assert without_seconds(from_rows) == without_seconds(report)


def test_a_run_without_any_result_says_so(sqlite_store: Store) -> None:
    factory = StoreFactory(sqlite_store)
    run_id = factory.run(factory.problem_set(problems=0))
    with sqlite_store.reader() as session:
        assert read_report(session, run_id).verdict == "This run has no results yet, so nothing can be said."
        assert list(sample_rows(session, run_id)) == []
        assert count_rows(session, run_id) == 0


def test_a_rerun_is_counted_from_the_draft_of_its_parent(sqlite_store: Store) -> None:
    factory = StoreFactory(sqlite_store)
    parent = factory.run(factory.problem_set())
    with sqlite_store.reader() as session:
        before = read_report(session, parent)
        problem_id = session.scalars(select(RunProblem.problem_id).where(RunProblem.run_id == parent)).first()
    assert problem_id is not None
    again = factory.rerun(parent, problem_id)
    with sqlite_store.reader() as session:
        assert read_report(session, parent) == before
        assert len(list(sample_rows(session, again))) == count_rows(session, again)


def test_a_run_that_is_not_there_is_not_found(sqlite_store: Store) -> None:
    with sqlite_store.reader() as session, pytest.raises(NotFound, match="no run 7"):
        read_report(session, 7)


def test_a_deleted_checkpoint_is_named(sqlite_store: Store) -> None:
    run_id = filled(sqlite_store)
    with sqlite_store.writer() as session:
        session.scalars(
            select(Checkpoint).where(Checkpoint.name == "demo-critic")
        ).one().deleted_at = datetime.now(UTC)
    with sqlite_store.reader() as session:
        notes = read_settings(session, run_id).notes
    (note,) = notes
    assert note.startswith("The files of checkpoint demo-critic are not in this store")


def origin_of(store: Store, run_id: int) -> set[Origin]:
    with store.reader() as session:
        return {problem.origin for problem in read_problems(session, run_id).values()}


def test_a_set_is_unseen_only_until_any_checkpoint_of_the_run_saw_it(sqlite_store: Store) -> None:
    run_id = filled(sqlite_store, origin=Origin.UNSEEN)
    assert origin_of(sqlite_store, run_id) == {Origin.UNSEEN}
    with sqlite_store.writer() as session:
        critic = session.scalars(select(Checkpoint.id).where(Checkpoint.name == "demo-critic")).one()
        for text in session.scalars(select(Problem.text_hash)):
            said = ProblemOrigin(checkpoint_id=critic, text_hash=text, origin=Origin.SEEN)
            said.known_by = OriginSource.TRAINED
            session.add(said)
    assert origin_of(sqlite_store, run_id) == {Origin.SEEN}


def test_a_set_without_a_record_of_its_origin_is_unknown(sqlite_store: Store) -> None:
    run_id = filled(sqlite_store)
    with sqlite_store.writer() as session:
        for known in session.scalars(select(ProblemOrigin)):
            session.delete(known)
    assert origin_of(sqlite_store, run_id) == {Origin.UNKNOWN}


def test_tables_are_in_the_runs_order(sqlite_store: Store) -> None:
    run_id = filled(sqlite_store)
    with sqlite_store.reader() as session:
        arms = read_arms(session, run_id)
    assert [arm.kind for arm in arms] == [ArmKind.BASE, ArmKind.CRITIC, ArmKind.RESAMPLE]
    assert [key.task_id for key in arms[0].keys] == [f"tekhne-fresh/{i}" for i in range(12)]
    assert np.array_equal(arms[0].verdict, arms[1].draft)


def test_final_verdicts_alone_give_the_same_comparison_as_the_whole_arm(sqlite_store: Store) -> None:
    run_id = filled(sqlite_store)
    with sqlite_store.reader() as session:
        whole = {arm.name: arm for arm in read_arms(session, run_id)}
        light = {name: read_verdicts(session, run_id, name) for name in whole}
    for name, arm in whole.items():
        assert light[name].problems == arm.problems
        assert np.array_equal(light[name].verdict, arm.verdict)
        assert np.array_equal(light[name].present, arm.present)
    assert compare_arms(light["base"], light["critic"]) == compare_arms(whole["base"], whole["critic"])


def test_two_arms_of_one_run_are_compared_without_a_warning(sqlite_store: Store) -> None:
    run_id = filled(sqlite_store)
    with sqlite_store.reader() as session:
        found = read_comparison(session, (run_id, "critic"), (run_id, "resample"))
        assert (found.result.left, found.result.right, found.warnings) == ("critic", "resample", ())
        with pytest.raises(NoSuchArm, match="its arms are: base, critic, resample"):
            read_comparison(session, (run_id, None), (run_id, "prompted"))


def test_runs_with_other_sampling_are_compared_with_a_warning(sqlite_store: Store) -> None:
    factory = StoreFactory(sqlite_store)
    version = factory.problem_set()
    first, second = factory.run(version), factory.run(version)
    with sqlite_store.writer() as session:
        session.get_one(Run, second).sampling = {"temperature": 0.2, "top_p": 0.95, "max_new_tokens": 256}
    with sqlite_store.reader() as session:
        warnings = read_comparison(session, (first, None), (second, None)).warnings
    assert warnings == ("The sampling differs in temperature: 0.8 on the left, 0.2 on the right.",)


def stopped(store: Store) -> tuple[int, int]:
    """A whole run, and its twin that was cancelled: some drafts never came, some were never revised."""
    factory = StoreFactory(store)
    version = factory.problem_set()
    whole, half = factory.run(version), factory.run(version)
    with store.writer() as session:
        session.get_one(Run, half).state = RunState.CANCELLED
        for attempt in session.scalars(select(Attempt).where(Attempt.run_id == half, Attempt.sample == 1)):
            session.delete(attempt)
        resample = select(Arm.id).where(Arm.run_id == half, Arm.kind == ArmKind.RESAMPLE)
        session.execute(delete(Revision).where(Revision.arm_id.in_(resample)))
        session.flush()
        recount(session, half)
    return whole, half


def test_drafts_that_an_arm_never_saw_are_not_its_failures(sqlite_store: Store) -> None:
    _, half = stopped(sqlite_store)
    with sqlite_store.reader() as session:
        report = read_report(session, half)
        rows = [row for row in sample_rows(session, half) if row.kind == ArmKind.RESAMPLE]
        counted = session.scalars(
            select(RunProblemCount).join(Arm).where(Arm.run_id == half, Arm.kind == ArmKind.RESAMPLE)
        ).all()
    owed = [row for row in rows if row.verdict is None]
    assert owed
    assert all(row.draft_verdict is not None and row.draft_verdict is not Verdict.PASSED for row in owed)
    assert sum(count.marks.count(".") for count in counted) == len(owed)
    assert sum(count.n - count.c for count in counted) == 0
    arm = next(arm for arm in report.arms if arm.kind == ArmKind.RESAMPLE)
    assert arm.scored == 0
    assert any("not yet revised by resample" in warning for warning in report.warnings)


def test_a_stopped_run_is_compared_sample_by_sample(sqlite_store: Store) -> None:
    whole, half = stopped(sqlite_store)
    with sqlite_store.writer() as session:
        same = {
            (a.problem_id, a.sample): a.verdict
            for a in session.scalars(select(Attempt).where(Attempt.run_id == whole))
        }
        for attempt in session.scalars(select(Attempt).where(Attempt.run_id == half)):
            attempt.verdict = same[attempt.problem_id, attempt.sample]
        session.flush()
        recount(session, half)
    with sqlite_store.reader() as session:
        result = read_comparison(session, (whole, "base"), (half, "base")).result
    assert (result.samples.fixed, result.samples.broken) == (0, 0)
    assert result.samples.both + result.samples.neither > 20
