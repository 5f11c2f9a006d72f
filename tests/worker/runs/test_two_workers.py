"""Two real workers on one Postgres: every sample of every run is drafted once, executed once and stored once, also of a
run that both do."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.actions.jobs import JobQueue
from app.actions.runs import create_run, start_new_run, start_run
from cli.store import open_store
from models import Attempt, Job, JobEvent, Problem, Revision, Run, Store
from models.enums import JobKind, JobState, RunState
from settings import Settings
from tests.forking import Nursery
from tests.worker.runs.stored_rows import stored_rows
from tests.worker.runs.telling_worker import told_as
from tests.worker.tiny_run import TINY, add_tiny_models, finished_run
from worker.problem_sets.own_sets import load_own_set
from worker.problem_sets.storing import put_problem_set

pytestmark = [pytest.mark.go, pytest.mark.slow]

RUNS = 4
SAMPLES = 5


@contextmanager
def worker(nursery: Nursery, url: str, jobs_url: str, name: str, told: Path, **environment: str) -> Iterator[None]:
    """A worker process that writes what it does to `told`."""
    program = str(Path(__file__).with_name("telling_worker.py"))
    with told.open("w") as out:
        process = nursery.start(program, url, jobs_url, name, environment=environment, stdout=out)
    try:
        until(lambda: told.read_text().startswith("ready") or process.poll() is not None)
        assert process.poll() is None
        yield
    finally:
        process.kill()
        process.wait()


def until(condition: Callable[[], bool], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)


def place_of(postgres_url: str, tmp_path: Path) -> tuple[str, str, Store]:
    """Addresses of store and queue, and the store, which knows the tiny models."""
    url = postgres_url.replace("postgresql://", "postgresql+psycopg://")
    store = open_store(url)
    add_tiny_models(store, tmp_path)
    return url, Settings(db=url).jobs_url, store


def test_each_sample_of_each_run_is_drafted_and_executed_once(
    postgres_url: str, tmp_path: Path, nursery: Nursery
) -> None:
    url, jobs_url, store = place_of(postgres_url, tmp_path)
    with store.writer() as session:
        runs = [
            create_run(session, TINY.model_copy(update={"seed": seed, "samples": SAMPLES})).id
            for seed in range(RUNS)
        ]
    queue = JobQueue(store, jobs_url)
    told = [tmp_path / "one", tmp_path / "two"]
    with worker(nursery, url, jobs_url, "w-1", told[0]), worker(nursery, url, jobs_url, "w-2", told[1]):
        jobs = [start_run(store, queue, run_id).job_id for run_id in runs]
        until(lambda: all(job.finished_at for job in stored_jobs(store, jobs)))
    queue.close()
    assert [(job.state, job.error) for job in stored_jobs(store, jobs)] == [(JobState.DONE, "")] * RUNS
    assert {job.worker for job in stored_jobs(store, jobs)} == {"w-1", "w-2"}
    lines = [line.split() for path in told for line in path.read_text().splitlines()]
    check_lines(store, lines)
    check_rows(store, jobs)
    store.close()


def test_two_workers_do_one_run_and_store_what_one_does_alone(
    postgres_url: str, tmp_path: Path, nursery: Nursery
) -> None:
    url, jobs_url, store = place_of(postgres_url, tmp_path)
    fresh = load_own_set("fresh")
    with store.writer() as session:
        put_problem_set(session, replace(fresh, name="eight", problems=fresh.problems[:8]))
    wanted = TINY.model_copy(update={"problem_sets": ("eight",)})
    expected = stored_rows(store, finished_run(store, wanted))
    queue = JobQueue(store, jobs_url)
    told = [tmp_path / "one", tmp_path / "two"]
    split = {"TEKHNE_SHARD_PROBLEMS": "1"}
    with (
        worker(nursery, url, jobs_url, "w-1", told[0], **split),
        worker(nursery, url, jobs_url, "w-2", told[1], **split),
    ):
        run_id = start_new_run(store, queue, wanted)
        until(lambda: finished(store, run_id))
    queue.close()
    with store.reader() as session:
        run, jobs = session.get_one(Run, run_id), session.scalars(select(Job).where(Job.run_id == run_id)).all()
    assert (run.state, run.error) == (RunState.DONE, "")
    assert [(job.state, job.error) for job in jobs] == [(JobState.DONE, "")] * 9
    assert {job.worker for job in jobs if job.kind is JobKind.SHARD} == {"w-1", "w-2"}
    drafted = [line for path in told for line in path.read_text().splitlines() if line.startswith("drafted")]
    assert len(drafted) == len(set(drafted))
    assert stored_rows(store, run_id) == expected
    store.close()


def finished(store: Store, run_id: int) -> bool:
    with store.reader() as session:
        return session.get_one(Run, run_id).finished_at is not None


def stored_jobs(store: Store, jobs: list[str]) -> list[Job]:
    with store.reader() as session:
        return [session.get_one(Job, job) for job in jobs]


def check_lines(store: Store, lines: list[list[str]]) -> None:
    """Nothing was drafted or executed twice, by either worker."""
    with store.reader() as session:
        problems = session.scalars(select(Problem.content_hash).order_by(Problem.id)).all()
        drafts = session.execute(select(Problem.prompt, Attempt.text).join(Problem))
        revisions = session.execute(select(Problem.prompt, Revision.text).join(Problem))
        samples = Counter(told_as(*row) for row in (*drafts, *revisions))
    wanted = {(f"{seed}", f"{one}/{n}") for seed in range(RUNS) for one in problems for n in range(SAMPLES)}
    drafted = Counter((line[1], line[2]) for line in lines if line[0] == "drafted")
    executed = Counter(line[1] for line in lines if line[0] == "executed")
    assert wanted <= drafted.keys()
    assert set(drafted.values()) == {1}
    assert executed <= samples
    assert len(executed) > len(wanted)


def check_rows(store: Store, jobs: list[str]) -> None:
    with store.reader() as session:
        assert session.scalars(select(Run.state)).all() == [RunState.DONE] * RUNS
        assert session.scalar(select(func.count()).select_from(Attempt)) == RUNS * SAMPLES * 2
        assert session.scalar(select(func.count()).select_from(Revision)) == RUNS * SAMPLES * 2 * 2
        loaded = select(JobEvent.job_id).where(
            JobEvent.kind == "stage", JobEvent.data["stage"].as_string() == LOADING
        )
        assert sorted(session.scalars(loaded)) == sorted(jobs)


LOADING = "loading the models"
"""Each try at a job says so once."""
