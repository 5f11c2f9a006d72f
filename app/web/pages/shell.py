"""What stands around every page: theme, navigation and whether anything may be changed.

In: the request's cookies and path. Out: a frozen `Shell`, `shell` in every template.
"""

from dataclasses import dataclass
from enum import StrEnum

from fastapi import Request

from app.state import AppState

THEME_COOKIE = "tekhne_theme"
KEYS_COOKIE = "tekhne_keys"


class Theme(StrEnum):
    AUTO = "auto"
    """As the reader's system has it."""
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, kw_only=True)
class Shell:
    """The frame of a page."""

    theme: Theme
    keys: bool
    """Whether single keys are shortcuts."""
    path: str
    """The path that is being read, for the mark in the navigation."""
    here: str
    """Path and query: where a changed preference comes back to."""
    read_only: bool
    """Whether the settings forbid every change."""
    csrf: str
    """What every form sends back, so that no other site's form is taken for ours."""


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
