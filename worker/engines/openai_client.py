"""Asking an OpenAI-compatible server through the `openai` library; the engine and the endpoint teacher share this.

In: a server's URL and key, and a request's JSON. Out: one `StreamPiece` after another, or one chat answer. The library
builds and sends requests, authenticates, and splits the event stream. Only what it does not do is written by hand:

- Reading answers. The library fills its types without checking them, and many servers send something else: an error
  as HTTP 200, no stream although one was asked for, a count that is no number, half a character.
- Deciding about another try. The library retries only until an answer begins. Here a stream that breaks off (no finish
  reason came) and an answer that makes no sense count as hiccups too, so the library's own retries are off.
- One sentence for each failure (`server_errors.py`).
"""

import json
import logging
import math
import random
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx2
from openai import APIError, AsyncOpenAI, AsyncStream, OpenAI, omit

from worker.engines import connecting
from worker.engines.server_errors import ServerHiccup, Trouble, error_in_answer, failure

TRIES = 5
TIMEOUT_SECONDS = 120.0
TOKENIZE_SECONDS = 60.0
TOKENIZE_RETRIES = 2
LONGEST_PAUSE_SECONDS = 30.0
MOST_TOKENS = 2**31 - 1
"""The largest count that the store can hold."""

# The libraries' clients log a line per request at INFO, which a worker writes to its log.
for _library in ("httpx2", "openai"):
    logging.getLogger(_library).setLevel(logging.WARNING)


@dataclass(frozen=True, kw_only=True)
class StreamPiece:
    """What one event of a stream adds."""

    text: str = ""
    tokens: int = 0
    """An event without log-probabilities counts as one token, because servers send tokens singly."""
    logprobs: tuple[float, ...] = ()
    """Of its tokens, in nats."""
    finish: str = ""
    """The server's own word for why it ended."""
    prompt_tokens: int | None = None
    new_tokens: int | None = None
    """The server's own counts, which come at the end, if at all."""


def pause_seconds(attempt: int, first: float, asked: float = 0.0) -> float:
    """The pause after try `attempt` (from 0): it doubles each time, is never in step with other callers' pauses, and is
    never shorter than what the server asked for."""
    grown = first * float(2**attempt) * random.uniform(0.8, 1.2)
    return max(min(LONGEST_PAUSE_SECONDS, grown), asked)


def async_client(
    url: str, timeout_seconds: float = TIMEOUT_SECONDS, *, private_allowed: bool = False
) -> AsyncOpenAI:
    """A client without a key; each request brings its own."""
    http = connecting.async_client(url, private_allowed=private_allowed, timeout_seconds=timeout_seconds)
    return AsyncOpenAI(base_url=url, api_key="unused", timeout=timeout_seconds, max_retries=0, http_client=http)


async def stream_pieces(
    client: AsyncOpenAI, path: str, body: dict[str, Any], key: str
) -> AsyncGenerator[StreamPiece, None]:
    """All pieces of one answer to `/completions` or `/chat/completions`.

    Raises:
        ServerRefused: the server will not answer this request, however often it is asked.
        ServerHiccup: overload, a broken connection, garbage, or a stream that stopped before its end.
    """
    try:
        stream = await client.post(
            path,
            cast_to=object,
            body=body,
            options=_options(key),
            stream=True,
            stream_cls=AsyncStream[object],
        )
        async with _closed_at_once(stream):
            if "event-stream" in stream.response.headers.get("content-type", ""):
                ended = False
                async for event in stream:
                    piece = _piece(event)
                    ended = ended or bool(piece.finish)
                    yield piece
                if not ended:
                    raise ServerHiccup("the stream stopped before its end", trouble=Trouble.BROKEN)
            else:
                yield _only_piece(await stream.response.aread())
    except (APIError, httpx2.RequestError, ValueError, RecursionError) as error:
        raise failure(error) from error


@asynccontextmanager
async def _closed_at_once(stream: AsyncStream[object]) -> AsyncIterator[None]:
    """Closes the stream and the generator that reads its bytes.

    The library leaves that generator to the garbage collector, which may collect its closing while that still waits for
    the connection: an exception that nobody can catch.
    """
    response, opened = stream.response, list[AsyncGenerator[bytes, None]]()
    read = response.aiter_bytes

    def remembered(chunk_size: int | None = None) -> AsyncGenerator[bytes, None]:
        opened.append(read(chunk_size))
        return opened[-1]

    response.aiter_bytes = remembered  # type: ignore[method-assign]
    async with stream:
        try:
            yield
        finally:
            for one in opened:
                await one.aclose()


async def adds_bos(client: AsyncOpenAI, url: str, model: str, key: str) -> bool | None:
    """Whether the server puts a BOS token before plain prompts, where it says so by `/tokenize` (vLLM, SGLang,
    llama.cpp); None where it does not."""
    try:
        whole, plain = [
            await _tokens(client, f"{url.removesuffix('/v1')}/tokenize", model, key, special=special)
            for special in (True, False)
        ]
    except (APIError, httpx2.RequestError, ValueError, LookupError, TypeError, RecursionError):
        return None
    if not plain or whole[-len(plain) :] != plain:
        return None
    return len(whole) > len(plain)


async def _tokens(client: AsyncOpenAI, url: str, model: str, key: str, *, special: bool) -> list[object]:
    asked = {"model": model, "prompt": "a", "content": "a", "add_special_tokens": special, "add_special": special}
    options: Any = {**_options(key), "timeout": TOKENIZE_SECONDS}
    # It is asked once for a whole run: a connection that breaks must not leave it unknown.
    patient = client.with_options(max_retries=TOKENIZE_RETRIES)
    response = await patient.post(url, cast_to=httpx2.Response, body=asked, options=options)
    return list(response.json()["tokens"])


def chat_object(
    url: str,
    key: str,
    body: dict[str, Any],
    *,
    private_allowed: bool = False,
    timeout_seconds: float = TIMEOUT_SECONDS,
) -> Any:
    """The server's whole answer to `/chat/completions`, as it came.

    Raises:
        ServerRefused, ServerHiccup: as above.
    """
    return _posted(
        "/chat/completions", url, key, body, private_allowed=private_allowed, timeout_seconds=timeout_seconds
    )


def completion_object(url: str, key: str, body: dict[str, Any], *, private_allowed: bool = False) -> Any:
    """The server's whole answer to `/completions`, as it came.

    Raises:
        ServerRefused, ServerHiccup: as above.
    """
    return _posted("/completions", url, key, body, private_allowed=private_allowed)


def _posted(
    path: str,
    url: str,
    key: str,
    body: dict[str, Any],
    *,
    private_allowed: bool,
    timeout_seconds: float = TIMEOUT_SECONDS,
) -> Any:
    try:
        http = connecting.client(url, private_allowed=private_allowed, timeout_seconds=timeout_seconds)
        options: Any = {"timeout": timeout_seconds, "max_retries": 0, "http_client": http}
        with OpenAI(base_url=url, api_key="unused", **options) as client:
            found = client.post(path, cast_to=httpx2.Response, body=body, options=_options(key)).json()
    except (APIError, httpx2.RequestError) as error:
        raise failure(error) from error
    except (ValueError, RecursionError) as error:
        what = path.strip("/").removesuffix("s").replace("/", " ")
        raise ServerHiccup(f"it answers with something that is no {what}") from error
    if isinstance(found, dict) and found.get("error"):
        raise error_in_answer(found["error"], json.dumps(found["error"]))
    return found


def _options(key: str) -> Any:
    # A server that redirects could send the request, and its key, to an address that was never looked at.
    return {"headers": _authorization(key), "follow_redirects": False}


def _authorization(key: str) -> dict[str, Any]:
    return {"Authorization": f"Bearer {key}" if key else omit}


def _only_piece(content: bytes) -> StreamPiece:
    """The answer of a server that does not stream."""
    piece = _piece(json.loads(content.decode(errors="replace")))
    if not piece.text and not piece.finish:
        raise ServerHiccup("it sent something that is no completion (neither text nor a reason to end)")
    return piece


def _piece(event: Any) -> StreamPiece:
    """One event, in the form of `/completions` or of `/chat/completions`."""
    if not isinstance(event, dict) or event.get("error"):
        raise error_in_answer(event["error"] if isinstance(event, dict) else None, json.dumps(event))
    try:
        choice = (event.get("choices") or [{}])[0]
        part = choice.get("delta") or choice.get("message") or {}
        text = text_of(choice.get("text") or part.get("content") or "")
        usage = event.get("usage") or {}
        logprobs = _logprobs(choice.get("logprobs") or {})
        prompt_tokens, new_tokens = (_count(usage.get(name)) for name in ("prompt_tokens", "completion_tokens"))
    except (AttributeError, TypeError, ValueError, LookupError) as error:
        raise ServerHiccup(f"it sent something that is no completion ({type(error).__name__})") from error
    return StreamPiece(
        # Half a surrogate pair is no character, and no store takes it.
        text=text.encode(errors="replace").decode(),
        tokens=len(logprobs) or bool(text),
        logprobs=tuple(logprobs),
        finish=str(choice.get("finish_reason") or ""),
        prompt_tokens=prompt_tokens,
        new_tokens=new_tokens,
    )


def text_of(content: object) -> str:
    """A text, or a list of parts of which those are joined that hold text; what the model thought, and pictures, are
    parts of another type.

    Raises:
        ServerHiccup: it is neither.
    """
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        raise ServerHiccup("it sent an answer that is no text")
    parts = [part if isinstance(part, dict) else {"text": part} for part in content]
    texts = [part.get("text") or "" for part in parts if part.get("type", "text") in ("text", "output_text")]
    if not all(isinstance(text, str) for text in texts):
        raise ServerHiccup("it sent a part of an answer that is no text")
    return "".join(texts)


def _count(value: object) -> int | None:
    """A count of tokens, where the server's value is one."""
    return value if type(value) is int and 0 <= value <= MOST_TOKENS else None


def _logprobs(value: dict[str, Any]) -> list[float]:
    """The new tokens' log-probabilities, from `token_logprobs` (completions) or `content` (chat)."""
    if value.get("token_logprobs"):
        found = [float(logprob) for logprob in value["token_logprobs"] if logprob is not None]
    else:
        found = [float(token["logprob"]) for token in value.get("content") or []]
    if not all(map(math.isfinite, found)):
        raise ValueError("a log-probability that is no number")
    return found
