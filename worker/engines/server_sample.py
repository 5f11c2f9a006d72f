"""One sample that a server is writing: its text so far, its counts, and whether it is complete."""

import time

from models.enums import FinishReason
from worker.engines.request import Sample, StopRule, WriteRequest
from worker.engines.server_stream import Piece
from worker.engines.stopping import Scanner, scanner

_REASONS = {"length": FinishReason.LENGTH, "max_tokens": FinishReason.LENGTH}


class Growing:
    """Takes pieces until `complete`, or until the server ends."""

    def __init__(self, request: WriteRequest, key: str) -> None:
        self.request = request
        self.key = key
        self.started = time.monotonic()
        self.asked_plainly = False
        self.asked_in_chat = False
        self._told = 0
        self.begin(request.stop)

    def begin(self, rule: StopRule) -> None:
        """From the start: an earlier try broke off."""
        self.text = ""
        self.complete = False
        self.reason = FinishReason.END_OF_TEXT
        self._stop: Scanner | None = scanner(rule)
        self._tokens, self._server_tokens, self._prompt_tokens = 0, 0, 0
        self._logprob: float | None = None

    def take(self, piece: Piece) -> None:
        if self._tokens + piece.tokens > self.request.sampling.max_new_tokens:
            # The server forgot what it was asked for; some never end.
            self.complete, self.reason = True, FinishReason.LENGTH
            return
        self._tokens += piece.tokens
        self._server_tokens = piece.new_tokens or self._server_tokens
        self._prompt_tokens = piece.prompt_tokens or self._prompt_tokens
        if piece.logprob is not None:
            self._logprob = (self._logprob or 0.0) + piece.logprob
        if piece.finish:
            self.reason = _REASONS.get(piece.finish, FinishReason.END_OF_TEXT)
        if piece.text:
            self._grow(piece.text)

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
        # After a broken try only what goes beyond it is told: nobody wants to read the beginning twice.
        if self.request.on_text is not None and len(self.text) > self._told:
            self.request.on_text(self.key, self.text[self._told :])
            self._told = len(self.text)
