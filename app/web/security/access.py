"""Authentication: everybody on loopback; elsewhere readers with the token, or those a reverse proxy logged in.

In: settings and a request's headers and cookies. Out: the request passes, is redirected to `/login`, or is refused. A
dashboard that listens beyond this machine without either kind of login does not start (`refuse_open_address`).
"""

import hashlib
import hmac
import ipaddress
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.errors import WebError
from settings import Settings

SESSION_COOKIE = "tekhne_session"
OPEN_PATHS = ("/login", "/static/")
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]", "::1"})


class OpenAddress(WebError):
    """Other machines could reach the dashboard without any login."""


def refuse_open_address(settings: Settings) -> None:
    """Raise OpenAddress if the settings would let strangers in."""
    if is_loopback(settings.host) or settings.token is not None or settings.login_header:
        return
    raise OpenAddress(
        f"TEKHNE_HOST={settings.host} can be reached from other machines without a login: "
        f"set TEKHNE_TOKEN to a long secret, or TEKHNE_LOGIN_HEADER behind a reverse proxy that logs people in."
    )


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def session_value(settings: Settings) -> str:
    """The value of a logged-in reader's session cookie; changing the token ends every session."""
    secret = settings.token.get_secret_value() if settings.token else ""
    return hmac.new(secret.encode(), b"tekhne session", hashlib.sha256).hexdigest()


def token_is_right(settings: Settings, shown: str) -> bool:
    secret = settings.token.get_secret_value() if settings.token else ""
    return bool(secret) and hmac.compare_digest(shown.encode(), secret.encode())


class AccessMiddleware:
    """Lets a request pass or answers it: 401 for programs, the login page for people."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        refusal = self._refusal(request)
        await (refusal or self._app)(scope, receive, send)

    def _refusal(self, request: Request) -> Response | None:
        if not self._host_is_ours(request.headers):
            # DNS rebinding: another site's name that resolves to this machine could read the pages.
            return JSONResponse({"error": "This host name is not served here."}, status_code=421)
        if request.url.path.startswith(OPEN_PATHS) or self._is_let_in(request):
            return None
        if request.headers.get("hx-request") == "true":
            # htmx reloads the whole page, which is then redirected to the login with its own address.
            return Response(status_code=401, headers={"HX-Refresh": "true"})
        if request.url.path.startswith("/api/") or "text/html" not in request.headers.get("accept", ""):
            advice = "Send `Authorization: Bearer TOKEN`, or come through the proxy that logs you in."
            return JSONResponse({"error": "Nobody is logged in.", "advice": advice}, status_code=401)
        return RedirectResponse(f"/login?here={quote(_address(request), safe='/')}", status_code=303)

    def _host_is_ours(self, headers: Headers) -> bool:
        if not is_loopback(self._settings.host):
            return True
        host = headers.get("host", "")
        name = host if host.endswith("]") else host.rsplit(":", 1)[0]
        return name in LOOPBACK_NAMES or is_loopback(name)

    def _is_let_in(self, request: Request) -> bool:
        settings = self._settings
        if settings.token is None and not settings.login_header:
            return True
        if settings.login_header and request.headers.get(settings.login_header):
            return True
        if settings.token is None:
            return False
        scheme, _, shown = request.headers.get("authorization", "").partition(" ")
        # Headers arrive as Latin-1; a token may hold any letters.
        if scheme.lower() == "bearer" and token_is_right(
            settings, shown.encode("latin-1").decode(errors="replace")
        ):
            return True
        cookie = request.cookies.get(SESSION_COOKIE, "")
        return hmac.compare_digest(cookie.encode(), session_value(settings).encode())


def _address(request: Request) -> str:
    """Path and query, so that a shared address still works after the login."""
    path = str(request.scope.get("raw_path", b"").decode("ascii", "replace")) or request.url.path
    return f"{path}?{request.url.query}" if request.url.query else path
