"""One stream of server-sent events: what all live parts have in common.

In: a live part, whose look all open pages share, and what this page shows of it. Out: events whose data is HTML, `beat`
after a while without change, and `over` after the last one. An event holds all that the page does not show yet, so a
browser that reconnects needs no history. While the store is at fault or the part cannot be read, the page is told so
and keeps what it shows.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Hashable

from fastapi import Request
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event
from markupsafe import escape

from app.looks import Drawn, LivePart, LiveTrouble
from app.state import AppState, state_of
from app.web.respond import Shell, Theme, draw, shell_of
from models.store_faults import FaultNotice

BEAT_SECONDS = 5.0
"""An event at least this often tells the page that the connection is alive; `static/js/live.js` allows for three."""
HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
READERS_TOKEN = secrets.token_hex(16)
"""Stands for the CSRF token where a part is drawn for all readers. Nobody can write it into a part: it is new with each
process."""


def shared_shell(app_state: AppState) -> Shell:
    """The shell of parts that are drawn once for all readers."""
    return Shell(
        theme=Theme.AUTO, keys=True, path="", here="", read_only=app_state.settings.read_only, csrf=READERS_TOKEN
    )


def stream(request: Request, part: LivePart, shown: Hashable = None) -> StreamingResponse:
    """A response that lasts until the part is over or the browser disconnects. `shown`: what the page shows of it."""
    app_state = state_of(request)
    token = str(escape(shell_of(request, app_state).csrf))
    events = _events(app_state, part, shown, token.encode())
    return StreamingResponse(events, media_type="text/event-stream", headers=HEADERS)


async def _events(app_state: AppState, part: LivePart, shown: Hashable, token: bytes) -> AsyncIterator[bytes]:
    clock = asyncio.get_running_loop().time
    number, seen, sent_at = 0, None, clock()
    said: tuple[FaultNotice | None, LiveTrouble | None] = (None, None)
    with app_state.looks.watched(part) as look:
        while True:
            state = await look.after(number, sent_at + BEAT_SECONDS - clock())
            if look.is_closed:
                return
            if state is None:
                sent_at = clock()
                yield format_sse_event(event="beat", data_str="")
                continue
            number = state.number
            drawn = await look.drawn(shown) if state.now is not seen else None
            trouble = state.trouble or (drawn if isinstance(drawn, LiveTrouble) else None)
            if isinstance(drawn, Drawn):
                seen, shown = state.now, drawn.shown
                if drawn.event:
                    sent_at = clock()
                    yield drawn.event.replace(READERS_TOKEN.encode(), token)
            if (state.notice, trouble) != said:
                said, sent_at = (state.notice, trouble), clock()
                yield format_sse_event(data_str=_banner(app_state, *said))
            if (isinstance(drawn, Drawn) and drawn.is_over) or (trouble is not None and trouble.is_over):
                yield format_sse_event(event="over", data_str="")
                return


def _banner(app_state: AppState, notice: FaultNotice | None, trouble: LiveTrouble | None) -> str:
    message = trouble.message if trouble else ""
    return draw(app_state, "macros/live.html", "banner", notice=notice, message=message).strip()
