"""`/login`: a reader enters the token once and gets a session cookie."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from app.state import state_of
from app.web.pages.preferences import local_address
from app.web.respond import render
from app.web.security.access import SESSION_COOKIE, session_value, token_is_right

router = APIRouter()


@dataclass(frozen=True, kw_only=True)
class LoginContext:
    """The page `/login`."""

    here: str
    """Where to go after the login."""
    wrong: bool
    """Whether the token entered was wrong."""
    needed: bool
    """Whether this dashboard asks for a token at all."""
    by_proxy: bool
    """Whether a reverse proxy handles the login, and this request did not come through it."""


@router.get("/login")
def login_page(request: Request, here: str = "/") -> Response:
    return render(request, "pages/login.html", _context(request, here, wrong=False))


@router.post("/login")
def login(request: Request, token: Annotated[str, Form()] = "", here: Annotated[str, Form()] = "/") -> Response:
    settings = state_of(request).settings
    if not token_is_right(settings, token):
        return render(request, "pages/login.html", _context(request, here, wrong=True), status=401)
    response = RedirectResponse(local_address(here), status_code=303)
    # Lax: a link in a message opens the page; changes are guarded by `guard_change`.
    secure = request.url.scheme == "https"
    response.set_cookie(SESSION_COOKIE, session_value(settings), httponly=True, samesite="lax", secure=secure)
    return response


def _context(request: Request, here: str, *, wrong: bool) -> LoginContext:
    settings = state_of(request).settings
    return LoginContext(
        here=local_address(here),
        wrong=wrong,
        needed=settings.token is not None,
        by_proxy=bool(settings.login_header) and not request.headers.get(settings.login_header),
    )
