"""A model server that goes away in mid-run: the run waits, says so, and ends as if nothing had been."""

import re
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from models import Attempt
from models.enums import JobState, RunState, Verdict
from tests.faults.workplace import Worker, Workplace, random_moments, until, workplace
from tests.forking import Nursery
from tests.free_port import free_port
from tests.worker.engines.stand_in_server import Answering, Behaviour, StandIn
from tests.worker.runs.stored_rows import stored_rows
from tests.worker.tiny_run import TINY
from worker.checkpoints import add_endpoint

pytestmark = [pytest.mark.go, pytest.mark.slow]

WANTED = TINY.model_copy(update={"base": "elsewhere", "arms": (TINY.arms[1],), "samples": 6})


class Server:
    """A stand-in for a model server that can be stopped and started again on its port."""

    def __init__(self) -> None:
        self.port = free_port()
        self.answered = 0
        self.behaviour: Behaviour = self.answer
        self.started: list[tuple[StandIn, threading.Thread]] = []

    def answer(self, asked: Answering, _: int) -> None:
        self.answered += 1
        asked.say(f"\treturn {asked.body['seed'] % 7}\n", "}\n")

    def start(self) -> None:
        server = StandIn(lambda asked, number: self.behaviour(asked, number), port=self.port)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        self.started.append((server, thread))

    def stop(self) -> None:
        for server, thread in self.started:
            server.shutdown()
            server.server_close()
            thread.join()
        self.started.clear()


@contextmanager
def elsewhere(folder: Path, nursery: Nursery) -> Iterator[tuple[Workplace, Server]]:
    """A place whose base is behind a server, which is not started."""
    server = Server()
    with workplace(folder, nursery) as place:
        add_endpoint(place.store, "elsewhere", f"http://127.0.0.1:{server.port}/v1", "model")
        try:
            yield place, server
        finally:
            server.stop()


def do(place: Workplace, run_id: int, patience_seconds: float) -> Worker:
    """Let a worker do the run's newest job; what it wrote can be read from it."""
    worker = place.start_worker(TEKHNE_ENDPOINT_PATIENCE_SECONDS=str(patience_seconds))
    until(lambda: place.job(run_id).finished_at is not None)
    assert place.end_worker(worker, signal.SIGTERM) == 0
    return worker


def undisturbed(place: Workplace, server: Server) -> dict[str, list[tuple[object, ...]]]:
    server.start()
    run_id = place.start_run(WANTED)
    do(place, run_id, 600)
    assert place.run(run_id).state is RunState.DONE
    return stored_rows(place.store, run_id)


def test_a_run_waits_while_its_server_is_away_and_goes_on_by_itself(tmp_path: Path, nursery: Nursery) -> None:
    with elsewhere(tmp_path / "here", nursery) as (place, server):
        expected = undisturbed(place, server)
        moment = server.answered + random_moments().randrange(len(expected["drafts"]))
        run_id = place.start_run(WANTED)

        def go_away(asked: Answering, number: int) -> None:
            if server.answered >= moment:
                asked.refuse(503, "the model is loading")
            else:
                server.answer(asked, number)

        server.behaviour = go_away
        work = threading.Thread(target=do, args=(place, run_id, 600))
        work.start()
        until(lambda: "waiting for the server at" in place.page(f"/runs/{run_id}"))
        assert place.run(run_id).state is RunState.RUNNING
        server.stop()
        until(lambda: place.job(run_id).progress["stage"].startswith("waiting"))
        server.behaviour = server.answer
        server.start()
        work.join()
        assert (place.run(run_id).state, place.job(run_id).state) == (RunState.DONE, JobState.DONE)
        assert stored_rows(place.store, run_id) == expected


def test_a_run_pauses_when_its_server_stays_away_and_one_click_resumes_it(
    tmp_path: Path, nursery: Nursery
) -> None:
    with elsewhere(tmp_path / "here", nursery) as (place, server):
        expected = undisturbed(place, server)
        server.stop()
        run_id = place.start_run(WANTED)
        do(place, run_id, 0.5)
        assert (place.run(run_id).state, place.job(run_id).state) == (RunState.PAUSED, JobState.PAUSED)
        page = place.page(f"/runs/{run_id}")
        assert "has not answered for" in page
        assert "Resume" in page
        with place.store.reader() as session:
            assert session.scalars(select(Attempt.id).where(Attempt.verdict == Verdict.SANDBOX_ERROR)).all() == []
        server.start()
        place.click(f"/runs/{run_id}/start")
        do(place, run_id, 600)
        assert place.run(run_id).state is RunState.DONE
        assert stored_rows(place.store, run_id) == expected


def test_a_single_failure_is_tried_again_at_the_end_of_the_run(tmp_path: Path, nursery: Nursery) -> None:
    with elsewhere(tmp_path / "here", nursery) as (place, server):
        expected = undisturbed(place, server)
        refused: list[int] = []

        def refuse_one(asked: Answering, number: int) -> None:
            if refused:
                server.answer(asked, number)
            else:
                refused.append(asked.body["seed"])
                asked.refuse(401, "not now")

        server.behaviour = refuse_one
        run_id = place.start_run(WANTED)
        do(place, run_id, 600)
        assert refused
        assert stored_rows(place.store, run_id) == expected


def test_the_log_of_a_run_is_one_line_a_job_event_and_none_a_completion(tmp_path: Path, nursery: Nursery) -> None:
    with elsewhere(tmp_path / "here", nursery) as (place, server):
        server.start()
        run_id = place.start_run(WANTED)
        worker = do(place, run_id, 600)
        assert server.answered >= 2 * WANTED.samples
        job = f"job {place.job(run_id).id[:8]} (run of run {run_id})"
        lines = [re.sub(r"^[0-9:]{8} [a-z.]+: ", "", line) for line in worker.said().splitlines()]
        assert lines == [
            "worker w-1 takes jobs",
            f"{job} begins, try 1",
            f"{job} is done",
            "worker w-1 stops its jobs and ends",
        ]
