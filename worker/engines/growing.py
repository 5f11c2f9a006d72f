"""One sample while a server writes it: pieces of a stream in, a `Sample` out. It says itself when it is complete."""

import time

from models.enums import FinishReason
from worker.engines.dialect import Dialect
from worker.engines.openai_client import StreamPiece
from worker.engines.replicas import Replica
from worker.engines.request import Sample, StopRule, WriteRequest
from worker.engines.stopping import READ_ON, Scanner, scanner

_LENGTH_WORDS = {"length", "max_tokens"}


class GrowingSample:
    """It takes pieces until it is `complete` or the server ends."""

    def __init__(self, request: WriteRequest, key: str) -> None:
        self.request = request
        self.key = key
        self.started = time.monotonic()
        self.asked_in = Dialect()
        """How it was asked for the last time."""
        self.dialect = Dialect()
        """How this sample is asked for, beyond what all are."""
        self.replica: Replica | None = None
        """The server that is asked, or was the last time."""
        self.asked_to_wait = 0.0
        """Seconds that the server asked this sample to wait so far."""
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
        self._logprobs: list[float] = []
        self._ends: list[int] | None = []
        """Where each token ends in the text; None once an event brought several tokens, or none, for its text."""

    def take(self, piece: StreamPiece) -> None:
        if self._tokens + piece.tokens > self.request.sampling.max_new_tokens:
            # The server ignores the limit that it was given; some servers never end.
            self.complete, self.reason = True, FinishReason.LENGTH
            return
        self._tokens += piece.tokens
        self._server_tokens = piece.new_tokens or self._server_tokens
        self._prompt_tokens = piece.prompt_tokens or self._prompt_tokens
        self._logprobs += piece.logprobs
        if piece.finish:
            self.reason = FinishReason.LENGTH if piece.finish in _LENGTH_WORDS else FinishReason.END_OF_TEXT
        if piece.text:
            self._grow(piece.text)
        if self._ends is not None and (piece.text or piece.logprobs):
            self._ends = [*self._ends, len(self.text)] if len(piece.logprobs) == 1 else None

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
            logprob=None if failed or not self._logprobs else sum(self._logprobs),
            finish_reason=reason,
            tokens=() if failed or self._ends is None else tuple(zip(self._ends, self._logprobs, strict=True)),
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
