"""Errors as responses: what happened, what is safe, what to do. HTML for people, JSON for programs.

In: an exception. Out: a response with its status. A bug, unlike a reader's mistake, is logged with its traceback, which
the page never shows.
"""

import logging
from dataclasses import dataclass
from urllib.parse import urlsplit

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from sqlalchemy.exc import DataError, DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection
from starlette.exceptions import HTTPException

from app.actions.errors import ActionError, NoSuchRow
from app.errors import BadRequest, Busy, NoStore, NotFound, Refused, WebError
from app.reports.errors import ReportError
from app.state import state_of
from app.web.respond import render, wants_fragment
from models.recipe import RecipeError
from models.specification import SpecificationError, sentence
from models.store_faults import SchemaChanged, fault_of, words_of

_BESIDE = {"HX-Retarget": "#refusal", "HX-Reswap": "innerHTML"}
"""The error of a fragment is shown beside the page and replaces none of it."""

log = logging.getLogger("tekhne.web")


@dataclass(frozen=True, kw_only=True)
class ErrorContext:
    """The page shown instead of the requested one."""

    status: int
    title: str
    message: str
    """What happened, in one sentence."""
    advice: str
    """What to do; may be empty."""
    back: str
    """The page that it was asked from, or the same page without its query; empty if there is neither."""
    back_words: str


def install(app: FastAPI) -> None:
    app.add_exception_handler(WebError, _web_error)
    for refusal in (ActionError, SpecificationError, RecipeError, ReportError):
        app.add_exception_handler(refusal, _refused)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _invalid)
    for failed in (DBAPIError, SchemaChanged):
        app.add_exception_handler(failed, _database_error)
    app.add_exception_handler(NoConnection, _no_connection)
    app.add_exception_handler(Exception, _bug)


def _web_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, WebError):
        raise error
    return answer(request, error)


def _refused(request: Request, error: Exception) -> Response:
    if isinstance(error, NoSuchRow):
        return answer(request, NotFound(str(error), advice="Nothing was changed."))
    refused = Refused(str(error), advice="Nothing was changed.")
    if isinstance(error, ReportError):
        refused.title = "This cannot be computed"
    return answer(request, refused)


def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status == 404:
        return answer(request, NotFound(f"There is no page {request.url.path}."))
    detail = str(error.detail) if isinstance(error, HTTPException) else ""
    refused = WebError(detail or "The request was refused.")
    refused.status = status
    if status < 500:
        refused.title = "This was refused"
    return answer(request, refused)


def _invalid(request: Request, error: Exception) -> Response:
    problems = error.errors() if isinstance(error, RequestValidationError) else []
    if any(problem["loc"][:1] == ("path",) for problem in problems):
        return answer(request, NotFound(f"There is no page {request.url.path}."))
    refused = BadRequest(" ".join(map(sentence, problems)) or "The request cannot be read.")
    if problems and all(problem["loc"][0] == "body" and problem["type"] != "json_invalid" for problem in problems):
        refused.status = 422
    return answer(request, refused)


def _database_error(request: Request, error: Exception) -> Response:
    if isinstance(error, DataError):
        # PostgreSQL's error for a NUL in a text or a number out of range: the request is at fault, not the store.
        return answer(
            request, BadRequest("The store cannot hold a value that was sent.", advice="Nothing was changed.")
        )
    fault = fault_of(error)
    if fault is None:
        return _bug(request, error)
    state_of(request).store.faults.note(error)
    advice = f"{fault.remedy[:1].upper()}{fault.remedy[1:]}, then load this page again. Nothing was changed."
    return answer(request, NoStore(f"{fault.what} ({words_of(error)}).", advice=advice))


def _no_connection(request: Request, _: Exception) -> Response:
    refused = Busy(
        "All connections to the store are in use by other requests.",
        advice="Load this page again in some seconds. Nothing was changed.",
    )
    return answer(request, refused)


def _bug(request: Request, error: Exception) -> Response:
    log.error("a page failed: %s", request.url.path, exc_info=error)
    return answer(
        request,
        WebError(
            "This page failed because of a bug in Tekhne.",
            advice="Nothing was changed. The log of the web process has the traceback.",
        ),
    )


def answer(request: Request, error: WebError) -> Response:
    """The error as a page, as a sentence beside the current page, or as JSON."""
    back, back_words = ("", "") if error.status == 404 else _way_back(request)
    context = ErrorContext(
        status=error.status,
        title=error.title,
        message=error.message,
        advice=error.advice,
        back=back,
        back_words=back_words,
    )
    headers = {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}
    if request.url.path.startswith("/api/") or "application/json" in request.headers.get("accept", ""):
        body = {"error": context.message, "advice": context.advice}
        return JSONResponse(body, status_code=context.status, headers=headers)
    return render(
        request,
        "pages/error.html",
        context,
        fragment="fragments/refusal.html",
        status=context.status,
        headers=headers | _BESIDE if wants_fragment(request) else headers,
    )


def _way_back(request: Request) -> tuple[str, str]:
    """Where a reader goes on from an error, and in which words: one place of this site, never the page that failed."""
    if request.method in ("GET", "HEAD"):
        return (request.url.path, "The same page without its filter") if request.url.query else ("", "")
    came_from = urlsplit(request.headers.get("referer", ""))
    if came_from.netloc != request.url.netloc or not came_from.path.startswith("/") or came_from.path[1:2] == "/":
        return "", ""
    return f"{came_from.path}?{came_from.query}" if came_from.query else came_from.path, "Back to where you were"
