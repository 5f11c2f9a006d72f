"""How much may be sent: the size of a request's body, and the number of changes a minute.

In: requests. Out: 413 or 429 with one sentence, before anything is read or done.
"""

import time
from collections import deque

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
TOO_LARGE = f"The request is larger than {MOST_BODY_BYTES // 1024**2} MiB; nothing was changed."


class LimitsMiddleware:
    """Counts changes by client address in a sliding minute; `/login` has a narrower limit of its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._seen: dict[tuple[str, bool], deque[float]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in SAFE_METHODS:
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        if int(request.headers.get("content-length") or 0) > MOST_BODY_BYTES:
            refused = TooMuch(TOO_LARGE)
            refused.status = 413
            await answer(request, refused)(scope, receive, send)
        elif not self._may(request):
            refused = TooMuch("Too many changes in one minute; nothing was changed.", advice="Wait and try again.")
            response = answer(request, refused)
            response.headers["Retry-After"] = "60"
            await response(scope, receive, send)
        else:
            await self._with_limited_body(scope, receive, send)

    async def _with_limited_body(self, scope: Scope, receive: Receive, send: Send) -> None:
        taken = 0

        async def limited() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > MOST_BODY_BYTES:
                # Frameworks turn any other error of a body into "bad request".
                raise HTTPException(status_code=413, detail=TOO_LARGE)
            return message

        await self._app(scope, limited, send)

    def _may(self, request: Request) -> bool:
        is_login = request.url.path == "/login"
        client = request.client.host if request.client else ""
        if len(self._seen) > REMEMBERED_CLIENTS:
            self._seen.clear()
        times = self._seen.setdefault((client, is_login), deque())
        clock = time.monotonic()
        while times and clock - times[0] > 60:
            times.popleft()
        if len(times) >= (LOGINS_A_MINUTE if is_login else CHANGES_A_MINUTE):
            return False
        times.append(clock)
        return True
