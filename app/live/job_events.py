"""A job's live panel as server-sent events: a whole panel whenever something happened, then `over`.

The browser's connection is watched by htmx, which comes back with the id of the last event it saw; because every
message is the panel as it now stands, coming back needs no history. The store is asked ten times a second, by one
small select; the panel is only drawn when that select changed.
"""

import asyncio
from collections.abc import AsyncIterator

from fastapi import Request
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from app.house import House
from app.pages.shell import shell_of
from app.queries.job_view import JobView, find_job, job_pulse

POLL_SECONDS = 0.1
HEARTBEAT_SECONDS = 10.0
"""A comment line this often tells proxies, and us, that the connection lives."""


def stream_job(request: Request, house: House, job_id: str) -> StreamingResponse:
    """The stream of one job, until it is over or the reader is gone."""
    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no", "Content-Encoding": "identity"}
    return StreamingResponse(_messages(request, house, job_id), media_type="text/event-stream", headers=headers)


async def _messages(request: Request, house: House, job_id: str) -> AsyncIterator[str]:
    seen: tuple[object, ...] | None = None
    silent = 0.0
    while not await request.is_disconnected():
        pulse = await run_in_threadpool(_pulse, house, job_id)
        if pulse != seen:
            seen, silent = pulse, 0.0
            view = await run_in_threadpool(_view, house, job_id)
            yield message(_panel(request, house, view), number=view.last_event)
            if view.is_over:
                yield "event: over\ndata: \n\n"
                return
        elif silent >= HEARTBEAT_SECONDS:
            silent = 0.0
            yield ": still here\n\n"
        await asyncio.sleep(POLL_SECONDS)
        silent += POLL_SECONDS


def message(html: str, *, number: int) -> str:
    """One event whose data is `html`, in the form that the standard asks for: a `data:` before every line."""
    lines = "".join(f"data: {line}\n" for line in html.splitlines())
    return f"id: {number}\n{lines}\n"


def _pulse(house: House, job_id: str) -> tuple[object, ...]:
    with house.store.reader() as session:
        return job_pulse(session, job_id)


def _view(house: House, job_id: str) -> JobView:
    with house.store.reader() as session:
        return find_job(session, job_id)


def _panel(request: Request, house: House, view: JobView) -> str:
    template = house.templates.get_template("fragments/job_panel.html")
    return template.render(job=view, shell=shell_of(request, house))
