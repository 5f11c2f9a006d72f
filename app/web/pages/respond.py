"""From a frozen Context to a response: the whole page, or its fragment to an htmx request of the same address.

In: the request, the template's name and the Context (`page` in templates). Out: HTML that caches keep apart by
`HX-Request`. A page includes its fragment, so the two cannot differ.
"""

from enum import StrEnum
from typing import Any, TypeVar

from fastapi import Request
from fastapi.responses import HTMLResponse, Response

from app.errors import BadRequest
from app.state import state_of
from app.web.pages.shell import shell_of

Kind = TypeVar("Kind", bound=StrEnum)


def wants_fragment(request: Request) -> bool:
    """Whether htmx asks for a part of the page (and not for the whole, as it does for history)."""
    headers = request.headers
    return headers.get("HX-Request") == "true" and headers.get("HX-Request-Type") == "partial"


def render(
    request: Request,
    template: str,
    context: Any,
    *,
    fragment: str = "",
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> Response:
    """Render `template`, or `fragment` where one is given and asked for."""
    app_state = state_of(request)
    name = fragment if fragment and wants_fragment(request) else template
    text = app_state.templates.get_template(name).render(page=context, shell=shell_of(request, app_state))
    kept_apart = {"Vary": "HX-Request, HX-Request-Type, Cookie", "Cache-Control": "no-cache, private"}
    # A lone surrogate cannot be sent as UTF-8; the page must not fail on one.
    body = text.encode("utf-8", "replace")
    return HTMLResponse(body, status_code=status, headers={**kept_apart, **(headers or {})})


def query_of(request: Request) -> dict[str, list[str]]:
    """The query's values by name, each in the order it came."""
    values: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        values.setdefault(name, []).append(value)
    return values


def choice_in(query: dict[str, list[str]], name: str, kind: type[Kind]) -> Kind | None:
    """What the query chooses under `name`; None where it leaves that open.

    Raises:
        BadRequest: it is none of the kind.
    """
    text = query.get(name, [""])[0]
    if text and text not in set(kind):
        raise BadRequest(f"{name}: “{text}” is none of {', '.join(kind)}.")
    return kind(text) if text else None
