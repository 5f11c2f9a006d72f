"""Server-sent events: what every live part of a page has in common.

In: a `Watch`, which knows by a small select whether something changed, and how to draw it. Out: a stream of messages
whose data is HTML, `beat` where nothing changed for a while, and `over` after the last. Every message says how things
now stand, so that a browser that lost the connection needs no history when it comes back.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from fastapi import Request
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

BEAT_SECONDS = 5.0
"""An event this often tells the page that the connection lives; `static/js/live.js` waits for three of them."""
HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no", "Content-Encoding": "identity"}


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """What is sent after a change."""

    html: str
    """Empty where nothing of it is on this page."""
    number: int = 0
    """The event's id."""
    is_over: bool = False
    """Whether nothing will change after this."""


class Watch(Protocol):
    """One live part of one reader's page."""

    seconds: float
    """How often it looks."""

    def look(self) -> object:
        """What changes whenever the part does; cheap, and compared with `==`."""

    def draw(self) -> Drawn:
        """The part as it stands."""


def stream(request: Request, watch: Watch) -> StreamingResponse:
    """Until the part is over or the reader is gone."""
    return StreamingResponse(_messages(request, watch), media_type="text/event-stream", headers=HEADERS)


async def _messages(request: Request, watch: Watch) -> AsyncIterator[str]:
    seen: object = None
    silent = 0.0
    while not await request.is_disconnected():
        sight = await run_in_threadpool(watch.look)
        if sight != seen:
            seen, silent = sight, 0.0
            drawn = await run_in_threadpool(watch.draw)
            if drawn.html:
                yield message(drawn.html, number=drawn.number)
            if drawn.is_over:
                yield "event: over\ndata: \n\n"
                return
        elif silent >= BEAT_SECONDS:
            silent = 0.0
            yield "event: beat\ndata: \n\n"
        await asyncio.sleep(watch.seconds)
        silent += watch.seconds


def message(html: str, *, number: int) -> str:
    """One event whose data is `html`, in the form that the standard asks for: a `data:` before every line."""
    lines = "".join(f"data: {line}\n" for line in html.splitlines())
    return f"id: {number}\n{lines}\n"
