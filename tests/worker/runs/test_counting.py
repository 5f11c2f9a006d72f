"""The counts that pages read are what the rows say, and counting again changes nothing."""

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.queries.report_inputs import read_arms
from app.queries.sample_rows import sample_rows
from app.reports.repairs import revisions_owed
from models import Arm, Attempt, Problem, Program, Revision, Run, RunProblemCount, Store
from models.arm_kinds import ArmKind, arm_kinds
from models.base import content_hash
from models.counts import MARK_OF, VERDICT_OF, mark, verdicts
from models.enums import RunState, TestsKind, Verdict
from tests.store_factory import StoreFactory
from worker.runs.counting import recount

COMPARED = (
    "n", "c", "unscored", "fixed", "broken", "copied", "flaky", "prompt_tokens", "new_tokens",
    "marks", "draft_marks", "raw_marks", "example_marks",
)  # fmt: skip
"""All but what the builder of the test's store does not write: the legacy rule, and rounds of drafts."""


def rows(session: Session, run_id: int) -> dict[tuple[int, int], dict[str, object]]:
    found = session.scalars(select(RunProblemCount).where(RunProblemCount.run_id == run_id)).all()
    return {(row.arm_id, row.problem_id): _compared(row) for row in found}


def _compared(row: RunProblemCount) -> dict[str, object]:
    details = {
        name: [int(value) for value in row.sample_details[name]] for name in ("new_tokens", "edit_size", "copied")
    }
    return {**{name: getattr(row, name) for name in COMPARED}, **details}


def test_recounting_from_the_rows_gives_what_an_independent_count_gave(store: Store) -> None:
    factory = StoreFactory(store)
    run_id = factory.run(factory.problem_set(problems=8), samples=5, gated=False)
    with store.reader() as session:
        independent = rows(session, run_id)
    with store.writer() as session:
        session.execute(RunProblemCount.__table__.delete())
        written = recount(session, run_id)
    with store.reader() as session:
        counted = rows(session, run_id)
    assert written == len(independent) == 8 * 3
    assert counted == independent


def test_counting_twice_changes_nothing(sqlite_store: Store) -> None:
    factory = StoreFactory(sqlite_store)
    run_id = factory.run(factory.problem_set(problems=3), samples=4)
    with sqlite_store.writer() as session:
        recount(session, run_id)
        first = rows(session, run_id)
        recount(session, run_id)
        assert rows(session, run_id) == first


def test_a_gated_run_cannot_break_what_passed(sqlite_store: Store) -> None:
    factory = StoreFactory(sqlite_store)
    run_id = factory.run(factory.problem_set(problems=8), samples=5, gated=True)
    with sqlite_store.writer() as session:
        recount(session, run_id)
        assert all(row["broken"] == 0 for row in rows(session, run_id).values())


def test_every_verdict_has_a_mark_of_its_own_and_comes_back_from_it() -> None:
    assert set(MARK_OF) == set(Verdict)
    assert len(VERDICT_OF) == len(MARK_OF)
    strip = "".join(mark(verdict) for verdict in [*Verdict, None])
    assert verdicts(strip) == [*Verdict, None]


def test_only_the_base_does_not_repair() -> None:
    assert [kind for kind in arm_kinds() if not kind.repairs] == [ArmKind.BASE]


def test_example_tests_that_gate_say_which_drafts_wait_for_a_revision(sqlite_store: Store) -> None:
    """The CSV of attempts follows the same rule."""
    factory = StoreFactory(sqlite_store)
    run_id = factory.run(factory.problem_set(problems=1), samples=4)
    with sqlite_store.writer() as session:
        session.get_one(Run, run_id).gate = TestsKind.EXAMPLE
        session.execute(delete(Revision).where(Revision.run_id == run_id))
        drafts = session.scalars(select(Attempt).where(Attempt.run_id == run_id).order_by(Attempt.sample)).all()
        verdicts = [("P", "P"), ("P", "A"), ("A", "P"), ("A", "A")]
        for draft, (hidden, example) in zip(drafts, verdicts, strict=True):
            draft.verdict, draft.example_verdict = VERDICT_OF[hidden], VERDICT_OF[example]
        recount(session, run_id)
        critic = session.scalars(select(Arm.id).where(Arm.run_id == run_id, Arm.kind == ArmKind.CRITIC)).one()
        counted = session.scalars(select(RunProblemCount).where(RunProblemCount.arm_id == critic)).one()
        assert (counted.marks, counted.example_marks) == ("P.A.", "P.P.")
        written = [mark(row.verdict) for row in sample_rows(session, run_id) if row.kind == ArmKind.CRITIC]
    assert "".join(written) == counted.marks


def test_a_round_that_was_refused_waits_for_the_next_one_until_the_run_is_done(sqlite_store: Store) -> None:
    """The report counts whole rounds, so the strips and the CSV of attempts do too."""
    factory = StoreFactory(sqlite_store)
    run_id = factory.run(factory.problem_set(problems=8), samples=4)
    critic_of = select(Arm.id).where(Arm.run_id == run_id, Arm.kind == ArmKind.CRITIC)

    def counted(state: RunState) -> str:
        with sqlite_store.writer() as session:
            run = session.get_one(Run, run_id)
            run.state, run.rounds = state, 2
            recount(session, run_id)
            rows = session.scalars(
                select(RunProblemCount).where(RunProblemCount.arm_id == critic_of.scalar_subquery())
            )
            marks = "".join(row.marks for row in sorted(rows, key=lambda row: row.problem_id))
            critic = next(arm for arm in read_arms(session, run_id) if arm.kind == ArmKind.CRITIC)
            owed = revisions_owed(critic, gated=run.gated, rounds=2).sum() if state is not RunState.DONE else 0
            samples = [row for row in sample_rows(session, run_id) if row.kind == ArmKind.CRITIC]
        assert "".join(mark(row.verdict) for row in samples) == marks
        assert marks.count(".") == owed
        return marks

    done, under_way = counted(RunState.DONE), counted(RunState.CANCELLED)
    assert "." not in done
    assert under_way.count(".") == sum(mark not in "P" for mark in done) > 0


def test_a_recount_looks_at_passes_from_before_recitations_were_noted(sqlite_store: Store) -> None:
    factory = StoreFactory(sqlite_store)
    run_id = factory.run(factory.problem_set(problems=6), samples=3, gated=False)
    with sqlite_store.writer() as session:
        attempts = session.scalars(select(Attempt).where(Attempt.run_id == run_id)).all()
        passed = [one for one in attempts if one.verdict is Verdict.PASSED]
        for one in attempts:
            problem = session.get_one(Problem, one.problem_id)
            source = f"{problem.prompt}// by heart\n{problem.canonical_solution}"
            if session.scalar(select(Program.id).where(Program.content_hash == content_hash(source))) is None:
                session.add(Program(content_hash=content_hash(source), source=source))
                session.flush()
            one.program_hash, one.recited = content_hash(source), None
        recount(session, run_id)
        assert {one.recited for one in passed} == {True}
        assert {one.recited for one in attempts if one.verdict is not Verdict.PASSED} == {None}
        # What was noted stays: only passes that nobody looked at are looked at.
        passed[0].recited = False
        session.execute(update(Problem).values(canonical_solution="\treturn nil\n}\n"))
        passed[1].recited = None
        recount(session, run_id)
        assert [one.recited for one in passed[:3]] == [False, False, True]
