"""CSRF protection: a change must come from this dashboard's own pages, or from a program that is no browser.

Every POST, PUT, PATCH and DELETE passes `guard_change`. A browser says where a request comes from (Sec-Fetch-Site,
Origin), which must be this site; a form also carries the token of its page, which another site cannot read. JSON needs
no token: a browser sends it across sites only after a CORS preflight, which this server never allows.
"""

import hmac
import secrets
from urllib.parse import urlsplit

from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import WebError
from app.state import state_of

CSRF_COOKIE = "tekhne_csrf"
CSRF_FIELD = "csrf"
CSRF_HEADER = "x-csrf-token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data", "text/plain")


class ForeignChange(WebError):
    """The request was not sent by this dashboard's own pages."""

    status = 403
    title = "Refused"


class ReadOnly(WebError):
    """The settings forbid every change."""

    status = 403
    title = "Read-only"


async def guard_change(request: Request) -> None:
    """FastAPI dependency of every route.

    Raises:
        ForeignChange: the request came from another site, or its form lacks the token.
        ReadOnly: TEKHNE_READ_ONLY is set, and the path is neither the login nor a reader's preferences.
    """
    if request.method in SAFE_METHODS:
        return
    _refuse_other_sites(request)
    await _refuse_missing_token(request)
    if state_of(request).settings.read_only and request.url.path not in {"/preferences", "/login"}:
        raise ReadOnly("This dashboard shows everything and changes nothing.", advice="TEKHNE_READ_ONLY is set.")


def _refuse_other_sites(request: Request) -> None:
    site = request.headers.get("sec-fetch-site")
    if site is not None and site not in {"same-origin", "none"}:
        raise ForeignChange("This change was sent by another site.")
    origin = request.headers.get("origin")
    if origin is not None and _host_of(origin) != request.headers.get("host"):
        raise ForeignChange("This change was sent by another site.")


def _host_of(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


async def _refuse_missing_token(request: Request) -> None:
    # Only a POST of one of these types can be sent across sites without a preflight.
    content_type = request.headers.get("content-type", FORM_TYPES[0]).split(";")[0].strip().lower()
    if request.method != "POST" or content_type not in FORM_TYPES:
        return
    shown = request.headers.get(CSRF_HEADER)
    if shown is None:
        form = await request.form()
        shown = str(form.get(CSRF_FIELD, ""))
    given = request.cookies.get(CSRF_COOKIE, "")
    if not given or not hmac.compare_digest(shown.encode(), given.encode()):
        raise ForeignChange(
            "This form does not carry the token of its page.",
            advice="Load the page again and repeat what you did.",
        )


class CsrfCookieMiddleware:
    """Gives every reader a token: in a cookie for the check, and in `request.state.csrf` for the forms."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Request(scope).cookies.get(CSRF_COOKIE, "")
        token = given or secrets.token_urlsafe(24)
        scope.setdefault("state", {})["csrf"] = token

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start" and not given and scope["method"] in SAFE_METHODS:
                # SameSite=Strict would be too strict: a request by a link from another site comes without the
                # cookie, would get a new one, and so invalidate the forms of every open page. For the same reason
                # no cookie is set on a POST, which another site sends without it and `guard_change` refuses.
                cookie = f"{CSRF_COOKIE}={token}; Path=/; HttpOnly; SameSite=Lax"
                MutableHeaders(scope=message).append("set-cookie", cookie)
            await send(message)

        await self._app(scope, receive, send_with_cookie)
