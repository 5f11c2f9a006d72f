"""One stream of server-sent events: what all live parts have in common.

In: a `LivePart`, which can tell cheaply whether it changed, and can draw itself. Out: events whose data is HTML, `beat`
after a while without change, and `over` after the last one. Every event holds the whole current state, so a browser
that reconnects needs no history. While the store is at fault, the page is told so and keeps what it shows.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event
from starlette.concurrency import run_in_threadpool

from app.state import AppState
from app.store_watch import unless_at_fault
from app.web.respond import draw

BEAT_SECONDS = 5.0
"""An event at least this often tells the page that the connection is alive; `static/js/live.js` allows for three."""
HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A live part as HTML."""

    html: str
    """Empty if nothing of it belongs on this page."""
    number: int = 0
    """The event's id."""
    is_over: bool = False
    """Whether it cannot change any more."""


class LivePart(Protocol):
    """The live part of one open page."""

    seconds: float
    """How long to wait between two polls."""

    def poll(self) -> object:
        """A cheap value that differs (`!=`) whenever the part looks different."""

    def draw(self) -> Drawn:
        """The part as it is now."""


def stream(part: LivePart, app_state: AppState) -> StreamingResponse:
    """A response that lasts until the part is over or the browser disconnects."""
    return StreamingResponse(_events(part, app_state), media_type="text/event-stream", headers=HEADERS)


async def _events(part: LivePart, app_state: AppState) -> AsyncIterator[bytes]:
    sent: object = None
    told: object = None
    idle_seconds = 0.0
    while True:
        drawn = None
        current = await run_in_threadpool(unless_at_fault, app_state.store, part.poll)
        if current is not None and current != sent:
            drawn = await run_in_threadpool(unless_at_fault, app_state.store, part.draw)
            sent = current if drawn is not None else sent
        html = drawn.html.strip() if drawn is not None else ""
        notice = app_state.store.faults.current
        if notice != told:
            html += draw(app_state, "macros/live.html", "store_fault_now", notice=notice).strip()
            told = notice
        if drawn is not None or html:
            idle_seconds = 0.0
        if html:
            yield format_sse_event(data_str=html, id=str(drawn.number if drawn is not None else 0))
        if drawn is not None and drawn.is_over:
            yield format_sse_event(event="over", data_str="")
            return
        if idle_seconds >= BEAT_SECONDS:
            idle_seconds = 0.0
            yield format_sse_event(event="beat", data_str="")
        await asyncio.sleep(part.seconds)
        idle_seconds += part.seconds
