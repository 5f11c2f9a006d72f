"""A run that is split into shards stores what a run in one piece stores, whatever its arms are shown."""

import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from dbos import DBOS
from sqlalchemy import select

from app.actions.jobs import JobQueue
from app.actions.reruns import rerun_problems
from app.actions.runs import create_run, pause_run
from app.queries.jobs import read_work
from models import Attempt, Job, RulerIdentity, Run, Store
from models.arm_kinds import ArmKind
from models.enums import BudgetRule, FinishReason, JobKind, JobState, RunState, Verdict
from models.reruns import RepairSpecification
from models.specification import ArmSpecification, RunSpecification
from settings import Settings
from tests.worker.runs.stored_rows import stored_rows
from tests.worker.tiny_run import SAMPLING, TINY, add_tiny_models, finished_run
from worker.handlers import handlers_for
from worker.jobs.errors import JobInterrupted
from worker.jobs.handle import JobHandle
from worker.jobs.performing import Handler, perform
from worker.problem_sets.own_sets import load_own_set
from worker.problem_sets.storing import put_problem_set
from worker.runs.errors import RunJobError
from worker.runs.plan import RunPart, next_problem, problem_order, read_plan
from worker.runs.shards import Round, WholeRun, add_shards, first_parts, parts_across, parts_again, read_whole
from worker.service import Service

PROBLEMS = 5
WANTED = TINY.model_copy(
    update={
        "problem_sets": ("five",),
        "rounds": 2,
        "budget": BudgetRule.EQUAL_TOKENS,
        "arms": tuple(
            ArmSpecification(
                kind=kind,
                name=str(kind),
                checkpoint="" if kind == ArmKind.RESAMPLE else "critic",
                sampling=SAMPLING,
            )
            for kind in (ArmKind.CRITIC, ArmKind.RESAMPLE, ArmKind.SHUFFLED_TRACE)
        ),
    }
)
"""With all that reaches beyond a sample: another problem's trace, and a budget that the other arms set."""
Send = Callable[[Sequence[Job]], None]


def a_whole(problems: int, *, shows_others: bool) -> WholeRun:
    order = tuple(range(10, 10 + problems))
    return WholeRun(run_id=1, problems=order, samples=2, modules=(), shows_others=shows_others)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 7])
@pytest.mark.parametrize("shows_others", [True, False])
def test_every_problem_is_drafted_and_repaired_in_one_shard_that_knows_all_that_it_is_shown(
    size: int, shows_others: bool
) -> None:
    whole = a_whole(7, shows_others=shows_others)
    first, across = first_parts(whole, size), parts_across(whole, size)
    assert [one for part in first for one in part.problems] == list(whole.problems)
    assert max(len(part.problems) for part in (*first, *across)) <= size
    repaired = [one for part in first for one in part.problems if one not in part.postponed]
    assert sorted(repaired + [one for part in across for one in part.problems]) == list(whole.problems)
    for part in (*first, *across):
        shown = {next_problem(whole.problems, one) for one in part.problems if one not in part.postponed}
        assert not shows_others or shown <= {*part.problems, *part.lent}
    assert shows_others or not across


def test_what_is_taken_again_takes_along_those_that_were_shown_it() -> None:
    [part] = parts_again(a_whole(7, shows_others=True), 2, {10, 13})
    assert part.problems == (10, 12, 13, 16)
    assert part.lent == (11, 14)
    assert [part.problems for part in parts_again(a_whole(7, shows_others=False), 2, {16, 10, 13})] == [
        (10, 13),
        (16,),
    ]
    assert parts_again(a_whole(7, shows_others=True), 2, set()) == []


@pytest.fixture
def five(sqlite_store: Store, tmp_path: Path) -> Store:
    """A store with the tiny models and five problems."""
    add_tiny_models(sqlite_store, tmp_path)
    fresh = load_own_set("fresh")
    with sqlite_store.writer() as session:
        put_problem_set(session, replace(fresh, name="five", problems=fresh.problems[:PROBLEMS]))
    return sqlite_store


def a_split_run(store: Store, wanted: RunSpecification = WANTED) -> int:
    with store.writer() as session:
        run_id = create_run(session, wanted).id
        session.add(a_job(run_id))
    return run_id


def a_job(run_id: int, number: int = 0) -> Job:
    return Job(
        id=f"whole-{run_id}-{number}", kind=JobKind.RUN, queue="bulk", payload={"run_id": run_id}, run_id=run_id
    )


@contextmanager
def sharing(store: Store, size: int, instead: Handler | None = None) -> Iterator[tuple[Service, Send]]:
    """A service whose runs are split, and two workers that take what is sent.

    Args:
        instead: does the shards.
    """
    waiting: queue.Queue[str | None] = queue.Queue()
    with Service(Settings(device="cpu", shard_problems=size), store) as service:
        handlers = {**handlers_for(service), **({JobKind.SHARD: instead} if instead else {})}

        def take(name: str) -> None:
            while (job_id := waiting.get()) is not None:
                perform(store, job_id, handlers, name, backoff_seconds=(0.01,))

        def send(jobs: Sequence[Job]) -> None:
            for job in jobs:
                waiting.put(job.id)

        with ThreadPoolExecutor(2) as workers:
            taking = [workers.submit(take, name) for name in ("w-1", "w-2")]
            try:
                yield service, send
            finally:
                for _ in taking:
                    waiting.put(None)
        for one in taking:
            one.result()


def do(store: Store, job_id: str, service: Service, send: Send, ending: threading.Event | None = None) -> Job:
    perform(store, job_id, handlers_for(service, send), "w-0", backoff_seconds=(0.01,), ending=ending)
    with store.reader() as session:
        return session.get_one(Job, job_id)


def shards(store: Store, run_id: int) -> list[Job]:
    with store.reader() as session:
        return list(session.scalars(select(Job).where(Job.run_id == run_id, Job.kind == JobKind.SHARD)))


def of_run(store: Store, run_id: int) -> Run:
    with store.reader() as session:
        return session.get_one(Run, run_id)


@pytest.mark.go
@pytest.mark.slow
@pytest.mark.parametrize("size", [1, 2])
def test_a_split_run_stores_what_a_run_in_one_piece_stores(five: Store, size: int) -> None:
    expected = stored_rows(five, finished_run(five, WANTED))
    run_id = a_split_run(five)
    with sharing(five, size) as (service, send):
        job = do(five, f"whole-{run_id}-0", service, send)
    assert (job.state, job.error, of_run(five, run_id).state) == (JobState.DONE, "", RunState.DONE)
    found = stored_rows(five, run_id)
    for table, rows in expected.items():
        assert found[table] == rows, table
    assert {one.state for one in shards(five, run_id)} == {JobState.DONE}
    progress = job.progress
    assert progress["done"] == progress["total"] == progress["drafted"] == PROBLEMS * WANTED.samples
    assert progress["repaired"] == progress["owed"] == progress["total"] * 3


@pytest.mark.go
@pytest.mark.slow
def test_a_split_rerun_of_many_problems_stores_what_one_in_one_piece_stores(five: Store, tmp_path: Path) -> None:
    parent = finished_run(five, TINY.model_copy(update={"problem_sets": ("five",), "samples": 1}))
    settings = Settings(db=str(five.engine.url.database))
    DBOS.migrate(settings.jobs_url)
    with five.reader() as session:
        problems = [*problem_order(session, parent)]
    wanted = RepairSpecification.of(kind=ArmKind.CRITIC, samples=2, seed=5, **SAMPLING.model_dump())
    queue = JobQueue(five, settings.jobs_url)
    found = []
    for size in (PROBLEMS, 1):
        run_id, job = rerun_problems(five, queue, parent, problems, wanted)
        with sharing(five, size) as (service, send):
            assert do(five, job.job_id, service, send).state is JobState.DONE
        found.append(stored_rows(five, run_id))
        assert len(shards(five, run_id)) == (PROBLEMS if size == 1 else 0)
    queue.close()
    assert found[0] == found[1]
    with five.reader() as session:
        part = read_plan(session, run_id, RunPart(problems=(problems[0],)))
    assert not part.is_interactive, "nobody waits for one problem of many"


@pytest.mark.go
@pytest.mark.slow
def test_a_job_whose_worker_ended_is_gone_on_with_and_finds_its_shards(five: Store) -> None:
    expected = stored_rows(five, finished_run(five, WANTED))
    run_id = a_split_run(five)
    ending = threading.Event()
    with sharing(five, 1) as (service, send):

        def send_and_end(jobs: Sequence[Job]) -> None:
            send(jobs)
            ending.set()

        with pytest.raises(JobInterrupted):
            do(five, f"whole-{run_id}-0", service, send_and_end, ending)
        assert of_run(five, run_id).state is RunState.RUNNING
        before = {one.id for one in shards(five, run_id)}
        assert len(before) == PROBLEMS
        job = do(five, f"whole-{run_id}-0", service, send)
    assert (job.state, of_run(five, run_id).state) == (JobState.DONE, RunState.DONE)
    assert before <= {one.id for one in shards(five, run_id)}
    assert stored_rows(five, run_id) == expected


@pytest.mark.go
@pytest.mark.slow
def test_samples_that_stayed_unscored_are_taken_again_by_shards_of_their_own(five: Store) -> None:
    expected = stored_rows(five, finished_run(five, WANTED))
    run_id = a_split_run(five)
    with sharing(five, 2) as (service, send):
        do(five, f"whole-{run_id}-0", service, send)
        with five.writer() as session:
            lost = session.scalars(select(Attempt).where(Attempt.run_id == run_id, Attempt.sample == 0)).all()[2]
            lost.verdict, lost.finish_reason = Verdict.SANDBOX_ERROR, FinishReason.ERROR
            session.get_one(Run, run_id).state = RunState.QUEUED
            session.add(a_job(run_id, 1))
        job = do(five, f"whole-{run_id}-1", service, send)
    assert (job.state, job.error) == (JobState.DONE, "")
    [again] = [one for one in shards(five, run_id) if one.payload["round"] == "again"]
    assert lost.problem_id in again.payload["problems"]
    assert stored_rows(five, run_id) == expected


@pytest.mark.go
def test_a_run_fails_with_the_error_of_its_shard_and_no_other_is_left_waiting(five: Store) -> None:
    def fail(handle: JobHandle) -> None:
        if handle.payload["number"] == 2:
            raise RunJobError("The second group cannot be done.")
        while True:
            time.sleep(0.01)
            handle.check()

    run_id = a_split_run(five)
    with sharing(five, 1, fail) as (service, send):
        job = do(five, f"whole-{run_id}-0", service, send)
    run = of_run(five, run_id)
    assert (job.state, job.error) == (JobState.FAILED, "The second group cannot be done.")
    assert (run.state, run.error) == (RunState.FAILED, "The second group cannot be done.")
    assert sorted(one.state for one in shards(five, run_id)) == [JobState.CANCELLED] * 4 + [JobState.FAILED]


@pytest.mark.go
def test_a_run_fails_when_every_worker_would_judge_its_shard_by_another_ruler(five: Store) -> None:
    run_id = a_split_run(five)
    with sharing(five, 1) as (service, send):

        def send_with_another_ruler(jobs: Sequence[Job]) -> None:
            with five.writer() as session:
                other = RulerIdentity(digest="another", go_version="go1.1")
                session.add(other)
                session.flush()
                session.get_one(Run, run_id).ruler_id = other.id
            send(jobs)

        job = do(five, f"whole-{run_id}-0", service, send_with_another_ruler)
    run = of_run(five, run_id)
    assert (job.state, run.state) == (JobState.FAILED, RunState.FAILED)
    assert "has another ruler" in run.error
    assert all(one.finished_at for one in shards(five, run_id))


def test_cancelling_and_pausing_end_shards_that_have_not_begun_at_once(
    sqlite_store: Store, tmp_path: Path
) -> None:
    add_tiny_models(sqlite_store, tmp_path)
    run_id = a_split_run(sqlite_store, TINY)
    with sqlite_store.writer() as session:
        whole = read_whole(session, run_id)
        add_shards(session, whole, f"whole-{run_id}-0", Round.FIRST, first_parts(whole, 1))
        session.get_one(Run, run_id).state = RunState.RUNNING
        session.get_one(Job, f"whole-{run_id}-0").state = JobState.RUNNING
    pause_run(sqlite_store, run_id)
    assert [one.state for one in shards(sqlite_store, run_id)] == [JobState.PAUSED] * 2
    # A shard ends alone: the run's job is still stopping.
    assert of_run(sqlite_store, run_id).finished_at is None
    with sqlite_store.reader() as session:
        work = read_work(session)
    assert [job.id for job in work.jobs] == [f"whole-{run_id}-0"]
