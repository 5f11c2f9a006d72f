"""One sample while it is being written: its tokens, its text so far, and whether it is complete."""

import random

from torch import Tensor
from transformers import PreTrainedTokenizerBase

from models.enums import FinishReason
from worker.engines.request import Sample, WriteRequest
from worker.engines.stopping import scanner
from worker.network.drawing import stream

_BROKEN = "\ufffd"
"""What a tokenizer decodes half a character to."""


class Row:
    """Grows by `push`, until `finished` says why it ended."""

    def __init__(
        self,
        request: WriteRequest,
        key: str,
        prompt_ids: list[int],
        tokenizer: PreTrainedTokenizerBase,
        room: int,
        ends: frozenset[int] = frozenset(),
    ) -> None:
        """
        Args:
            room: tokens that still fit into the model's context after the prompt.
            ends: tokens that end a text, beside the tokenizer's own.
        """
        self._ends = ends | _ends(tokenizer)
        self.request = request
        self.key = key
        self.prompt_ids = prompt_ids
        self._tokenizer = tokenizer
        self._most = min(request.sampling.max_new_tokens, room)
        self._told = 0
        self.begin()

    def begin(self) -> None:
        """From the start, with the same random stream: what is drawn again is the same."""
        self.ids: list[int] = []
        self.states: list[Tensor] = []
        """The trunk's hidden states of what was read and written, where a critic may ask for them."""
        self.text = ""
        self.logprob = 0.0
        self.finished: FinishReason | None = None
        self.stream: random.Random = stream(self.request.sampling.seed, self.key)
        self._stop = scanner(self.request.stop)
        self._decoded_from = 0
        self._decoded_to = 0
        self.seconds = 0.0
        """Its share of the engine's work so far; the engine adds to it."""

    def chance(self) -> float:
        """The random number of its next draw; a greedy row takes none."""
        return self.stream.random() if self.request.sampling.temperature > 0 else 0.0

    def push(self, token: int, logprob: float) -> None:
        """Take the next token in; `finished` may be set by it."""
        self.logprob += logprob
        if token in self._ends:
            self._grow(self._rest())
            self.finished = self.finished or FinishReason.END_OF_TEXT
            return
        self.ids.append(token)
        self._grow(self._new_text())
        if self.finished is None and len(self.ids) >= self._most:
            self._grow(self._rest())
            self.finished = self.finished or FinishReason.LENGTH

    def cancel(self) -> None:
        self.finished = FinishReason.CANCELLED

    def sample(self) -> Sample:
        return Sample(
            key=self.key,
            text=self.text,
            ids=tuple(self.ids),
            prompt_tokens=len(self.prompt_ids),
            new_tokens=len(self.ids),
            seconds=self.seconds,
            logprob=self.logprob,
            finish_reason=self.finished or FinishReason.CANCELLED,
        )

    def _grow(self, piece: str) -> None:
        if not piece:
            return
        end = self._stop.feed(piece) if self._stop else None
        if end is not None:
            piece = piece[: end - len(self.text)]
            self.finished = FinishReason.COMPLETE
        self.text += piece
        # After a new beginning the same text grows again, of which the caller has had the first part.
        if self.request.on_text is not None and len(self.text) > self._told:
            self.request.on_text(self.key, self.text[self._told :])
        self._told = max(self._told, len(self.text))

    def _new_text(self) -> str:
        """The text that the newest tokens add; nothing while they end in half a character.

        Decoded together with the tokens before them, because a token's text can depend on its neighbours.
        """
        before = self._tokenizer.decode(self.ids[self._decoded_from : self._decoded_to])
        now = self._tokenizer.decode(self.ids[self._decoded_from :])
        if len(now) <= len(before) or now.endswith(_BROKEN):
            return ""
        self._decoded_from, self._decoded_to = self._decoded_to, len(self.ids)
        return str(now[len(before) :])

    def _rest(self) -> str:
        """What was held back as half a character, as it stands."""
        if self._decoded_to >= len(self.ids):
            return ""
        before = self._tokenizer.decode(self.ids[self._decoded_from : self._decoded_to])
        now = self._tokenizer.decode(self.ids[self._decoded_from :])
        self._decoded_from, self._decoded_to = self._decoded_to, len(self.ids)
        return str(now[len(before) :])


def _ends(tokenizer: PreTrainedTokenizerBase) -> set[int]:
    return {tokenizer.eos_token_id} if tokenizer.eos_token_id is not None else set()
