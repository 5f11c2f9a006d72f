"""One stream of server-sent events: what all live parts have in common.

In: a `LivePart`, which can tell cheaply whether it changed, and can draw itself. Out: events whose data is HTML, `beat`
after a while without change, and `over` after the last one. Every event holds the whole current state, so a browser
that reconnects needs no history.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event
from starlette.concurrency import run_in_threadpool

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


def stream(part: LivePart) -> StreamingResponse:
    """A response that lasts until the part is over or the browser disconnects."""
    return StreamingResponse(_events(part), media_type="text/event-stream", headers=HEADERS)


async def _events(part: LivePart) -> AsyncIterator[bytes]:
    sent: object = None
    idle_seconds = 0.0
    while True:
        current = await run_in_threadpool(part.poll)
        if current != sent:
            sent, idle_seconds = current, 0.0
            drawn = await run_in_threadpool(part.draw)
            if drawn.html:
                yield format_sse_event(data_str=drawn.html.strip(), id=str(drawn.number))
            if drawn.is_over:
                yield format_sse_event(event="over", data_str="")
                return
        elif idle_seconds >= BEAT_SECONDS:
            idle_seconds = 0.0
            yield format_sse_event(event="beat", data_str="")
        await asyncio.sleep(part.seconds)
        idle_seconds += part.seconds
