"""From a frozen context to an HTML response: the whole page, or only its fragment for an htmx request.

In: the request, a template's name and a context (`page` in templates). Out: HTML that caches keep apart by
`HX-Request`. A page calls the same macros as its fragment, so the two cannot differ. `Shell` is what surrounds every
page (`shell` in templates): theme, navigation, CSRF token, and whether changes are allowed.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, Response

from app.state import AppState, state_of
from app.web.page_files import FILE, FILED, PARAMETER, page_file

THEME_COOKIE = "tekhne_theme"
KEYS_COOKIE = "tekhne_keys"


class Theme(StrEnum):
    AUTO = "auto"
    """Follows the reader's system."""
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, kw_only=True)
class Shell:
    """The frame of a page."""

    theme: Theme
    keys: bool
    """Whether single-key shortcuts are on."""
    path: str
    """The path of this page, which the navigation marks."""
    here: str
    """Path and query: where the reader returns after changing a preference."""
    read_only: bool
    """Whether the settings forbid every change."""
    csrf: str
    """The token that every form sends back, so that no other site can submit it."""


def shell_of(request: Request, app_state: AppState) -> Shell:
    query = request.url.query
    theme = request.cookies.get(THEME_COOKIE, Theme.AUTO)
    return Shell(
        theme=Theme(theme) if theme in set(Theme) else Theme.AUTO,
        keys=request.cookies.get(KEYS_COOKIE) != "off",
        path=request.url.path,
        here=f"{request.url.path}?{query}" if query else request.url.path,
        read_only=app_state.settings.read_only,
        csrf=getattr(request.state, "csrf", ""),
    )


def wants_fragment(request: Request) -> bool:
    """Whether htmx asks for a part of the page; for its history it asks for the whole."""
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
    """Render `template`, or `fragment` if there is one and htmx asks for it."""
    app_state = state_of(request)
    name = fragment if fragment and wants_fragment(request) else template
    shell = shell_of(request, app_state)
    as_file = name in FILED and status == 200 and request.query_params.get(PARAMETER) == FILE
    if as_file:
        shell = replace(shell, read_only=True)
    text = app_state.templates.get_template(name).render(page=context, shell=shell)
    if as_file:
        return page_file(request, text)
    kept_apart = {"Vary": "HX-Request, HX-Request-Type, Cookie", "Cache-Control": "no-cache, private"}
    # A lone surrogate has no UTF-8 form; replace it instead of failing the page.
    body = text.encode("utf-8", "replace")
    return HTMLResponse(body, status_code=status, headers={**kept_apart, **(headers or {})})


def draw(app_state: AppState, template: str, macro: str, **arguments: Any) -> str:
    """One macro of a template with the arguments that it names, as HTML."""
    return str(getattr(app_state.templates.get_template(template).module, macro)(**arguments))
