"""HTTP details that every response shares: security headers, HEAD, and ETags.

The two middlewares are plain ASGI wrappers, so streams pass through unbuffered. The content security policy is the
reason why model output can never run as a script.
"""

import hashlib

from fastapi import Request
from fastapi.responses import Response
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class HeadersMiddleware:
    """Adds `HEADERS` to every response, errors included."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)


class HeadMiddleware:
    """Answers HEAD with the headers of GET and no body; an endless stream stops after its headers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def send_head(message: Message) -> None:
            if message["type"] == "http.response.start":
                await send(message)
                await send({"type": "http.response.body", "body": b"", "more_body": False})

        await self._app({**scope, "method": "GET"}, receive, send_head)


class NotModified(Exception):
    """The reader already has this response; answered with 304 and the tag."""

    def __init__(self, tag: str) -> None:
        super().__init__(tag)
        self.tag = tag


def check(request: Request, response: Response, *parts: object) -> None:
    """Tag `response` with `parts`, which must be everything that it depends on.

    Raises:
        NotModified: the request's `If-None-Match` names this tag.
    """
    response.headers.update(tagged(request, *parts))


def tagged(request: Request, *parts: object) -> dict[str, str]:
    """The same as headers, for a response that does not exist yet."""
    digest = hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:32]
    tag = f'"{digest}"'
    known = (one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(","))
    if tag in known:
        raise NotModified(tag)
    return {"ETag": tag, "Cache-Control": "private, no-cache"}


async def not_modified(_: Request, error: Exception) -> Response:
    tag = error.tag if isinstance(error, NotModified) else ""
    return Response(status_code=304, headers={"ETag": tag, "Cache-Control": "private, no-cache"})
