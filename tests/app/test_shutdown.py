"""The web process ends in order while pages are open."""

import signal
import time
from pathlib import Path

import httpx

from models import Store
from models.enums import RunState
from tests.forking import Nursery
from tests.free_port import free_port
from tests.store_factory import StoreFactory


def test_open_streams_end_whole_when_the_web_process_is_told_to_stop(
    sqlite_store: Store, tmp_path: Path, nursery: Nursery
) -> None:
    factory = StoreFactory(sqlite_store)
    run_id = factory.run(factory.problem_set(problems=3), samples=2, state=RunState.RUNNING)
    address, log = f"http://127.0.0.1:{(port := free_port())}", tmp_path / "log"
    environment = {"TEKHNE_DB": str(tmp_path / "store.db"), "TEKHNE_PORT": str(port)}
    with log.open("w") as output:
        process = nursery.start("-m", "app", environment=environment, stdout=output, stderr=output)
    while not _answers(address):
        assert process.poll() is None, log.read_text()
        time.sleep(0.05)
    with httpx.stream("GET", f"{address}/runs/{run_id}/live?state=running&revision=1", timeout=60) as stream:
        chunks = stream.iter_text()
        received = next(chunks)
        process.send_signal(signal.SIGTERM)
        # Ends here, with the last chunk that HTTP asks for: a connection that is cut raises an error.
        received += "".join(chunks)
    assert "run-progress" in received
    assert "event: over" not in received
    process.wait(60)
    # uvicorn says so where it had to cut a stream.
    assert log.read_text() == ""


def _answers(address: str) -> bool:
    try:
        httpx.get(f"{address}/health.json", timeout=60)
    except httpx.TransportError:
        return False
    return True
