"""More at once than can be served: 503 with a sentence and Retry-After, and never an error of ours."""

import asyncio
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from starlette.types import Message

from app.download_places import DownloadPlaces
from app.main import create_app
from app.state import DOWNLOADS_AT_ONCE
from app.store_watch import unless_at_fault
from cli.store import open_store
from models import Store, session
from settings import Settings
from tests.client import TestClient
from tests.store_factory import StoreFactory


class SlowReader:
    """Asks for an address and never takes more than the answer's first bytes."""

    def __init__(self, path: str) -> None:
        self._path = path
        self.status = 0
        self.headers: dict[bytes, bytes] = {}
        self.read = asyncio.Event()

    async def ask(self, app: FastAPI) -> None:
        scope = {
            "type": "http", "method": "GET", "path": self._path, "raw_path": self._path.encode(), "query_string": b"",
            "headers": [(b"host", b"localhost")], "client": ("127.0.0.1", 5), "server": ("localhost", 80),
            "scheme": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "root_path": "",
        }  # fmt: skip
        sent = [{"type": "http.request", "body": b"", "more_body": False}]

        async def receive() -> Message:
            return sent.pop() if sent else await asyncio.Future()

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.status, self.headers = message["status"], dict(message["headers"])
            elif message.get("body"):
                self.read.set()
                await asyncio.Future()

        await app(scope, receive, send)


async def read_slowly(app: FastAPI, path: str, readers: int) -> list[SlowReader]:
    """Readers who all have the first bytes of their answers, and then go away."""
    crowd = [SlowReader(path) for _ in range(readers)]
    tasks = [asyncio.create_task(reader.ask(app)) for reader in crowd]
    for reader in crowd:
        await reader.read.wait()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return crowd


def test_a_crowd_of_slow_downloads_is_refused_and_gives_everything_back(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(DownloadPlaces, "PATIENCE_SECONDS", 3_600.0)
    factory = StoreFactory(store)
    run_id = factory.run(factory.problem_set(problems=2), samples=2)
    app = create_app(Settings(), store)
    path = f"/runs/{run_id}/attempts.csv"
    for _ in range(2):
        crowd = asyncio.run(read_slowly(app, path, 60))
        refused = [reader for reader in crowd if reader.status != 200]
        assert len(refused) == 60 - DOWNLOADS_AT_ONCE
        assert {(reader.status, reader.headers[b"retry-after"]) for reader in refused} == {(503, b"5")}
    assert store.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
    with TestClient(app) as client:
        assert client.get(path).status_code == 200


@pytest.fixture
def narrow_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A store with one connection."""
    monkeypatch.setattr(session, "_POOL", {"pool_size": 1, "max_overflow": 0, "pool_timeout": 0.05})
    with closing(open_store(f"sqlite:///{tmp_path / 'store.db'}")) as opened:
        yield opened


def test_where_all_connections_are_in_use_the_answer_is_503(narrow_store: Store) -> None:
    with TestClient(create_app(Settings(), narrow_store)) as client:
        with narrow_store.reader() as held:
            held.execute(text("SELECT 1"))
            page, api = client.get("/"), client.get("/api/v1/runs")
            assert unless_at_fault(narrow_store, lambda: narrow_store.engine.connect()) is None
        assert (page.status_code, page.headers["retry-after"]) == (503, "5")
        assert (api.status_code, api.headers["retry-after"]) == (503, "5")
        assert api.json()["error"] == "All connections to the store are in use by other requests."
        assert client.get("/").status_code == 200
    assert narrow_store.faults.current is None


async def read_beside_a_crowd(app: FastAPI, path: str) -> tuple[int, int]:
    """How many of the slow readers who have all the places were sent away for one who comes later, and the status of
    that one."""
    crowd = [SlowReader(path) for _ in range(DOWNLOADS_AT_ONCE)]
    tasks = [asyncio.create_task(reader.ask(app)) for reader in crowd]
    for reader in crowd:
        await reader.read.wait()
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://localhost") as client:
        later = await client.get(path)
    ended = sum(task.done() for task in tasks)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return ended, later.status_code


def test_a_reader_who_hardly_reads_makes_room_for_another(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DownloadPlaces, "PATIENCE_SECONDS", 0.0)
    factory = StoreFactory(store)
    run_id = factory.run(factory.problem_set(problems=2), samples=2)
    app = create_app(Settings(), store)
    path = f"/runs/{run_id}/attempts.csv"
    assert asyncio.run(read_beside_a_crowd(app, path)) == (1, 200)
    assert store.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
