"""ETags: a reader who has the newest state already is told so instead of being sent it again.

In: what the answer depends on. Out: a 304, or headers for the full answer.
"""

import hashlib

from fastapi import Request
from fastapi.responses import Response


class NotModified(Exception):
    """Raised by `check`; answered with 304 and the tag."""

    def __init__(self, tag: str) -> None:
        super().__init__(tag)
        self.tag = tag


def check(request: Request, response: Response, *parts: object) -> None:
    """Tag the answer with `parts`, everything it depends on.

    Raises:
        NotModified: the reader's `If-None-Match` names this tag.
    """
    response.headers.update(tagged(request, *parts))


def tagged(request: Request, *parts: object) -> dict[str, str]:
    """The same as headers, for an answer that is yet to be made."""
    digest = hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:32]
    tag = f'"{digest}"'
    known = (one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(","))
    if tag in known:
        raise NotModified(tag)
    return {"ETag": tag, "Cache-Control": "private, no-cache"}


async def not_modified(_: Request, error: Exception) -> Response:
    tag = error.tag if isinstance(error, NotModified) else ""
    return Response(status_code=304, headers={"ETag": tag, "Cache-Control": "private, no-cache"})
