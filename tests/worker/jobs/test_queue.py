"""Jobs through the real queue and real worker processes: once, first come, overtaken, killed, taken over."""

import base64
import importlib.util
import os
import pickle
import re
import signal
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from dbos import DBOSClient, _serialization
from dbos._serialization import deserialize_args, deserialize_exception, deserialize_value, serialize_args
from sqlalchemy import select, text

from app.actions.jobs import JobQueue
from cli.store import open_store, prepare_queue
from models import Job, JobEvent, Store
from models.base import now
from models.enums import JobKind, JobState
from models.job import APPLICATION, left_by
from models.queue_rows import PickledRow, json_serializer
from models.session import open_jobs_engine
from settings import Settings
from tests.forking import Forked, Nursery

pytestmark = pytest.mark.slow

PROGRAM = str(Path(__file__).with_name("slow_worker.py"))
_spec = importlib.util.spec_from_file_location("slow_worker", PROGRAM)
assert _spec is not None
assert _spec.loader is not None
slow_worker = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(slow_worker)
TO_TEN = list(range(slow_worker.UP_TO))

Start = Callable[..., Forked]


@pytest.fixture
def jobs_url(database_url: str) -> str:
    return Settings(db=database_url).jobs_url


@pytest.fixture
def start(store: Store, database_url: str, jobs_url: str, tmp_path: Path, nursery: Nursery) -> Iterator[Start]:
    """Starts worker processes and ends what is left of them."""
    started: list[Forked] = []

    def begin(worker_id: str, pause: float = 0.05, *roles: str) -> Forked:
        output = tmp_path / f"worker-{len(started)}"
        with output.open("w") as out:
            process = nursery.start(
                PROGRAM, database_url, jobs_url, worker_id, str(pause), *roles, environment={}, stdout=out
            )
        started.append(process)
        until(lambda: output.read_text() == "ready\n" or process.poll() is not None)
        assert process.poll() is None
        return process

    yield begin
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture
def queue(store: Store, jobs_url: str) -> Iterator[JobQueue]:
    opened = JobQueue(store, jobs_url)
    yield opened
    opened.close()


def until(condition: Callable[[], bool], seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)


def state(store: Store, job_id: str) -> JobState:
    with store.reader() as session:
        return session.get_one(Job, job_id).state


def test_a_job_is_done_by_a_worker_and_a_double_click_is_one_job(
    store: Store, start: Start, queue: JobQueue
) -> None:
    start("w-1")
    first = queue.enqueue(JobKind.RUN, {}, deduplication_key="same")
    second = queue.enqueue(JobKind.RUN, {}, deduplication_key="same")
    assert (first.created, second.created) == (True, False)
    assert first.job_id == second.job_id
    until(lambda: state(store, first.job_id) is JobState.DONE)
    assert slow_worker.numbers(store, first.job_id) == TO_TEN
    assert queue.enqueue(JobKind.RUN, {}, deduplication_key="same").created


def test_a_job_past_retention_leaves_no_row_and_no_workflow(
    store: Store, start: Start, queue: JobQueue, jobs_url: str
) -> None:
    start("w-1", pause=0.01)
    kept, old = (queue.enqueue(JobKind.RUN, {}).job_id for _ in range(2))
    until(lambda: state(store, kept) is state(store, old) is JobState.DONE)
    with store.writer() as session:
        session.get_one(Job, old).finished_at = now() - timedelta(days=31)
    until(lambda: job_ids(store) == [kept])
    engine = open_jobs_engine(jobs_url)
    client = DBOSClient(system_database_engine=engine, application_name=APPLICATION)
    assert [one.workflow_id for one in client.list_workflows(workflow_ids=[kept, old])] == [kept]
    client.destroy()
    engine.dispose()


def job_ids(store: Store) -> list[str]:
    with store.reader() as session:
        return list(session.scalars(select(Job.id)))


def test_an_interactive_job_overtakes_bulk_jobs(store: Store, start: Start, queue: JobQueue) -> None:
    start("w-1", pause=0.5)
    bulk = [queue.enqueue(JobKind.RUN, {}).job_id for _ in range(3)]
    until(lambda: state(store, bulk[0]) is JobState.RUNNING)
    click = queue.enqueue(JobKind.RERUN, {}).job_id
    until(lambda: state(store, click) is JobState.DONE)
    assert state(store, bulk[2]) is JobState.QUEUED


def workers_of(store: Store, job_id: str) -> set[str]:
    with store.reader() as session:
        rows = session.scalars(select(JobEvent.data).where(JobEvent.job_id == job_id, JobEvent.kind == "number"))
        return {row["by"] for row in rows}


def test_a_worker_takes_only_jobs_of_its_roles(store: Store, start: Start, queue: JobQueue) -> None:
    trainer, drafter = start("trainer", 0.01, "train"), start("drafter", 0.01, "draft", "judge")
    collecting, run, training = (
        queue.enqueue(kind, {}).job_id for kind in (JobKind.COLLECT, JobKind.RUN, JobKind.TRAIN)
    )
    for job in (collecting, run, training):
        until(lambda job=job: state(store, job) is JobState.DONE)
    assert [workers_of(store, job) for job in (collecting, run, training)] == [
        {"drafter"},
        {"drafter"},
        {"trainer"},
    ]
    trainer.kill()
    trainer.wait()
    waiting, next_in_line = queue.enqueue(JobKind.TRAIN, {}).job_id, queue.enqueue(JobKind.COLLECT, {}).job_id
    # A job that its worker may not take stands in nobody's way.
    until(lambda: state(store, next_in_line) is JobState.DONE)
    assert state(store, waiting) is JobState.QUEUED
    drafter.kill()
    drafter.wait()
    start("all", 0.01)
    until(lambda: state(store, waiting) is JobState.DONE)
    assert workers_of(store, waiting) == {"all"}


def test_a_job_whose_model_a_worker_lacks_is_left_to_another(store: Store, start: Start, queue: JobQueue) -> None:
    start("without", 0.01)
    start("train-only", 0.01, "train")
    start("with", 0.01)
    for _ in range(3):
        job = queue.enqueue(JobKind.RUN, {"lacked_by": ["without", "train-only"]}).job_id
        until(lambda job=job: state(store, job) is JobState.DONE)
        assert workers_of(store, job) == {"with"}


def test_a_job_whose_model_every_worker_lacks_fails_with_the_sentence(
    store: Store, start: Start, queue: JobQueue
) -> None:
    start("one", 0.01)
    start("two", 0.01)
    job = queue.enqueue(JobKind.RUN, {"lacked_by": ["one", "two"]}).job_id
    until(lambda: state(store, job) is JobState.FAILED)
    with store.reader() as session:
        assert re.fullmatch(r"The files of m are not on (one|two)\.", session.get_one(Job, job).error)
        assert len(left_by(session, job)) == 1


def test_a_killed_workers_job_goes_on_where_it_was_when_it_comes_back(
    store: Store, start: Start, queue: JobQueue
) -> None:
    worker = start("w-1", pause=2)
    job = queue.enqueue(JobKind.RUN, {}).job_id
    until(lambda: len(slow_worker.numbers(store, job)) >= 2)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    start("w-1", pause=0.01)
    until(lambda: state(store, job) is JobState.DONE)
    assert slow_worker.numbers(store, job) == TO_TEN


def test_a_dead_workers_job_is_taken_over_by_a_living_one(store: Store, start: Start, queue: JobQueue) -> None:
    # So slow that it cannot finish by itself while the other starts.
    worker = start("w-1", pause=30)
    job = queue.enqueue(JobKind.RUN, {}).job_id
    until(lambda: len(slow_worker.numbers(store, job)) >= 1)
    start("w-2", pause=0.01)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    until(lambda: state(store, job) is JobState.DONE)
    assert slow_worker.numbers(store, job) == TO_TEN
    with store.reader() as session:
        assert session.get_one(Job, job).worker == "w-2"


def test_a_second_worker_with_the_same_name_does_not_start(
    start: Start, nursery: Nursery, database_url: str, jobs_url: str
) -> None:
    start("w-1")
    second = nursery.run(PROGRAM, database_url, jobs_url, "w-1", "0", environment={}, timeout=60)
    assert second.returncode != 0
    assert "TEKHNE_WORKER_ID" in second.stderr


def test_a_row_without_a_workflow_is_found_and_enqueued(store: Store, start: Start) -> None:
    with store.writer() as session:
        session.add(Job(id="lost", kind=JobKind.RUN, queue="bulk", created_at=now() - timedelta(minutes=1)))
    start("w-1", pause=0.01)
    until(lambda: state(store, "lost") is JobState.DONE)


class Bomb:
    """Makes a folder when it is unpickled."""

    def __init__(self, folder: Path) -> None:
        self._folder = str(folder)

    def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
        return os.mkdir, (self._folder,)


def pickle_rows(jobs_url: str, folder: Path) -> None:
    """What a stranger with access to the queue can write: the arguments as a pickle, and a name that says so."""
    pickled = base64.b64encode(pickle.dumps(Bomb(folder))).decode()
    engine = open_jobs_engine(jobs_url)
    table = "workflow_status" if jobs_url.startswith("sqlite") else "dbos.workflow_status"
    with engine.begin() as connection:
        changed = connection.execute(
            text(f"UPDATE {table} SET inputs = :row, output = :row, serialization = 'py_pickle'"),
            {"row": pickled},
        )
    assert changed.rowcount
    engine.dispose()


def test_no_pickle_of_the_queue_is_read_and_the_job_is_done_all_the_same(
    store: Store, start: Start, queue: JobQueue, jobs_url: str, tmp_path: Path
) -> None:
    prepare_queue(jobs_url)
    job = queue.enqueue(JobKind.RUN, {}).job_id
    pickle_rows(jobs_url, tmp_path / "executed")
    with store.writer() as session:
        session.get_one(Job, job).created_at = now() - timedelta(minutes=1)
    start("w-1", pause=0.01)
    # The queue drops the row, and the reaper writes a new one.
    until(lambda: state(store, job) is JobState.DONE)
    assert slow_worker.numbers(store, job) == TO_TEN
    assert not (tmp_path / "executed").exists()


def test_a_pickle_is_refused_in_a_sentence_under_whatever_name_dbos_keeps_its_reader(tmp_path: Path) -> None:
    pickled = base64.b64encode(pickle.dumps(Bomb(tmp_path / "executed"))).decode()
    serializer = json_serializer(_serialization)
    for read in (deserialize_args, deserialize_value, deserialize_exception):
        with pytest.raises(PickledRow, match="TEKHNE_JOBS_DB"):
            read(pickled, "py_pickle", serializer)
    assert not (tmp_path / "executed").exists()
    assert deserialize_args(*serialize_args(("job",), {}, None, serializer), serializer)["args"] == ("job",)


def test_a_workflow_of_a_deleted_job_is_one_line_of_the_log(
    store: Store, queue: JobQueue, jobs_url: str, nursery: Nursery, database_url: str, tmp_path: Path
) -> None:
    prepare_queue(jobs_url)
    lost, after = (queue.enqueue(JobKind.RUN, {}).job_id for _ in range(2))
    with store.writer() as session:
        session.delete(session.get_one(Job, lost))
    with (tmp_path / "log").open("w") as log:
        worker = nursery.start(PROGRAM, database_url, jobs_url, "w-1", "0", environment={}, stdout=log, stderr=log)
    until(lambda: state(store, after) is JobState.DONE)
    worker.kill()
    worker.wait()
    lines = [line for line in (tmp_path / "log").read_text().splitlines() if lost[:8] in line]
    assert lines == [f"job {lost[:8]} is not in the store any more: nothing is left to do of it"]
    assert "Traceback" not in (tmp_path / "log").read_text()


def test_a_process_killed_between_row_and_workflow_loses_no_job(
    store: Store, start: Start, nursery: Nursery, database_url: str, jobs_url: str
) -> None:
    program = str(Path(__file__).with_name("killed_queuer.py"))
    assert nursery.run(program, database_url, jobs_url, environment={}).returncode == -signal.SIGKILL
    [job] = job_ids(store)
    assert state(store, job) is JobState.QUEUED
    with store.writer() as session:
        session.get_one(Job, job).created_at = now() - timedelta(minutes=1)
    start("w-1", pause=0.01)
    until(lambda: state(store, job) is JobState.DONE)


def test_opening_a_queue_needs_no_database(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 's.db'}")
    JobQueue(store, "postgresql+psycopg://nobody@127.0.0.1:1/none").close()
    store.close()
