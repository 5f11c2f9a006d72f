"""Runs are created, started, paused, cancelled, deleted and repaired again, and refuse what makes no sense."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from dbos import DBOS
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.actions.deleting import delete_run
from app.actions.errors import NoSuchRow, NotAllowed
from app.actions.jobs import Enqueued, JobQueue, Outbox
from app.actions.reruns import rerun_problem
from app.actions.runs import cancel_run, create_run, find_unfinished, pause_run, start_new_run, start_run
from models import Arm, Attempt, Checkpoint, Job, JobEvent, Problem, Run, RunProblem, Store
from models.arm_kinds import ArmKind
from models.base import now
from models.enums import CheckpointKind, JobState, RunKind, RunState, TestsKind
from models.reruns import RerunSpecification
from models.specification import ArmSpecification, RunSpecification, SpecificationError
from tests.store_factory import StoreFactory

WANTED = RunSpecification(
    name="mine",
    problem_sets=("tekhne-fresh",),
    base="my-base",
    arms=(ArmSpecification(kind=ArmKind.CRITIC, checkpoint="my-critic"), ArmSpecification(kind=ArmKind.RESAMPLE)),
    samples=2,
)


@pytest.fixture
def queue(sqlite_store: Store, tmp_path: Path) -> Iterator[JobQueue]:
    url = f"sqlite:///{tmp_path / 'jobs.db'}"
    DBOS.migrate(url)
    opened = JobQueue(sqlite_store, url)
    yield opened
    opened.close()


@pytest.fixture
def filled(sqlite_store: Store) -> Store:
    StoreFactory(sqlite_store).problem_set(problems=3)
    with sqlite_store.writer() as session:
        base = Checkpoint(name="my-base", kind=CheckpointKind.BASE, location="b", content_hash="b")
        session.add(base)
        session.flush()
        session.add_all(
            [
                Checkpoint(
                    name="my-critic", kind=CheckpointKind.CRITIC, location="c", content_hash="c", base_id=base.id
                ),
                Checkpoint(name="other", kind=CheckpointKind.BASE, location="o", content_hash="o"),
            ]
        )
    return sqlite_store


def make(store: Store, wanted: RunSpecification = WANTED) -> int:
    with store.writer() as session:
        return create_run(session, wanted).id


def state(store: Store, run_id: int) -> RunState:
    with store.reader() as session:
        return session.get_one(Run, run_id).state


def test_a_run_names_its_problems_by_row_and_its_arms_in_order(filled: Store) -> None:
    run_id = make(filled)
    with filled.reader() as session:
        arms = session.execute(select(Arm.name, Arm.kind).where(Arm.run_id == run_id).order_by(Arm.position)).all()
        problems = session.scalar(select(func.count()).select_from(RunProblem).where(RunProblem.run_id == run_id))
    assert arms == [("base", ArmKind.BASE), ("critic:my-critic", ArmKind.CRITIC), ("resample", ArmKind.RESAMPLE)]
    assert problems == 3


def test_the_same_command_finds_its_unfinished_run_again(filled: Store) -> None:
    run_id = make(filled)
    with filled.writer() as session:
        found = find_unfinished(session, WANTED)
        assert found is not None
        assert found.id == run_id
        found.state = RunState.DONE
    with filled.reader() as session:
        assert find_unfinished(session, WANTED) is None


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"base": "nobody"}, "my-base, my-critic, other"),
        ({"problem_sets": ("nothing",)}, "tekhne-fresh"),
        ({"base": "other"}, "was trained on another base"),
    ],
)
def test_what_is_unknown_or_does_not_fit_is_named_with_what_is_known(
    filled: Store, change: dict[str, object], says: str
) -> None:
    with filled.writer() as session, pytest.raises(SpecificationError, match=says):
        create_run(session, WANTED.model_copy(update=change))  # type: ignore[arg-type]


def test_a_deleted_checkpoint_is_refused(filled: Store) -> None:
    from models.base import now

    with filled.writer() as session:
        session.scalars(select(Checkpoint).where(Checkpoint.name == "my-critic")).one().deleted_at = now()
    with filled.writer() as session, pytest.raises(SpecificationError, match="were deleted"):
        create_run(session, WANTED)


def test_a_run_is_started_once_paused_and_started_again(filled: Store, queue: JobQueue) -> None:
    run_id = make(filled)
    first = start_run(filled, queue, run_id)
    assert not start_run(filled, queue, run_id).created
    pause_run(filled, run_id)
    assert state(filled, run_id) is RunState.PAUSED
    with filled.reader() as session:
        job = session.get_one(Job, first.job_id)
        assert job.state is JobState.PAUSED
        assert job.finished_at is not None
        events = select(JobEvent.kind).where(JobEvent.job_id == job.id).order_by(JobEvent.number)
        assert session.scalars(events).all() == ["queued", "paused"]
    again = start_run(filled, queue, run_id)
    assert again.created
    assert again.job_id != first.job_id
    assert state(filled, run_id) is RunState.QUEUED


class Crash(BaseException):
    """The process ends here."""


class CrashingQueue(JobQueue):
    """Its process ends as soon as a job's row is committed."""

    def _send(self, job: Job) -> None:
        raise Crash(job.id)


class CrashingOutbox(Outbox):
    """Its process ends before the job's row is written."""

    def add(self, session: Session, job: Job) -> Enqueued:
        session.flush()
        raise Crash


def test_no_crash_leaves_a_waiting_run_without_a_job(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    queue = CrashingQueue(filled, "sqlite://")
    with pytest.raises(Crash):
        start_new_run(filled, queue, WANTED)
    monkeypatch.setattr("app.actions.jobs.Outbox", CrashingOutbox)
    with pytest.raises(Crash):
        start_new_run(filled, queue, WANTED)
    paused = make(filled)
    with filled.writer() as session:
        session.get_one(Run, paused).state = RunState.PAUSED
    with pytest.raises(Crash):
        start_run(filled, queue, paused)
    assert state(filled, paused) is RunState.PAUSED
    with filled.reader() as session:
        waiting = session.scalars(select(Run.id).where(Run.state == RunState.QUEUED)).all()
        assert len(waiting) == 1
        assert session.scalars(select(Job.run_id)).all() == waiting


def test_a_run_that_is_still_stopping_is_not_started_into_its_end(filled: Store, queue: JobQueue) -> None:
    run_id = make(filled)
    job_id = start_run(filled, queue, run_id).job_id
    with filled.writer() as session:
        session.get_one(Job, job_id).state = JobState.RUNNING
    pause_run(filled, run_id)
    with pytest.raises(NotAllowed, match=f"Run {run_id} is still stopping: start it again in a moment"):
        start_run(filled, queue, run_id)
    assert state(filled, run_id) is RunState.PAUSED
    with filled.writer() as session:
        job = session.get_one(Job, job_id)
        job.state, job.finished_at, job.deduplication_key = JobState.CANCELLED, now(), None
    assert start_run(filled, queue, run_id).job_id != job_id


def test_cancelling_ends_the_job_and_deleting_takes_the_run(filled: Store, queue: JobQueue) -> None:
    run_id = make(filled)
    job_id = start_run(filled, queue, run_id).job_id
    with pytest.raises(NotAllowed, match="pause or cancel"):
        delete_run(filled, run_id)
    cancel_run(filled, run_id)
    with filled.reader() as session:
        assert session.get_one(Job, job_id).state is JobState.CANCELLED
    delete_run(filled, run_id)
    with filled.reader() as session:
        assert session.get(Run, run_id) is None


def test_what_cannot_be_done_in_a_state_is_said(filled: Store, queue: JobQueue) -> None:
    run_id = make(filled)
    with filled.writer() as session:
        session.get_one(Run, run_id).state = RunState.DONE
    with pytest.raises(NotAllowed, match="is done"):
        start_run(filled, queue, run_id)
    with pytest.raises(NotAllowed, match="nothing to stop"):
        pause_run(filled, run_id)
    with pytest.raises(NoSuchRow, match="no run 999"):
        start_run(filled, queue, 999)


def test_a_rerun_is_a_run_of_its_own_below_its_parent_and_a_double_click_is_one(
    sqlite_store: Store, queue: JobQueue
) -> None:
    factory = StoreFactory(sqlite_store)
    parent = factory.run(factory.problem_set(problems=2), samples=2)
    with sqlite_store.reader() as session:
        attempt = session.scalars(select(Attempt).where(Attempt.run_id == parent)).first()
    assert attempt is not None

    def click() -> tuple[int, bool]:
        run_id, job = rerun_problem(
            sqlite_store,
            queue,
            parent,
            attempt.problem_id,
            RerunSpecification.of(
                attempt_id=attempt.id, kind=ArmKind.PROMPTED, samples=2, seed=5, edited_trace="panic: mine"
            ),
        )
        return run_id, job.created

    first, created = click()
    second, created_again = click()
    assert (first, created, created_again) == (second, True, False)
    with sqlite_store.reader() as session:
        child = session.get_one(Run, first)
        assert (child.kind, child.parent_id, child.samples, child.seed) == (RunKind.RERUN, parent, 2, 5)
        assert child.arms[0].settings["edited_trace"] == "panic: mine"


@pytest.mark.parametrize(
    ("kind", "text", "why"),
    [(ArmKind.RESAMPLE, "Mind the sign.", "reads none"), (ArmKind.PROMPTED, " \n", "is empty")],
)
def test_a_reflection_that_nobody_would_read_is_refused(
    sqlite_store: Store, queue: JobQueue, kind: ArmKind, text: str, why: str
) -> None:
    factory = StoreFactory(sqlite_store)
    parent = factory.run(factory.problem_set(problems=1), samples=1)
    with pytest.raises(NotAllowed, match=why):
        rerun_problem(
            sqlite_store, queue, parent, 1, RerunSpecification.of(attempt_id=1, kind=kind, edited_reflection=text)
        )


def test_a_rerun_of_a_draft_that_is_not_there_is_refused(sqlite_store: Store, queue: JobQueue) -> None:
    factory = StoreFactory(sqlite_store)
    parent = factory.run(factory.problem_set(problems=1), samples=1)
    with pytest.raises(NotAllowed, match="no such draft"):
        rerun_problem(
            sqlite_store, queue, parent, 1, RerunSpecification.of(attempt_id=10**6, kind=ArmKind.PROMPTED)
        )


@pytest.mark.parametrize(
    ("base", "arm"),
    [
        ("my-critic", None),
        ("my-base", (ArmKind.CRITIC, "other")),
        ("my-base", (ArmKind.RESAMPLE, "my-critic")),
        ("my-base", (ArmKind.PROMPTED, "my-critic")),
    ],
)
def test_a_checkpoint_that_cannot_do_its_part_is_refused(
    filled: Store, base: str, arm: tuple[ArmKind, str] | None
) -> None:
    arms = (ArmSpecification(kind=arm[0], checkpoint=arm[1]),) if arm else ()
    wanted = RunSpecification(name="mine", problem_sets=("tekhne-fresh",), base=base, arms=arms)
    with pytest.raises(SpecificationError):
        make(filled, wanted)


@pytest.mark.parametrize("kind", [ArmKind.BASE, ArmKind.CRITIC])
def test_a_rerun_by_nobody_who_could_repair_is_refused(
    sqlite_store: Store, queue: JobQueue, kind: ArmKind
) -> None:
    factory = StoreFactory(sqlite_store)
    parent = factory.run(factory.problem_set(problems=1), samples=1, arms=(ArmKind.BASE, ArmKind.RESAMPLE))
    with sqlite_store.reader() as session:
        attempt = session.scalars(select(Attempt).where(Attempt.run_id == parent)).first()
    assert attempt is not None
    with pytest.raises(NotAllowed):
        rerun_problem(
            sqlite_store,
            queue,
            parent,
            attempt.problem_id,
            RerunSpecification.of(attempt_id=attempt.id, kind=kind),
        )


def test_a_rerun_without_a_critic_is_by_the_runs_own(sqlite_store: Store, queue: JobQueue) -> None:
    factory = StoreFactory(sqlite_store)
    parent = factory.run(factory.problem_set(problems=1), samples=1)
    with sqlite_store.writer() as session:
        run = session.get_one(Run, parent)
        own = session.scalars(select(Checkpoint).where(Checkpoint.name == "demo-critic")).one()
        own.base_id = run.base_checkpoint_id
        attempt = session.scalars(select(Attempt).where(Attempt.run_id == parent)).first()
        own_id = own.id
    assert attempt is not None
    child, _ = rerun_problem(
        sqlite_store,
        queue,
        parent,
        attempt.problem_id,
        RerunSpecification.of(attempt_id=attempt.id, kind=ArmKind.CRITIC),
    )
    with sqlite_store.reader() as session:
        assert session.scalars(select(Arm.checkpoint_id).where(Arm.run_id == child)).all() == [own_id]
    with pytest.raises(NotAllowed, match="has an active re-run"):
        delete_run(sqlite_store, parent)


@pytest.mark.parametrize("text", ["\ud800", "a\0b"])
def test_a_rerun_with_text_that_nothing_can_hold_is_refused(
    sqlite_store: Store, queue: JobQueue, text: str
) -> None:
    with pytest.raises(SpecificationError, match=r"edited_trace: .* is not text that can be stored"):
        rerun_problem(
            sqlite_store,
            queue,
            1,
            1,
            RerunSpecification.of(attempt_id=1, kind=ArmKind.PROMPTED, edited_trace=text),
        )


def test_another_problems_trace_needs_another_problem(filled: Store) -> None:
    shuffled = ArmSpecification(kind=ArmKind.SHUFFLED_TRACE, checkpoint="my-critic")
    with filled.writer() as session, pytest.raises(SpecificationError, match="another problem"):
        create_run(session, WANTED.model_copy(update={"arms": (shuffled,), "limit": 1}))
    assert make(filled, WANTED.model_copy(update={"arms": (shuffled,), "limit": 2}))


def test_a_rerun_knows_no_other_problems_trace(sqlite_store: Store, queue: JobQueue) -> None:
    factory = StoreFactory(sqlite_store)
    parent = factory.run(factory.problem_set(problems=2), samples=1)
    with sqlite_store.reader() as session:
        attempt = session.scalars(select(Attempt).where(Attempt.run_id == parent)).first()
    assert attempt is not None
    with pytest.raises(NotAllowed, match="another problem"):
        rerun_problem(
            sqlite_store,
            queue,
            parent,
            attempt.problem_id,
            RerunSpecification.of(attempt_id=attempt.id, kind=ArmKind.SHUFFLED_TRACE),
        )


def test_example_tests_gate_a_new_run_if_all_its_problems_have_them(filled: Store) -> None:
    with filled.writer() as session:
        run = create_run(session, WANTED)
        assert run.gate is TestsKind.EXAMPLE
        assert find_unfinished(session, WANTED) is run
        assert create_run(session, WANTED.model_copy(update={"gate": TestsKind.HIDDEN})).gate is TestsKind.HIDDEN
        session.scalars(select(Problem).order_by(Problem.id.desc()).limit(1)).one().example_tests = ""
        assert create_run(session, WANTED).gate is TestsKind.HIDDEN
        with pytest.raises(SpecificationError, match="'tekhne-fresh/2' has no example tests"):
            create_run(session, WANTED.model_copy(update={"gate": TestsKind.EXAMPLE}))
