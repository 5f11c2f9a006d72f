"""The engine behind an OpenAI-compatible server: vLLM, SGLang, llama.cpp, Ollama, or a hosted one.

Every sample is its own streamed request with its own seed, so samples end one by one; the server batches them and
shares what their prompts have in common. Interactive requests do not queue behind bulk ones. A failed request is
repeated with growing pauses, then it comes back as an unscored sample with its reason. While nobody answers at all,
every request waits; one that has waited too long comes back as cancelled, with the reason. The engine cannot promise
that a seed gives the same text again: only the server can.
"""

import asyncio
import hashlib
import logging
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from string import Template
from typing import Any

from models.enums import FinishReason
from worker.engines.openai_client import (
    TIMEOUT_SECONDS,
    TRIES,
    ServerHiccup,
    ServerRefused,
    StreamPiece,
    async_client,
    pause_seconds,
    stream_pieces,
)
from worker.engines.request import Priority, Sample, StopRule, WriteRequest
from worker.engines.stopping import READ_ON, Scanner, scanner

CONCURRENCY = 32
NO_SUCH_ADDRESS = {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NOT_IMPLEMENTED}
BAD_REQUEST = {HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY}
OPTIONAL_FIELDS = ("logprobs", "seed", "stream_options")
LONGEST_SILENT_PAUSE_SECONDS = 5.0
_LENGTH_WORDS = {"length", "max_tokens"}
_DRAFT = Template((Path(__file__).parent / "templates" / "draft.txt").read_text(encoding="utf-8"))
log = logging.getLogger(__name__)


class _GrowingSample:
    """One sample while the server writes it. It takes pieces until it is `complete` or the server ends."""

    def __init__(self, request: WriteRequest, key: str) -> None:
        self.request = request
        self.key = key
        self.started = time.monotonic()
        self.without_optional_fields = False
        self.in_chat = False
        self._streamed = 0
        self.begin(request.stop)

    def begin(self, rule: StopRule) -> None:
        """Start over after a try that broke off."""
        self.text = ""
        self.complete = False
        self.reason = FinishReason.END_OF_TEXT
        prompt = "" if self.request.as_chat else self.request.prompt
        self._stop: Scanner | None = scanner(rule, prompt, READ_ON)
        self._tokens, self._server_tokens, self._prompt_tokens = 0, 0, 0
        self._logprob: float | None = None

    def take(self, piece: StreamPiece) -> None:
        if self._tokens + piece.tokens > self.request.sampling.max_new_tokens:
            # The server ignores the limit that it was given; some servers never end.
            self.complete, self.reason = True, FinishReason.LENGTH
            return
        self._tokens += piece.tokens
        self._server_tokens = piece.new_tokens or self._server_tokens
        self._prompt_tokens = piece.prompt_tokens or self._prompt_tokens
        if piece.logprob is not None:
            self._logprob = (self._logprob or 0.0) + piece.logprob
        if piece.finish:
            self.reason = FinishReason.LENGTH if piece.finish in _LENGTH_WORDS else FinishReason.END_OF_TEXT
        if piece.text:
            self._grow(piece.text)

    def finish(self) -> None:
        """The server has ended: what follows the answer is cut off."""
        end = self._stop.finish() if self._stop and not self.complete else None
        if end is not None:
            self.text = self.text[:end]
            self.complete, self.reason = True, FinishReason.COMPLETE

    def sample(self, reason: FinishReason, error: str = "") -> Sample:
        failed = reason is FinishReason.ERROR
        return Sample(
            key=self.key,
            text="" if failed else self.text,
            prompt_tokens=self._prompt_tokens,
            new_tokens=0 if failed else self._server_tokens or self._tokens,
            seconds=time.monotonic() - self.started,
            logprob=None if failed else self._logprob,
            finish_reason=reason,
            error=error,
        )

    def _grow(self, text: str) -> None:
        end = self._stop.feed(text) if self._stop else None
        self.text += text
        if end is not None:
            self.text = self.text[:end]
            self.complete, self.reason = True, FinishReason.COMPLETE
        # After a broken try only text beyond it is passed on: the reader has the beginning already.
        if self.request.on_text is not None and len(self.text) > self._streamed:
            self.request.on_text(self.key, self.text[self._streamed :])
            self._streamed = len(self.text)


@dataclass(frozen=True, kw_only=True)
class Outage:
    """A server that answers nobody."""

    since: float
    """By `time.monotonic`."""
    url: str
    reason: str

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.since


class OpenAICompatibleEngine:
    """Asks `model` at `url` (up to and with `/v1`)."""

    def __init__(
        self,
        url: str,
        model: str,
        *,
        name: str,
        key: str = "",
        concurrency: int = CONCURRENCY,
        first_pause_seconds: float = 0.5,
        timeout_seconds: float = TIMEOUT_SECONDS,
        patience_seconds: float = 0.0,
    ) -> None:
        """
        Args:
            patience_seconds: how long requests wait while nobody answers; 0 for no longer than for any other failure.
        """
        self.name = name
        self.outage: Outage | None = None
        self._patience_seconds = patience_seconds
        self._url, self._model, self._key = url.rstrip("/"), model, key
        self._first_pause_seconds = first_pause_seconds
        # Learned of the server while asking it: it has no `/completions`, it refuses the optional fields.
        self._chat_only = self._no_optional_fields = False
        self._lanes = {priority: asyncio.Semaphore(concurrency) for priority in Priority}
        self._client = async_client(self._url, timeout_seconds)
        # Its own loop: callers come from many loops, and connections belong to one.
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name=f"engine-{name}", daemon=True)
        self._thread.start()

    async def write(self, request: WriteRequest) -> AsyncIterator[Sample]:
        """The request's samples, in the order in which they complete."""
        if self.outage is not None and self.outage.seconds >= self._patience_seconds:
            # An earlier run waited for that one and gave up: this one waits as long again.
            self.outage = None
        loop = asyncio.get_running_loop()
        samples: asyncio.Queue[Sample] = asyncio.Queue()

        def give(sample: Sample) -> None:
            # The caller's loop may be closed by now.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(samples.put_nowait, sample)

        futures = [
            asyncio.run_coroutine_threadsafe(self._answer(request, key, give), self._loop) for key in request.keys
        ]
        try:
            for _ in request.keys:
                yield await samples.get()
        finally:
            for future in futures:
                future.cancel()

    def close(self) -> None:
        """Hang up; unfinished samples come back as cancelled."""
        asyncio.run_coroutine_threadsafe(self._hang_up(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _hang_up(self) -> None:
        # Let new tasks take their first step: one that is cancelled before could not answer its caller.
        await asyncio.sleep(0)
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await self._client.close()

    async def _answer(self, request: WriteRequest, key: str, give: Callable[[Sample], None]) -> None:
        growing = _GrowingSample(request, key)
        try:
            async with self._lanes[request.priority]:
                give(await self._with_retries(growing))
        except asyncio.CancelledError:
            give(growing.sample(FinishReason.CANCELLED))
            raise
        except Exception as error:
            # Without an answer the caller would wait for ever.
            log.exception("the engine %s failed on a sample", self.name)
            give(self._failed(growing, f"{type(error).__name__}: {error}"))

    async def _with_retries(self, growing: _GrowingSample) -> Sample:
        growing.started = time.monotonic()
        tries = silent = 0
        while True:
            try:
                return await self._once(growing)
            except ServerRefused as error:
                self.outage = None
                if not self._adapt(growing, error.status):
                    return self._failed(growing, str(error))
            except ServerHiccup as error:
                self._note(error)
                if self.outage is None or not self._patience_seconds:
                    tries += 1
                    if tries == TRIES:
                        return self._failed(growing, f"{error}; {TRIES} tries")
                    pause = pause_seconds(tries - 1, self._first_pause_seconds, error.pause_seconds)
                elif self.outage.seconds < self._patience_seconds:
                    silent += 1
                    # Short, because whoever waits wants to go on as soon as the server is back.
                    pause = pause_seconds(min(silent, TRIES), self._first_pause_seconds, error.pause_seconds)
                    pause = min(pause, LONGEST_SILENT_PAUSE_SECONDS)
                else:
                    return growing.sample(FinishReason.CANCELLED, self._silent(self.outage))
                await asyncio.sleep(pause)

    def _note(self, hiccup: ServerHiccup) -> None:
        """Whether the server is out: nobody has answered since the first failure of that kind."""
        if not hiccup.is_silent:
            self.outage = None
        elif self.outage is None:
            self.outage = Outage(since=time.monotonic(), url=self._url, reason=self._without_key(str(hiccup)))

    def _silent(self, outage: "Outage") -> str:
        return (
            f"The server at {self._url} has not answered for {self._patience_seconds:.0f} seconds ({outage.reason}): "
            f"start it, then resume the run. Everything done so far is kept."
        )

    async def _once(self, growing: _GrowingSample) -> Sample:
        request = growing.request
        chat = request.as_chat or growing.in_chat or self._chat_only
        growing.begin(_rule(request, chat))
        path = "/chat/completions" if chat else "/completions"
        pieces = stream_pieces(self._client, path, self._body(growing, chat), self._key)
        async with aclosing(pieces):
            async for piece in pieces:
                self.outage = None
                growing.take(piece)
                if growing.complete:
                    # Closing the stream tells the server to stop writing.
                    break
        # What worked for one sample is done for all. A refusal alone teaches nothing: it may be the prompt's own fault.
        self._no_optional_fields |= growing.without_optional_fields
        self._chat_only |= growing.in_chat
        growing.finish()
        return growing.sample(growing.reason)

    def _body(self, growing: _GrowingSample, chat: bool) -> dict[str, Any]:
        request, settings = growing.request, growing.request.sampling
        body: dict[str, Any] = {
            "model": self._model,
            "max_tokens": settings.max_new_tokens,
            "temperature": settings.temperature,
            "top_p": settings.top_p,
            "stream": True,
            "seed": _seed(settings.seed, growing.key),
            "logprobs": True if chat else 1,
            "stream_options": {"include_usage": True},
        }
        if chat:
            asked = request.prompt if request.as_chat else _DRAFT.substitute(prompt=request.prompt)
            body["messages"] = [{"role": "user", "content": asked}]
        else:
            body["prompt"] = request.prompt
        if self._no_optional_fields or growing.without_optional_fields:
            body = {name: value for name, value in body.items() if name not in OPTIONAL_FIELDS}
        return body

    def _adapt(self, growing: _GrowingSample, status: int) -> bool:
        """Change how this sample is asked for after a refusal; False where nothing is left to change."""
        if status in BAD_REQUEST and not (growing.without_optional_fields or self._no_optional_fields):
            growing.without_optional_fields = True
            return True
        if status in NO_SUCH_ADDRESS and not (growing.request.as_chat or growing.in_chat):
            growing.in_chat = True
            return True
        return False

    def _failed(self, growing: _GrowingSample, reason: str) -> Sample:
        # Some servers repeat a key that they do not know, and a sample's sentence is stored.
        reason = self._without_key(reason)
        advice = (
            "check its URL, model and key" if self._key else "check its URL and model, or set TEKHNE_ENDPOINT_KEY"
        )
        return growing.sample(
            FinishReason.ERROR, f"The server at {self._url} did not answer ({reason}): {advice}."
        )

    def _without_key(self, reason: str) -> str:
        return reason.replace(self._key, "[the key]") if self._key else reason


def _rule(request: WriteRequest, chat: bool) -> StopRule:
    """A chat model answers a draft's prompt with a whole fenced block, which does not begin inside a body."""
    return StopRule.CODE_BLOCK if chat and request.stop is StopRule.GO_BODY else request.stop


def _seed(seed: int, key: str) -> int:
    """The sample's own seed. It has 31 bits, because servers take no more."""
    digest = hashlib.sha256(f"{seed}\x1f{key}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> 1
