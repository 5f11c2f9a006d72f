"""Many open pages of one run: one look for all, each at its own pace, and none that depends on who reads."""

import asyncio
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import Response
from sqlalchemy import event, update

from app.actions.deleting import delete_run
from app.looks import Drawn
from app.main import create_app
from app.state import AppState
from app.web.live.runs import LiveRun, LiveRunList, ShownRuns
from app.web.live.stream import stream
from models import Run, Store
from models.enums import RunState
from settings import Settings
from tests.app.web.live.watching import Watcher
from tests.store_factory import StoreFactory

CROWD = 50


@pytest.fixture
def run_id(store: Store) -> int:
    factory = StoreFactory(store)
    return factory.run(factory.problem_set(problems=6), samples=2, state=RunState.RUNNING)


@pytest.fixture
def app(store: Store) -> Iterator[FastAPI]:
    made = create_app(Settings(), store)
    yield made
    state_of(made).looks.close()


def state_of(app: FastAPI) -> AppState:
    found: AppState = app.state.tekhne
    return found


@contextmanager
def queries_of_looks(store: Store) -> Iterator[list[str]]:
    """The statements that looks send, not those of the requests that open streams."""
    seen: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        if threading.current_thread().name.startswith("looks"):
            seen.append(statement)

    event.listen(store.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(store.engine, "before_cursor_execute", note)


def change(store: Store, run_id: int, **values: object) -> None:
    with store.writer() as session:
        session.execute(update(Run).where(Run.id == run_id).values(**values))


async def crowd_of(app: FastAPI, address: str, size: int) -> list[Watcher]:
    """Watchers who have all seen the first event."""
    watchers = [Watcher(app, address, cookie=f"tekhne_csrf=token-{number}-") for number in range(size)]
    for watcher in watchers:
        await watcher.until(lambda received: "\n\n" in received)
    return watchers


async def leave(watchers: list[Watcher]) -> None:
    for watcher in watchers:
        await watcher.leave()


@pytest.mark.parametrize(
    "address", ["/runs/{}/live?state=queued&revision=0", "/live?marks={}-0-queued&newest=1&cards=1"]
)
def test_fifty_watchers_cost_as_many_queries_as_one(
    app: FastAPI, store: Store, run_id: int, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for part in (LiveRun, LiveRunList):
        # One reading for each look, however long the test takes.
        monkeypatch.setattr(part, "seconds", 3600.0)

    async def cost(size: int) -> int:
        with queries_of_looks(store) as seen:
            watchers = await crowd_of(app, address.format(run_id), size)
            assert len({watcher.received.replace(f"token-{n}-", "") for n, watcher in enumerate(watchers)}) == 1
            assert len(state_of(app).looks) == 1
            await leave(watchers)
        return len(seen)

    async def costs() -> list[int]:
        return [await cost(size) for size in (1, 1, CROWD)]

    first, alone, together = asyncio.run(costs())
    assert first >= alone == together > 0


def test_each_reader_gets_forms_with_a_token_of_their_own(app: FastAPI, run_id: int) -> None:
    async def read() -> list[str]:
        watchers = await crowd_of(app, f"/runs/{run_id}/live?state=queued&revision=0", 3)
        await leave(watchers)
        return [watcher.received for watcher in watchers]

    for number, received in enumerate(asyncio.run(read())):
        assert f'name="csrf" value="token-{number}-"' in received
        assert not any(f"token-{other}-" in received for other in {0, 1, 2} - {number})


def test_a_token_is_never_markup(app: FastAPI, run_id: int) -> None:
    async def read() -> str:
        watcher = Watcher(app, f"/runs/{run_id}/live?state=queued&revision=0", cookie='tekhne_csrf=a"><script>x')
        await watcher.until(lambda received: "\n\n" in received)
        await watcher.leave()
        return watcher.received

    received = asyncio.run(read())
    assert 'name="csrf"' in received
    assert "<script>" not in received


def test_the_last_one_to_leave_ends_the_look(app: FastAPI, run_id: int) -> None:
    async def come_and_go() -> list[int]:
        looks = state_of(app).looks
        pair = await crowd_of(app, f"/runs/{run_id}/live?state=queued&revision=0", 2)
        other = await crowd_of(app, "/live?newest=0", 1)
        counted = [len(looks)]
        for watchers in (pair[:1], pair[1:], other):
            await leave(watchers)
            counted.append(len(looks))
        await asyncio.sleep(0)
        names = {task.get_coro().__qualname__ for task in asyncio.all_tasks()}  # type: ignore[union-attr]
        assert not any(name.startswith("Look.") for name in names)
        return counted

    assert asyncio.run(come_and_go()) == [2, 2, 1, 0]


def test_a_slow_watcher_gets_the_newest_and_holds_up_nobody(
    app: FastAPI, store: Store, run_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LiveRun, "seconds", 0.0)

    async def watch() -> tuple[Watcher, Watcher]:
        slow, quick = await crowd_of(app, f"/runs/{run_id}/live?state=running&revision=1", 2)
        slow.stop_reading()
        for number in range(1, 9):
            state = RunState.PAUSED if number % 2 else RunState.RUNNING
            await asyncio.to_thread(change, store, run_id, state=state, error=f"error {number}.")
            await quick.until(lambda received, number=number: f"error {number}." in received)  # type: ignore[misc]
        slow.read()
        await slow.until(lambda received: "error 8." in received)
        await leave([slow, quick])
        return slow, quick

    slow, quick = asyncio.run(watch())
    assert all(f"error {number}." in quick.received for number in range(1, 9))
    # One event was on its way when it stopped reading; of the others it gets the last.
    assert sum(f"error {number}." in slow.received for number in range(1, 8)) <= 1


def test_the_end_of_a_run_reaches_everybody_and_ends_their_streams(
    app: FastAPI, store: Store, run_id: int
) -> None:
    async def watch() -> list[str]:
        watchers = await crowd_of(app, f"/runs/{run_id}/live?state=running&revision=1", 5)
        await asyncio.to_thread(change, store, run_id, state=RunState.DONE, revision_number=2)
        await asyncio.gather(*(watcher.task for watcher in watchers))
        assert len(state_of(app).looks) == 0
        return [watcher.received for watcher in watchers]

    for received in asyncio.run(watch()):
        assert 'class="state done"' in received
        assert received.endswith("event: over\ndata: \n\n")


def test_who_comes_later_with_an_older_page_gets_what_it_lacks(app: FastAPI, store: Store, run_id: int) -> None:
    async def watch() -> str:
        (early,) = await crowd_of(app, f"/runs/{run_id}/live?state=running&revision=1", 1)
        await asyncio.to_thread(change, store, run_id, revision_number=2)
        await early.until(lambda received: "run-body" in received)
        (late,) = await crowd_of(app, f"/runs/{run_id}/live?state=running&revision=1", 1)
        (newest,) = await crowd_of(app, f"/runs/{run_id}/live?state=running&revision=2", 1)
        await leave([early, late, newest])
        assert "run-body" not in newest.received
        return late.received

    assert "run-body" in asyncio.run(watch())


def test_a_deleted_run_is_said_to_be_gone(app: FastAPI, store: Store, run_id: int) -> None:
    change(store, run_id, state=RunState.PAUSED)

    async def watch() -> str:
        (watcher,) = await crowd_of(app, f"/runs/{run_id}/live?state=paused&revision=1", 1)
        await asyncio.to_thread(delete_run, store, run_id)
        await watcher.task
        return watcher.received

    received = asyncio.run(watch())
    assert f"There is no run {run_id}." in received
    assert received.endswith("event: over\ndata: \n\n")


class Failing:
    """A live part that a test breaks and mends."""

    seconds = 0.0
    key = "failing"

    def __init__(self) -> None:
        self.text = "first"
        self.breaks = ""

    def read(self) -> str:
        if self.breaks == "read":
            raise RuntimeError("broken by the test")
        return self.text

    def draw(self, now: str, shown: object) -> Drawn:
        if self.breaks == "draw":
            raise RuntimeError("broken by the test")
        return Drawn(html=now, shown=shown)


@pytest.mark.parametrize("breaks", ["read", "draw"])
def test_a_part_that_fails_says_so_and_goes_on_when_it_can(
    app: FastAPI, breaks: str, caplog: pytest.LogCaptureFixture
) -> None:
    part = Failing()

    def failing(request: Request) -> Response:
        return stream(request, part)

    app.add_api_route("/failing", failing)

    async def watch() -> list[Watcher]:
        watchers = await crowd_of(app, "/failing", 2)
        part.breaks, part.text = breaks, "second"
        for watcher in watchers:
            await watcher.until(lambda received: "because of a bug in Tekhne" in received)
        part.breaks, part.text = "", "third"
        for watcher in watchers:
            await watcher.until(lambda received: "third" in received)
            await watcher.until(lambda received: '<div id="store-fault" role="alert"></div>' in received)
        await leave(watchers)
        return watchers

    with caplog.at_level(logging.ERROR, "tekhne.web"):
        watchers = asyncio.run(watch())
    assert all("second" not in watcher.received for watcher in watchers)
    assert "broken by the test" not in watchers[0].received
    assert [record.message for record in caplog.records] == ["a live part failed: failing"]


def test_closing_the_looks_ends_every_stream_without_calling_it_over(app: FastAPI, run_id: int) -> None:
    async def watch() -> list[str]:
        watchers = await crowd_of(app, f"/runs/{run_id}/live?state=running&revision=1", 3)
        state_of(app).looks.end()
        late = Watcher(app, f"/runs/{run_id}/live?state=running&revision=1")
        await asyncio.gather(*(watcher.task for watcher in (*watchers, late)))
        assert late.received == ""
        return [watcher.received for watcher in watchers]

    # Browsers connect again unless they are told that it is over.
    assert all("event: over" not in received for received in asyncio.run(watch()))


def test_a_page_drawn_by_another_process_keeps_a_verdict_that_this_one_has_not_made(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    factory = StoreFactory(store)
    run_id = factory.run(factory.problem_set(problems=6), samples=2)
    monkeypatch.setattr("app.state.SAMPLES_AT_ONCE", 0)
    app = create_app(Settings(), store)
    part = LiveRunList(state_of(app), run_ids=frozenset({run_id}), newest=run_id, with_verdict=True)
    now = part.read()
    assert now.marks == (f"{run_id}-1-done-waits",)
    first = part.draw(now, ShownRuns(marks=frozenset({f"{run_id}-1-done"})))
    assert f"run-{run_id}" not in first.html
    assert first.shown.marks == {f"{run_id}-1-done"}  # type: ignore[attr-defined]
    state_of(app).looks.close()


def test_two_processes_follow_the_same_run(app: FastAPI, store: Store, run_id: int, database_url: str) -> None:
    other_store = Store.open(database_url)
    other = create_app(Settings(), other_store)

    async def watch() -> list[str]:
        address = f"/runs/{run_id}/live?state=running&revision=1"
        watchers = [*await crowd_of(app, address, 2), *await crowd_of(other, address, 2)]
        await asyncio.to_thread(change, store, run_id, state=RunState.CANCELLED)
        await asyncio.gather(*(watcher.task for watcher in watchers))
        return [watcher.received for watcher in watchers]

    assert all('class="state cancelled"' in received for received in asyncio.run(watch()))
    state_of(other).looks.close()
    other_store.close()
