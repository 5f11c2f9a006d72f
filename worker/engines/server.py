"""The engine behind OpenAI-compatible servers of one model: vLLM, SGLang, llama.cpp, Ollama, or a hosted one.

Every sample is its own streamed request with its own seed, so samples end one by one; the server batches them and
shares what their prompts have in common. Interactive requests do not queue behind bulk ones. A failed request is
repeated, elsewhere if there is another server and else with growing pauses, then it comes back as an unscored sample
with its reason. While nobody answers at all,
every request waits; one that has waited too long comes back as cancelled, with the reason. The engine cannot promise
that a seed gives the same text again: only the server can.
"""

import asyncio
import logging
import threading
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing, suppress
from typing import Any

from models.enums import FinishReason
from worker.engines.bounded_answers import ANSWER_SECONDS
from worker.engines.dialect import Dialect
from worker.engines.growing import GrowingSample
from worker.engines.openai_client import (
    TIMEOUT_SECONDS,
    TRIES,
    adds_bos,
    async_client,
    pause_seconds,
    stream_pieces,
)
from worker.engines.replicas import Outage, Replica, Replicas
from worker.engines.request import Priority, Sample, StopRule, WriteRequest
from worker.engines.server_errors import LONGEST_ASKED_SECONDS, ServerError, ServerHiccup, ServerRefused, Trouble

CONCURRENCY = 32
LONGEST_SILENT_PAUSE_SECONDS = 5.0
BOS_KNOWN: dict[bool | None, str] = {
    True: "The server puts a BOS token before plain prompts, by its own word.",
    False: "The server puts no BOS token before plain prompts, by its own word.",
}
BOS_UNKNOWN = "Whether the server puts a BOS token before plain prompts is not known."
log = logging.getLogger(__name__)


class OpenAICompatibleEngine:
    """Asks `model` at one URL or several (up to and with `/v1`), which must serve the same model in the same way."""

    def __init__(
        self,
        urls: str | Sequence[str],
        model: str,
        *,
        name: str,
        key: str = "",
        concurrency: int = CONCURRENCY,
        first_pause_seconds: float = 0.5,
        timeout_seconds: float = TIMEOUT_SECONDS,
        answer_seconds: float = ANSWER_SECONDS,
        patience_seconds: float = 0.0,
        private_allowed: bool = False,
    ) -> None:
        """
        Args:
            concurrency: requests under way at each server, of each priority.
            private_allowed: whether the server may be on a private network.
            timeout_seconds: how long the server may be silent; `answer_seconds`: how long a whole answer may take.
            patience_seconds: how long requests wait while nobody answers; 0 for no longer than for any other failure.
        """
        self.name = name
        self._patience_seconds = patience_seconds
        self._answer_seconds = answer_seconds
        self._model, self._key = model, key
        self._first_pause_seconds = first_pause_seconds
        self._dialect = Dialect()
        """What is known of the server: what worked for one sample is done for all."""
        self._bos = ""
        """What is known of the server's BOS token, as a sentence; empty before the first plain prompt."""
        self._replicas = Replicas(
            [urls] if isinstance(urls, str) else urls,
            lambda url: async_client(url, timeout_seconds, private_allowed=private_allowed),
        )
        at_once = concurrency * len(self._replicas.all)
        self._lanes = {priority: asyncio.Semaphore(at_once) for priority in Priority}
        self._answers: set[asyncio.Task[Any]] = set()
        # Its own loop: callers come from many loops, and connections belong to one.
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name=f"engine-{name}", daemon=True)
        self._thread.start()

    @property
    def outage(self) -> Outage | None:
        """Since when nobody answers."""
        return self._replicas.outage

    async def write(self, request: WriteRequest) -> AsyncGenerator[Sample, None]:
        """The request's samples, in the order in which they complete."""
        if self.outage is not None and self.outage.seconds >= self._patience_seconds:
            # An earlier run waited for that one and gave up: this one waits as long again.
            self._replicas.forget_silence()
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
        while others := asyncio.all_tasks() - {asyncio.current_task()}:
            # The others are the loop's own: they close streams that were left early, and must not be cut short.
            for task in others & self._answers:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)
        await asyncio.get_running_loop().shutdown_asyncgens()
        await self._replicas.close()

    async def _answer(self, request: WriteRequest, key: str, give: Callable[[Sample], None]) -> None:
        growing = GrowingSample(request, key)
        task = asyncio.current_task()
        if task is not None:
            self._answers.add(task)
            task.add_done_callback(self._answers.discard)
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

    async def _with_retries(self, growing: GrowingSample) -> Sample:
        growing.started = time.monotonic()
        tries = silent = 0
        while True:
            replica = growing.replica = await self._replicas.opened()
            try:
                with self._replicas.asking(replica):
                    return await self._in_time(growing)
            except ServerRefused as error:
                replica.answered()
                known = self._dialect.joined(growing.dialect)
                # While this request was under way another may have learned what the server wants: that is tried first.
                dialect = known if known != growing.asked_in else known.after(error, growing.request)
                if dialect is None:
                    return self._failed(growing, str(error), error)
                growing.dialect = dialect
            except ServerHiccup as error:
                self._note(replica, error)
                if self._waits_as_asked(growing, replica, error):
                    continue
                outage = self.outage
                if outage is None or not self._patience_seconds:
                    tries += 1
                    if tries == TRIES * len(self._replicas.all):
                        return self._failed(growing, f"{error}; {tries} tries", error)
                    pause = pause_seconds((tries - 1) // len(self._replicas.all), self._first_pause_seconds)
                elif outage.seconds < self._patience_seconds:
                    silent += 1
                    # Short, because whoever waits wants to go on as soon as the server is back.
                    pause = pause_seconds(min(silent, TRIES), self._first_pause_seconds)
                    pause = min(pause, LONGEST_SILENT_PAUSE_SECONDS)
                else:
                    return growing.sample(FinishReason.CANCELLED, self._silent(outage))
                if self._replicas.are_aside:
                    await asyncio.sleep(pause)

    def _note(self, replica: Replica, hiccup: ServerHiccup) -> None:
        """Whether the server is out: nobody has had an answer since the first failure of that kind."""
        replica.failed(hiccup, self._without_key(str(hiccup)))

    def _waits_as_asked(self, growing: GrowingSample, replica: Replica, hiccup: ServerHiccup) -> bool:
        """Whether the server named a time to come again: then no sample asks it before, and this is no failed try. A
        sample that has been put off for a day is."""
        seconds = hiccup.pause_seconds
        if not seconds or growing.asked_to_wait >= LONGEST_ASKED_SECONDS:
            return False
        growing.asked_to_wait += seconds
        replica.close_for(seconds)
        return True

    @property
    def waits_for(self) -> str:
        """What all requests wait for, in words for a page; empty where they do not."""
        return self._replicas.waits_for

    @property
    def notes(self) -> dict[str, str]:
        """How the server has to be asked otherwise than a run wants, a sentence each."""
        return {**({"bos": self._bos} if self._bos else {}), **self._dialect.notes}

    def _silent(self, outage: Outage) -> str:
        return (
            f"The server at {self._replicas.words} has not answered for {self._patience_seconds:.0f} seconds "
            f"({outage.reason}): start it, then resume the run. Everything done so far is kept."
        )

    async def _in_time(self, growing: GrowingSample) -> Sample:
        """One try. A server that sends something every minute, but never an end, is no outage."""
        try:
            async with asyncio.timeout(self._answer_seconds):
                return await self._once(growing)
        except TimeoutError as error:
            raise ServerHiccup(
                f"its answer takes longer than {self._answer_seconds:.0f} seconds", trouble=Trouble.TIMEOUT
            ) from error

    async def _once(self, growing: GrowingSample) -> Sample:
        request, dialect = growing.request, self._dialect.joined(growing.dialect)
        growing.asked_in = dialect
        growing.begin(_rule(request, dialect.chats(request)))
        body = dialect.body(self._model, request, growing.key)
        replica = growing.replica or await self._replicas.opened()
        pieces = stream_pieces(replica.client, dialect.path(request), body, self._key)
        async with aclosing(pieces):
            async for piece in pieces:
                replica.answered()
                growing.take(piece)
                if growing.complete:
                    # Closing the stream tells the server to stop writing.
                    break
        # A refusal alone teaches nothing: it may be the prompt's own fault.
        self._dialect = self._dialect.joined(growing.dialect)
        growing.finish()
        if not self._bos and not dialect.chats(request):
            self._bos = BOS_UNKNOWN
            self._bos = BOS_KNOWN.get(
                await adds_bos(replica.client, replica.url, self._model, self._key), BOS_UNKNOWN
            )
        return growing.sample(growing.reason)

    def _failed(self, growing: GrowingSample, reason: str, error: ServerError | None = None) -> Sample:
        # Some servers repeat a key that they do not know, and a sample's sentence is stored.
        reason = self._without_key(reason)
        advice = "this is a fault of Tekhne's"
        if error is not None:
            advice = error.trouble.advice(key="TEKHNE_ENDPOINT_KEY", model=self._model, url=self._where(growing))
        return growing.sample(
            FinishReason.ERROR, f"The server at {self._where(growing)} did not answer ({reason}): {advice}."
        )

    def _where(self, growing: GrowingSample) -> str:
        """The server that was asked last, in words."""
        return growing.replica.url if growing.replica is not None else self._replicas.words

    def _without_key(self, reason: str) -> str:
        return reason.replace(self._key, "[the key]") if self._key else reason


def _rule(request: WriteRequest, chat: bool) -> StopRule:
    """A chat model answers a draft's prompt with a whole fenced block, which does not begin inside a body."""
    return StopRule.CODE_BLOCK if chat and request.stop is StopRule.GO_BODY else request.stop
