"""A job's stream: the panel as it stands, again whenever something happened, whole after a lost connection."""

import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from httpx import Client, Timeout

from app.main import create_app
from models import Job, JobEvent, Store
from models.base import now
from models.enums import JobState
from settings import Settings
from tests.free_port import free_port


@pytest.fixture
def client(sqlite_store: Store, tmp_path: Path) -> Iterator[Client]:
    """A real server: the test client of the framework does not stream."""
    port = free_port()
    application = create_app(Settings(db=str(tmp_path / "store.db"), port=port), sqlite_store)
    server = uvicorn.Server(uvicorn.Config(application, port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    with Client(base_url=f"http://127.0.0.1:{port}", timeout=Timeout(30)) as opened:
        yield opened
    server.should_exit = True
    thread.join()


def happen(store: Store, number: int, kind: str, **data: object) -> None:
    with store.writer() as session:
        session.add(JobEvent(job_id="j", number=number, kind=kind, data=data))


def finish(store: Store) -> None:
    with store.writer() as session:
        job = session.get_one(Job, "j")
        job.state, job.finished_at = JobState.DONE, now()


@pytest.fixture
def job(sqlite_store: Store) -> Store:
    with sqlite_store.writer() as session:
        session.add(Job(id="j", kind="rerun", queue="interactive"))
    happen(sqlite_store, 1, "queued")
    return sqlite_store


def test_what_happens_arrives_and_the_end_closes_the_stream(client: Client, job: Store) -> None:
    received = ""
    with client.stream("GET", "/jobs/j/events") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        chunks = stream.iter_text()
        received += next(chunks)
        assert "id: 1\n" in received
        happen(job, 2, "tokens", sample=0, text="func Add(")
        while "func Add(" not in received:
            received += next(chunks)
        happen(job, 3, "verdict", sample=0, verdict="passed")
        finish(job)
        received += "".join(chunks)
    assert "tests passed" in received.lower() or "passed" in received
    assert received.endswith("event: over\ndata: \n\n")


def test_a_reader_who_comes_back_gets_all_that_was_written(client: Client, job: Store) -> None:
    happen(job, 2, "tokens", sample=0, text="one ")
    with client.stream("GET", "/jobs/j/events") as stream:
        assert "one " in next(stream.iter_text())
    happen(job, 3, "tokens", sample=0, text="two")
    finish(job)
    again = client.get("/jobs/j/events", headers={"Last-Event-ID": "2"}).text
    assert "one two" in again
    assert "id: 3\n" in again


def test_what_a_model_writes_is_text_and_never_an_event_or_markup(client: Client, job: Store) -> None:
    happen(job, 2, "tokens", sample=0, text="<script>alert(1)</script>\n\nevent: over\ndata: x\n\n")
    finish(job)
    received = client.get("/jobs/j/events").text
    assert "<script>" not in received
    assert received.count("\nevent: over") == 1
    assert received.endswith("event: over\ndata: \n\n")


def test_the_end_is_spoken_with_its_result(client: Client, job: Store) -> None:
    for number in (0, 1):
        happen(job, 2 + number, "verdict", sample=number, verdict=("passed", "type")[number])
    finish(job)
    assert re.search(r"data-stage>\w+: 1 of 2 passed<", client.get("/jobs/j/events").text)


def test_a_sample_that_the_end_overtook_is_stopped_and_writes_no_more(client: Client, job: Store) -> None:
    happen(job, 2, "tokens", sample=0, text="one ")
    finish(job)
    received = client.get("/jobs/j/events").text
    assert "stopped" in received
    assert ">writing<" not in received


def test_every_line_of_an_event_is_a_field_of_it(client: Client, job: Store) -> None:
    happen(job, 2, "tokens", sample=0, text="a\nb\r\nc")
    finish(job)
    received = client.get("/jobs/j/events").text
    assert all(line.startswith(("data: ", "event: ", "id: ")) for line in received.splitlines() if line)


def test_a_job_that_is_not_there_has_no_stream(client: Client) -> None:
    assert client.get("/jobs/none/events").status_code == 404
