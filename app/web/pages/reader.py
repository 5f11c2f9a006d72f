"""`/login` and `/preferences`: what a reader's cookies hold. Nothing here touches the store.

Login: the token is entered once and becomes a session cookie. Preferences: theme and single-key shortcuts; the page
also lists the keys, as the `?` dialog does.
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from app.state import state_of
from app.web.respond import KEYS_COOKIE, THEME_COOKIE, Theme, render
from app.web.security.access import SESSION_COOKIE, session_value, token_is_right

router = APIRouter()
A_YEAR = 31_536_000


@dataclass(frozen=True, kw_only=True)
class PreferencesContext:
    """The page `/preferences`."""

    themes: tuple[Theme, ...]
    """The themes that can be chosen."""


@router.get("/preferences")
def preferences_page(request: Request) -> Response:
    return render(request, "pages/preferences.html", PreferencesContext(themes=tuple(Theme)))


@router.post("/preferences")
def change_preferences(
    theme: Annotated[Theme | None, Form()] = None,
    keys: Annotated[str, Form()] = "",
    here: Annotated[str, Form()] = "/preferences",
) -> Response:
    """Set the preferences that were sent and return to the page they were sent from."""
    response = RedirectResponse(local_address(here), status_code=303)
    if theme is not None:
        _remember(response, THEME_COOKIE, theme)
    if keys in {"on", "off"}:
        _remember(response, KEYS_COOKIE, keys)
    return response


def _remember(response: Response, name: str, value: str) -> None:
    response.set_cookie(name, value, max_age=A_YEAR, samesite="lax", httponly=True)


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


def local_address(address: str) -> str:
    """`address` if it is on this site; `/` for anything that a browser could take for another host."""
    is_local = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if is_local else "/"
