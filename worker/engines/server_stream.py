"""One streamed answer of an OpenAI-compatible server, from bytes to pieces.

In: a client, an address, a body. Out: `Piece` after `Piece`, from `/completions` and `/chat/completions` alike; a
server that does not stream gives one. What breaks is a `ServerHiccup` or a `ServerRefused`. Retries are not here.
"""

import json
import math
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import httpx

from worker.engines.errors import ServerHiccup, ServerRefused

WORTH_ANOTHER_TRY = {408, 409, 425, 429}
LONGEST_REASON = 200
MOST_TOKENS = 2**31 - 1
"""What a store can hold as a count."""


@dataclass(frozen=True, kw_only=True)
class Piece:
    """What one event adds."""

    text: str = ""
    tokens: int = 0
    """Tokens it carries; an event without log-probabilities counts as one, as servers send them singly."""
    logprob: float | None = None
    finish: str = ""
    """The server's reason for ending, in its own word."""
    prompt_tokens: int | None = None
    new_tokens: int | None = None
    """The server's own counts, where it tells them at the end."""


async def stream_pieces(client: httpx.AsyncClient, url: str, body: dict[str, Any]) -> AsyncGenerator[Piece, None]:
    """Every piece of one answer.

    Raises:
        ServerRefused: the server will not answer this, however often it is asked.
        ServerHiccup: overload, a broken connection, garbage, or a stream that stopped before its end.
    """
    try:
        async with client.stream("POST", url, json=body) as response:
            if response.status_code != HTTPStatus.OK:
                raise _refusal(response, await response.aread())
            if "event-stream" not in response.headers.get("content-type", ""):
                piece = _piece(_parsed((await response.aread()).decode(errors="replace")))
                if not piece.text and not piece.finish:
                    raise ServerHiccup(
                        "it sent something that is no completion (neither text nor a reason to end)"
                    )
                yield piece
                return
            async for piece in _events(response):
                yield piece
    # Not only TransportError: an answer that is not compressed as it says is a DecodingError.
    except httpx.RequestError as error:
        raise ServerHiccup(f"the connection broke ({str(error) or type(error).__name__})") from error


async def _events(response: httpx.Response) -> AsyncGenerator[Piece, None]:
    ended = said = False
    async for line in _lines(response):
        if not line.startswith("data:"):
            continue
        data = line.removeprefix("data:").strip()
        if data == "[DONE]":
            if not (said or ended):
                raise ServerHiccup("the stream ended before it said anything")
            return
        piece = _piece(_parsed(data))
        said, ended = said or bool(piece.text), ended or bool(piece.finish)
        yield piece
    if not ended:
        raise ServerHiccup("the stream stopped before its end")


async def _lines(response: httpx.Response) -> AsyncGenerator[str, None]:
    """The lines of a stream of events. httpx's own also end at U+2028 and its like, which stand in strings as they
    are."""
    rest = b""
    async for content in response.aiter_bytes():
        *lines, rest = (rest + content).split(b"\n")
        for line in lines:
            yield line.decode(errors="replace").rstrip("\r")
    if rest:
        yield rest.decode(errors="replace")


def _parsed(data: str) -> dict[str, Any]:
    try:
        event = json.loads(data)
    except ValueError as error:
        raise ServerHiccup(f"it sent something that is no JSON ({data[:40]!r})") from error
    if not isinstance(event, dict) or "error" in event:
        raise ServerHiccup(f"it sent an error ({data[:LONGEST_REASON]})")
    return event


def _piece(event: dict[str, Any]) -> Piece:
    try:
        choice = (event.get("choices") or [{}])[0]
        part = choice.get("delta") or choice.get("message") or {}
        text = choice.get("text") or part.get("content") or ""
        usage = event.get("usage") or {}
        logprobs = _logprobs(choice.get("logprobs") or {})
        counts = [_count(usage.get(name)) for name in ("prompt_tokens", "completion_tokens")]
    except (AttributeError, TypeError, ValueError, LookupError) as error:
        raise ServerHiccup(f"it sent something that is no completion ({type(error).__name__})") from error
    if not isinstance(text, str):
        raise ServerHiccup("it sent an answer that is no text")
    return Piece(
        # Half a surrogate pair is no character; no store would take it.
        text=text.encode(errors="replace").decode(),
        tokens=len(logprobs) or bool(text),
        logprob=sum(logprobs) if logprobs else None,
        finish=str(choice.get("finish_reason") or ""),
        prompt_tokens=counts[0],
        new_tokens=counts[1],
    )


def _count(told: object) -> int | None:
    """A server's count of tokens, where it is one."""
    return told if type(told) is int and 0 <= told <= MOST_TOKENS else None


def _logprobs(told: dict[str, Any]) -> list[float]:
    """Of the new tokens, in either form: `token_logprobs` (completions) or `content` (chat)."""
    if told.get("token_logprobs"):
        found = [float(value) for value in told["token_logprobs"] if value is not None]
    else:
        found = [float(token["logprob"]) for token in told.get("content") or []]
    if not all(map(math.isfinite, found)):
        raise ValueError("a log-probability that is no number")
    return found


def _refusal(response: httpx.Response, content: bytes) -> ServerHiccup | ServerRefused:
    status = response.status_code
    said = _message(content)
    words = f"HTTP {status}: {said}" if said else f"HTTP {status}"
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in WORTH_ANOTHER_TRY:
        return ServerHiccup(words, _seconds(response.headers.get("retry-after", "")))
    return ServerRefused(words, status)


def _message(content: bytes) -> str:
    """The server's own sentence, in one line."""
    text = content.decode(errors="replace")
    try:
        found = json.loads(text)
        text = str(found["error"]["message"] if isinstance(found["error"], dict) else found["error"])
    except (ValueError, KeyError, TypeError):
        pass
    return " ".join(text.split())[:LONGEST_REASON]


def _seconds(header: str) -> float:
    # `isdecimal`, because of "²", which is a digit and no number.
    return float(header) if header.isdecimal() else 0.0
