"""Who labels: the name that a reverse proxy logged in, else the name that this browser was given once.

In: a request. Out: a `Reviewer`. A dashboard without accounts trusts the name: it tells colleagues apart, and guards
nothing.
"""

from dataclasses import dataclass
from urllib.parse import quote, unquote

from fastapi import Request
from fastapi.responses import Response

from app.state import state_of
from models.labels import tidied, why_no_reviewer

REVIEWER_COOKIE = "tekhne_reviewer"
A_YEAR = 31_536_000


@dataclass(frozen=True, kw_only=True)
class Reviewer:
    """The name of whoever reads this page."""

    name: str
    """Empty until one is chosen."""
    is_logged_in: bool
    """Whether the name comes from the login, so that no other can be chosen."""


def reviewer_of(request: Request) -> Reviewer:
    header = state_of(request).settings.login_header
    given = request.headers.get(header, "") if header else ""
    if given:
        # Headers arrive as Latin-1; a name may hold any letters.
        name = tidied(given.encode("latin-1", "replace").decode("utf-8", "replace"))
        return Reviewer(name=name, is_logged_in=True)
    name = tidied(unquote(request.cookies.get(REVIEWER_COOKIE, "")))
    return Reviewer(name="" if why_no_reviewer(name) else name, is_logged_in=False)


def remember_reviewer(response: Response, name: str) -> None:
    """Keep the name in this browser for a year."""
    response.set_cookie(REVIEWER_COOKIE, quote(tidied(name)), max_age=A_YEAR, samesite="lax", httponly=True)
