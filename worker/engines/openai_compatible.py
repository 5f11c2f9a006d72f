"""The engine behind an OpenAI-compatible server: vLLM, SGLang, llama.cpp, Ollama, or a hosted one.

Every sample is a streamed request of its own with a seed of its own, so samples end one by one; the server batches
them and keeps what prompts share. Interactive requests do not queue behind bulk ones. What fails is tried again with
growing pauses, then comes back as an unscored sample with its reason. Which numbers a server draws is its own
business: the same seed gives the same text only where the server says so.
"""

import asyncio
import hashlib
import logging
import random
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from string import Template
from typing import Any

import httpx

from models.enums import FinishReason
from worker.engines.errors import EngineError, ServerHiccup, ServerRefused
from worker.engines.request import Priority, Sample, StopRule, WriteRequest
from worker.engines.server_sample import Growing
from worker.engines.server_stream import stream_pieces

CONCURRENCY = 32
TRIES = 5
LONGEST_PAUSE_SECONDS = 30.0
NO_SUCH_ADDRESS = {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NOT_IMPLEMENTED}
BAD_REQUEST = {HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY}
OPTIONAL_FIELDS = ("logprobs", "seed", "stream_options")
log = logging.getLogger(__name__)
_DRAFT = Template((Path(__file__).parent / "templates" / "draft.txt").read_text(encoding="utf-8"))


@dataclass
class _Manners:
    """What was learned of the server while asking it."""

    chat_only: bool = False
    """It has no `/completions`."""
    plain: bool = False
    """It refuses the optional fields."""


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
        timeout_seconds: float = 120.0,
    ) -> None:
        self.name = name
        self._url, self._model, self._key = url.rstrip("/"), model, key
        self._first_pause_seconds = first_pause_seconds
        self._manners = _Manners()
        self._lanes = {priority: asyncio.Semaphore(concurrency) for priority in Priority}
        self._client = httpx.AsyncClient(
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=timeout_seconds,
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=concurrency),
        )
        # A loop of its own: callers come from many, and connections belong to one.
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name=f"engine-{name}", daemon=True)
        self._thread.start()

    async def write(self, request: WriteRequest) -> AsyncIterator[Sample]:
        """The request's samples, in the order in which they complete."""
        loop = asyncio.get_running_loop()
        samples: asyncio.Queue[Sample] = asyncio.Queue()

        def give(sample: Sample) -> None:
            # Whoever asked may be gone, and his loop with him.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(samples.put_nowait, sample)

        under_way = [
            asyncio.run_coroutine_threadsafe(self._answer(request, key, give), self._loop) for key in request.keys
        ]
        try:
            for _ in request.keys:
                yield await samples.get()
        finally:
            for future in under_way:
                future.cancel()

    def close(self) -> None:
        """Hang up; what is under way comes back as cancelled."""
        asyncio.run_coroutine_threadsafe(self._hang_up(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _hang_up(self) -> None:
        # A task that is cancelled before its first step could not answer its caller.
        await asyncio.sleep(0)
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await self._client.aclose()

    async def _answer(self, request: WriteRequest, key: str, give: Callable[[Sample], None]) -> None:
        growing = Growing(request, key)
        try:
            async with self._lanes[request.priority]:
                give(await self._with_retries(growing))
        except asyncio.CancelledError:
            give(growing.sample(FinishReason.CANCELLED))
            raise
        except Exception as error:
            # Whoever waits for the sample would wait for ever.
            log.exception("the engine %s failed on a sample", self.name)
            give(self._failed(growing, EngineError(f"{type(error).__name__}: {error}")))

    async def _with_retries(self, growing: Growing) -> Sample:
        growing.started = time.monotonic()
        reason = ""
        for attempt in range(TRIES):
            try:
                return await self._once(growing)
            except ServerRefused as error:
                if not self._adapt(growing, error.status):
                    return self._failed(growing, error)
                reason = str(error)
            except ServerHiccup as error:
                reason = str(error)
                if attempt + 1 < TRIES:
                    await asyncio.sleep(self._pause(attempt, error.pause_seconds))
        return self._failed(growing, ServerHiccup(f"{reason}; {TRIES} tries"))

    async def _once(self, growing: Growing) -> Sample:
        request = growing.request
        chat = request.as_chat or growing.asked_in_chat or self._manners.chat_only
        growing.begin(_rule(request, chat))
        url = f"{self._url}/{'chat/completions' if chat else 'completions'}"
        async with aclosing(stream_pieces(self._client, url, self._body(growing, chat))) as pieces:
            async for piece in pieces:
                growing.take(piece)
                if growing.complete:
                    # Closing the stream tells the server to stop writing.
                    break
        # What worked for one is done for all; what one prompt was refused for may be the prompt's own fault.
        self._manners.plain |= growing.asked_plainly
        self._manners.chat_only |= growing.asked_in_chat
        return growing.sample(growing.reason)

    def _body(self, growing: Growing, chat: bool) -> dict[str, Any]:
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
        if self._manners.plain or growing.asked_plainly:
            body = {name: value for name, value in body.items() if name not in OPTIONAL_FIELDS}
        return body

    def _adapt(self, growing: Growing, status: int) -> bool:
        """Learn from a refusal; whether asking in another way is worth a try."""
        if status in BAD_REQUEST and not (growing.asked_plainly or self._manners.plain):
            growing.asked_plainly = True
            return True
        if status in NO_SUCH_ADDRESS and not (growing.request.as_chat or growing.asked_in_chat):
            growing.asked_in_chat = True
            return True
        return False

    def _pause(self, attempt: int, asked: float) -> float:
        """Twice as long each time, never in step with others, and never shorter than the server asks."""
        grown = self._first_pause_seconds * float(2**attempt) * random.uniform(0.8, 1.2)
        return min(LONGEST_PAUSE_SECONDS, max(grown, asked))

    def _failed(self, growing: Growing, error: EngineError) -> Sample:
        # Some servers repeat a key that they do not know, and a sample's sentence is stored.
        said = str(error).replace(self._key, "[the key]") if self._key else str(error)
        advice = (
            "check its URL, model and key" if self._key else "check its URL and model, or set TEKHNE_ENDPOINT_KEY"
        )
        words = f"The server at {self._url} did not answer ({said}): {advice}."
        return growing.sample(FinishReason.ERROR, words)


def _rule(request: WriteRequest, chat: bool) -> StopRule:
    """A chat model answers a draft's prompt with a fenced block, which no longer begins inside a body."""
    return StopRule.CODE_BLOCK if chat and request.stop is StopRule.GO_BODY else request.stop


def _seed(seed: int, key: str) -> int:
    """The sample's own seed, of 31 bits because servers take no more."""
    digest = hashlib.sha256(f"{seed}\x1f{key}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> 1
