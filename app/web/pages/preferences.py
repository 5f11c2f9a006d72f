"""`/preferences`: theme and single-key shortcuts, kept in cookies. Nothing here touches the store.

The page also lists the keys, as the `?` dialog does.
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from app.web.respond import KEYS_COOKIE, THEME_COOKIE, Theme, render

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


def local_address(address: str) -> str:
    """`address` if it is on this site; `/` for anything that a browser could take for another host."""
    is_local = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if is_local else "/"
