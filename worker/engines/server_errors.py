"""What goes wrong between us and a model server, each in one sentence with advice that fits it.

In: an error of the client library. Out: a `ServerRefused`, which would come again however often the server is asked, or
a `ServerHiccup`, which is worth another try. Nothing is sent or waited for here.
"""

import json
import re
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from http import HTTPStatus
from typing import Any

import httpx2
from openai import APIConnectionError, APIError, APIStatusError

from models.errors import TekhneError
from worker.addresses import ForbiddenAddress
from worker.engines.bounded_answers import EndlessAnswer
from worker.engines.connecting import NameUnknown

WORTH_ANOTHER_TRY = {408, 409, 425, 429}
NOBODY_THERE = {502, 503, 504}
BAD_REQUEST = {HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY}
LONGEST_REASON = 200
LONGEST_ASKED_SECONDS = 86_400.0
"""A server that asks for a longer pause gets this one."""


class Trouble(StrEnum):
    """What is wrong; the value is the advice, in which {key}, {model} and {url} are filled in."""

    KEY = "set {key} to a key that the server accepts"
    RIGHTS = "the server knows the key in {key}, but does not let it use this model"
    CREDIT = "the account behind {key} has no credit left"
    LIMIT = "the server's limit of requests is reached: execute the unscored samples again later"
    MODEL = "the server has no model {model}: `tekhne models add` it by a name that {url}/models lists"
    ADDRESS = "check its URL: the paths /completions and /chat/completions have to follow it, mostly after /v1"
    REDIRECT = "redirects are not followed: `tekhne models add` the address that answers itself"
    CONTEXT = (
        "prompt and max_new_tokens are too much for the model: lower max_new_tokens, or serve a longer context"
    )
    REQUEST = "the server understood and refuses: change the setting that it names"
    SERVER = "the server itself failed: its log says why"
    NOBODY = "check its URL, and that the server runs"
    HOST = "check its URL: no address is known for this name"
    TLS = "check its URL: https needs a server with a certificate that this machine trusts, else write http"
    TIMEOUT = "it takes too long: it may be overloaded, or still be loading the model"
    GARBAGE = "check its URL: this is no answer of an OpenAI-compatible server"
    BROKEN = "the connection was lost: check the server's log, and the proxies between"

    def advice(self, *, key: str, model: str, url: str) -> str:
        return self.value.format(key=key, model=model, url=url)


class ServerError(TekhneError):
    """Base of this module's errors. The engine turns them into unscored samples, the teacher into its own errors."""

    def __init__(self, sentence: str, trouble: Trouble) -> None:
        super().__init__(sentence)
        self.trouble = trouble


class ServerRefused(ServerError):
    """Asking again in the same way is pointless: a wrong key, model or request.

    `status` is the HTTP status, 0 where no answer came. `words` are all that the server says of the reason, and
    `field` is the field of the request that it names in an answer of its own for that.
    """

    def __init__(self, sentence: str, trouble: Trouble, status: int = 0, words: str = "", field: str = "") -> None:
        super().__init__(sentence, trouble)
        self.status, self.words, self.field = status, words, field


class ServerHiccup(ServerError):
    """Worth another try: overload, a broken connection, an answer that makes no sense.

    `pause_seconds` is how long the server asked us to wait; 0 where it did not. `is_silent` where no model answered:
    nobody listens, or a proxy says that nobody does.
    """

    def __init__(
        self,
        sentence: str,
        pause_seconds: float = 0.0,
        *,
        trouble: Trouble = Trouble.GARBAGE,
        is_silent: bool = False,
    ) -> None:
        super().__init__(sentence, trouble)
        self.pause_seconds = pause_seconds
        self.is_silent = is_silent


def failure(error: Exception) -> ServerError:
    """The library's error as one of ours."""
    if isinstance(error, APIStatusError):
        return _of_status(error)
    if isinstance(error, APIConnectionError | httpx2.RequestError):
        return _of_connection(error)
    if isinstance(error, APIError):
        return error_in_answer(error.body, error.message)
    if isinstance(error, json.JSONDecodeError):
        return ServerHiccup(f"it sent something that is no JSON ({error.doc[:40]!r})")
    return ServerHiccup(f"it sent something that cannot be read ({type(error).__name__})")


def error_in_answer(said: Any, words: str) -> ServerError:
    """An error in an answer of HTTP status 200, which may name the status that it stands for (OpenRouter, vLLM)."""
    code = said.get("code") if isinstance(said, dict) else None
    if type(code) is int and HTTPStatus.BAD_REQUEST <= code < 600:
        return failure_of_answer(code, " ".join(_sentences(said)), {}, said)
    return ServerHiccup(f"it sent an error ({one_line(words)})", trouble=Trouble.SERVER)


def one_line(text: str) -> str:
    return " ".join(text.split())[:LONGEST_REASON]


_CONTEXT = re.compile(
    r"context.{0,20}(?:length|window|size)|(?:longer|larger|exceeds?|than) .{0,20}context|too (?:long|many tokens)"
    r"|at most \d+ (?:completion |output |new )?tokens|max_?(?:completion_)?tokens.{0,20}too large|max_model_len"
    r"|(?:inputs?|prompt)\b.{0,40}(?:exceeds?|longer|(?:less|fewer) than \d+ tokens)|inputs?\W{0,2} tokens? \+",
    re.IGNORECASE,
)
_MODEL = re.compile(
    r"model.{0,120}(?:not (?:found|exist|available|supported)|(?:does|do) not exist|unknown|invalid|no such)"
    r"|(?:not found|unknown|invalid|no such|unsupported|not a valid).{0,20}model",
    re.IGNORECASE,
)
_CREDIT = re.compile(r"quota|billing|credit|(?<!load )(?<!load-)\bbalance\b", re.IGNORECASE)
_KEY = re.compile(r"\bapi.?key\b|\btoken is (?:invalid|expired)|unauthenticated", re.IGNORECASE)
_BUSY = re.compile(r"\bloading|overload|warming up|starting up", re.IGNORECASE)
_CHAT = re.compile(
    r"chat model|chat/completions|(?:not|n't) support (?:the )?(?:text )?completions?\b"
    r"|completion operation does not work",
    re.IGNORECASE,
)


def wants_chat(words: str) -> bool:
    """Whether a refusal of a plain prompt says that the model is for chat."""
    return _CHAT.search(words) is not None


def _of_status(error: APIStatusError) -> ServerError:
    return failure_of_answer(error.status_code, _words(error), error.response.headers, error.body)


def failure_of_answer(status: int, words: str, headers: Any, body: Any) -> ServerError:
    """What an answer of HTTP status 300 or more means; `words` are what the server says of the reason."""
    reason = one_line(words)
    sentence = f"HTTP {status}: {reason}" if reason else f"HTTP {status}"
    trouble = _trouble_of(status, words)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in WORTH_ANOTHER_TRY:
        pause = _asked_pause(headers)
        return ServerHiccup(sentence, pause, trouble=trouble, is_silent=status in NOBODY_THERE)
    if trouble is Trouble.REDIRECT:
        sentence = f"HTTP {status} to {one_line(headers.get('location', 'elsewhere'))}"
    return ServerRefused(sentence, trouble, status, words, _named_field(body))


def _trouble_of(status: int, words: str) -> Trouble:
    match status:
        case 401:
            return Trouble.KEY
        case 402:
            return Trouble.CREDIT
        case 403 if not (_KEY.search(words) or _CREDIT.search(words)):
            return Trouble.RIGHTS
        case 413:
            return Trouble.CONTEXT
        case 429:
            return Trouble.CREDIT if _CREDIT.search(words) else Trouble.LIMIT
        case 404 | 405 | 501:
            return Trouble.MODEL if _MODEL.search(words) else Trouble.ADDRESS
        case _ if status >= HTTPStatus.BAD_GATEWAY and _BUSY.search(words):
            return Trouble.TIMEOUT
        case _ if status in NOBODY_THERE:
            return Trouble.NOBODY
        case _ if status < 400:
            return Trouble.REDIRECT
        case _ if status >= 500:
            return Trouble.SERVER
        case 408:
            return Trouble.TIMEOUT
    if _CONTEXT.search(words):
        return Trouble.CONTEXT
    if _KEY.search(words):
        return Trouble.KEY
    if _CREDIT.search(words):
        return Trouble.CREDIT
    return Trouble.MODEL if _MODEL.search(words) else Trouble.REQUEST


def _of_connection(error: Exception) -> ServerError:
    chain = list(_chain(error))
    for cause in chain:
        if isinstance(cause, EndlessAnswer):
            return ServerHiccup(str(cause))
        if isinstance(cause, ForbiddenAddress):
            return ServerRefused(str(cause).rstrip("."), Trouble.NOBODY)
        if isinstance(cause, ssl.SSLCertVerificationError) or "WRONG_VERSION_NUMBER" in str(cause):
            return ServerRefused(f"no safe connection ({one_line(str(cause))})", Trouble.TLS)
    reason = str(error.__cause__ or error) or type(error.__cause__ or error).__name__
    kinds = (
        (httpx2.TimeoutException, Trouble.TIMEOUT),
        (TimeoutError, Trouble.TIMEOUT),
        ((NameUnknown, socket.gaierror), Trouble.HOST),
        (ssl.SSLError, Trouble.TLS),
        (httpx2.ConnectError, Trouble.NOBODY),
        (OSError, Trouble.BROKEN),
    )
    trouble = next(
        (trouble for kind, trouble in kinds if any(isinstance(one, kind) for one in chain)), Trouble.BROKEN
    )
    if trouble is Trouble.TIMEOUT:
        return ServerHiccup("no answer in time", trouble=trouble, is_silent=True)
    return ServerHiccup(f"the connection broke ({one_line(reason)})", trouble=trouble, is_silent=True)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what led to it."""
    for _ in range(20):
        if error is None:
            return
        yield error
        error = error.__cause__ or error.__context__


def _asked_pause(headers: Any) -> float:
    """How long the server asks us to wait: `Retry-After` in seconds or as a date, by the server's own clock."""
    text = headers.get("retry-after", "").strip()
    # `isdecimal` for each part, because "²" is a digit but no number.
    if all(part.isascii() and part.isdecimal() for part in text.split(".", 1)):
        seconds = float(text)
    else:
        until, now = _moment(text), _moment(headers.get("date", "")) or datetime.now(UTC)
        seconds = (until - now).total_seconds() if until else 0.0
    return min(max(seconds, 0.0), LONGEST_ASKED_SECONDS)


def _moment(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


_TELLING = ("message", "msg", "detail", "error", "errors", "loc", "title", "reason", "description")


def _words(error: APIStatusError) -> str:
    """What the server says of the reason: its own sentence where there is one, and never what it repeats of the
    request."""
    try:
        said = " ".join(_sentences(error.body))
    except RecursionError:
        said = ""
    return said or error.response.text[:2_000]


def _sentences(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for part in value[:20]:
            yield from _sentences(part)
    elif isinstance(value, dict):
        for name in _TELLING:
            yield from _sentences(value.get(name))


def _named_field(body: Any) -> str:
    """The field that the answer names as wrong: `param` of OpenAI, `loc` of FastAPI."""
    if not isinstance(body, dict):
        return ""
    if isinstance(body.get("param"), str):
        return str(body["param"])
    details = body.get("detail")
    first = details[0] if isinstance(details, list) and details else None
    places = first.get("loc") if isinstance(first, dict) else None
    return str(places[-1]) if isinstance(places, list) and places else ""
