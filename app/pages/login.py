"""`/login`: where a reader shows the token once and gets a session cookie for it."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from app.house import house_of
from app.pages.preferences import local_address
from app.pages.respond import render
from app.security.access import SESSION_COOKIE, session_value, token_is_right

router = APIRouter()


@dataclass(frozen=True, kw_only=True)
class LoginContext:
    """The page `/login`."""

    here: str
    """Where the reader wanted to go."""
    wrong: bool
    """Whether a token was shown that is not the one."""
    needed: bool
    """Whether this dashboard asks for a token at all."""


@router.get("/login")
def login_page(request: Request, here: str = "/") -> Response:
    needed = house_of(request).settings.token is not None
    context = LoginContext(here=local_address(here), wrong=False, needed=needed)
    return render(request, "pages/login.html", context)


@router.post("/login")
def login(request: Request, token: Annotated[str, Form()] = "", here: Annotated[str, Form()] = "/") -> Response:
    settings = house_of(request).settings
    if not token_is_right(settings, token):
        context = LoginContext(here=local_address(here), wrong=True, needed=settings.token is not None)
        return render(request, "pages/login.html", context, status=401)
    response = RedirectResponse(local_address(here), status_code=303)
    # Lax: a link in a message opens the page; changes are guarded by `guard_change`.
    secure = request.url.scheme == "https"
    response.set_cookie(SESSION_COOKIE, session_value(settings), httponly=True, samesite="lax", secure=secure)
    return response
