"""Limits on requests: the size of a body, how long it takes to come, and how many changes a client makes a minute.

In: requests. Out: 408, 413 or 429 with one sentence, before the handler runs.
"""

import asyncio
import time
from collections import deque

from cachetools import LRUCache
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import TooMuch
from app.web.error_page import answer
from app.web.security.changes import SAFE_METHODS

MOST_BODY_BYTES = 2 * 1024**2
CHANGES_A_MINUTE = 120
LOGINS_A_MINUTE = 10
REMEMBERED_CLIENTS = 10_000
BODY_SECONDS = 30.0
TOO_SLOW = f"The request did not arrive within {BODY_SECONDS:.0f} seconds; nothing was changed."
TOO_LARGE = f"The request is larger than {MOST_BODY_BYTES // 1024**2} MiB; nothing was changed."


class LimitsMiddleware:
    """Counts changes by client address in a sliding minute; `/login` has a narrower limit of its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._recent: LRUCache[tuple[str, bool], deque[float]] = LRUCache(REMEMBERED_CLIENTS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in SAFE_METHODS:
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        if int(request.headers.get("content-length") or 0) > MOST_BODY_BYTES:
            refused = TooMuch(TOO_LARGE)
            refused.status = 413
            await answer(request, refused)(scope, receive, send)
        elif not self._is_allowed(request):
            refused = TooMuch("Too many changes in one minute; nothing was changed.", advice="Wait and try again.")
            response = answer(request, refused)
            response.headers["Retry-After"] = "60"
            await response(scope, receive, send)
        else:
            await self._with_limited_body(scope, receive, send)

    async def _with_limited_body(self, scope: Scope, receive: Receive, send: Send) -> None:
        taken, whole = 0, False
        deadline = asyncio.get_running_loop().time() + BODY_SECONDS

        async def limited() -> Message:
            nonlocal taken, whole
            if whole:
                return await receive()
            try:
                async with asyncio.timeout_at(deadline):
                    message = await receive()
            except TimeoutError as error:
                raise HTTPException(status_code=408, detail=TOO_SLOW) from error
            whole = not message.get("more_body", False)
            taken += len(message.get("body", b""))
            if taken > MOST_BODY_BYTES:
                # FastAPI turns any other error from reading a body into "bad request".
                raise HTTPException(status_code=413, detail=TOO_LARGE)
            return message

        await self._app(scope, limited, send)

    def _is_allowed(self, request: Request) -> bool:
        is_login = request.url.path == "/login"
        client = request.client.host if request.client else ""
        times = self._recent.setdefault((client, is_login), deque())
        now = time.monotonic()
        while times and now - times[0] > 60:
            times.popleft()
        if len(times) >= (LOGINS_A_MINUTE if is_login else CHANGES_A_MINUTE):
            return False
        times.append(now)
        return True
