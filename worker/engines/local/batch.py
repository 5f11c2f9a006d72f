"""Rows that are decoded together, and the text that each of them grows into.

In: a request's rows and the network. Out: complete rows. A request's prompt is read once, however many samples are
wanted of it. Everything here but `PendingRequest.deliver` runs in the engine's thread only.
"""

import asyncio
import random
import time
from contextlib import suppress
from dataclasses import dataclass, field

import torch
from torch import Tensor
from transformers import DynamicCache, PreTrainedTokenizerBase

from models.enums import FinishReason
from worker.engines.local.drawing import Draws, draw, stream
from worker.engines.local.states import CarriedStates, RowsCache
from worker.engines.local.stepping import Stepper
from worker.engines.request import Continuation, Sample, WriteRequest
from worker.engines.stopping import scanner
from worker.engines.threads import ThreadTuner, with_threads
from worker.network.critic import ReflectiveCodeTransformer, Trunk, empty_cache
from worker.transcripts.format import opening_tokens

_PARTIAL_CHARACTER = "\ufffd"
"""What a tokenizer decodes an incomplete character to."""


@dataclass
class PendingRequest:
    """A request, the loop that waits for its samples, and its rows that have not joined a batch yet."""

    request: WriteRequest
    loop: asyncio.AbstractEventLoop
    samples: "asyncio.Queue[Sample]"
    rows: "list[Row]" = field(default_factory=list)
    cancelled: bool = False

    def deliver(self, sample: Sample) -> None:
        # The caller's loop may be closed by now; the engine must survive that.
        with suppress(RuntimeError):
            self.loop.call_soon_threadsafe(self.samples.put_nowait, sample)


def prompt_ids(request: WriteRequest, tokenizer: PreTrainedTokenizerBase) -> list[int]:
    """The prompt's tokens; a question gets the model's chat form where it has one."""
    if request.prompt_ids:
        return list(request.prompt_ids)
    prompt = request.prompt
    if request.as_chat and tokenizer.chat_template:
        question = [{"role": "user", "content": prompt}]
        # The template writes the BOS token itself, where the model wants one.
        prompt = str(tokenizer.apply_chat_template(question, tokenize=False, add_generation_prompt=True))
        return list(tokenizer.encode(prompt, add_special_tokens=False))
    ids: list[int] = opening_tokens(tokenizer) + tokenizer.encode(prompt, add_special_tokens=False)
    if not ids and tokenizer.bos_token_id is not None:
        ids = [tokenizer.bos_token_id]
    return ids


def unwritten_sample(key: str, error: str, reason: FinishReason, prompt_tokens: int) -> Sample:
    """A sample without text, and the sentence that says why."""
    return Sample(
        key=key,
        text="",
        prompt_tokens=prompt_tokens,
        new_tokens=0,
        seconds=0.0,
        logprob=None,
        finish_reason=reason,
        error=error,
    )


class Row:
    """One sample while it is written: it grows by `push` until `finished` says why it ended."""

    def __init__(
        self,
        pending: PendingRequest,
        key: str,
        prompt_ids: list[int],
        tokenizer: PreTrainedTokenizerBase,
        room: int,
        ends: frozenset[int] = frozenset(),
    ) -> None:
        """
        Args:
            room: tokens that still fit into the model's context after the prompt.
            ends: tokens that end a text, besides the tokenizer's own.
        """
        self.pending = pending
        self.request = pending.request
        self.key = key
        self.prompt_ids = prompt_ids
        self._tokenizer = tokenizer
        own_end = tokenizer.eos_token_id
        self._ends = ends if own_end is None else ends | {own_end}
        self._most_tokens = min(self.request.sampling.max_new_tokens, room)
        self._streamed = 0
        self.begin()

    def begin(self) -> None:
        """Start over with the same random numbers: what is drawn again is the same."""
        self.ids: list[int] = []
        self.states: list[Tensor] = []
        """The trunk's hidden states of what was read and written, where a critic may ask for them."""
        self.text = ""
        self.logprob = 0.0
        self.tokens: list[tuple[int, float]] = []
        """Where each token ends in the text, and its log-probability."""
        self.finished: FinishReason | None = None
        self._random: random.Random = stream(self.request.sampling.seed, self.key)
        self._stop = scanner(self.request.stop)
        self._decoded_from = self._decoded_to = 0
        self.seconds = 0.0
        """Its share of the engine's work so far; the engine adds to it."""

    def chance(self) -> float:
        """The random number of its next draw; a greedy row takes none."""
        return self._random.random() if self.request.sampling.temperature > 0 else 0.0

    def push(self, token: int, logprob: float) -> None:
        """Take in the next token, which may set `finished`."""
        self.logprob += logprob
        if token in self._ends:
            self._grow(self._new_text(whole_characters=False))
            self.finished = self.finished or FinishReason.END_OF_TEXT
            return
        self.ids.append(token)
        self._grow(self._new_text())
        self.tokens.append((len(self.text), logprob))
        if self.finished is None and len(self.ids) >= self._most_tokens:
            self._grow(self._new_text(whole_characters=False))
            self.finished = self.finished or FinishReason.LENGTH

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
            # Characters that were held back until the end belong to the last token.
            tokens=(*self.tokens[:-1], *((len(self.text), logprob) for _, logprob in self.tokens[-1:])),
        )

    def _grow(self, piece: str) -> None:
        if not piece:
            return
        end = self._stop.feed(piece) if self._stop else None
        if end is not None:
            piece = piece[: end - len(self.text)]
            self.finished = FinishReason.COMPLETE
        self.text += piece
        # A row that started over grows the same text again, and its caller has the first part already.
        if self.request.on_text is not None and len(self.text) > self._streamed:
            self.request.on_text(self.key, self.text[self._streamed :])
        self._streamed = max(self._streamed, len(self.text))

    def _new_text(self, *, whole_characters: bool = True) -> str:
        """The text that the newest tokens add; nothing while they end in a partial character, unless it is taken as it
        stands. Decoded together with the tokens before them, because a token's text can depend on its neighbours."""
        if self._decoded_to >= len(self.ids):
            return ""
        before = self._tokenizer.decode(self.ids[self._decoded_from : self._decoded_to])
        now = self._tokenizer.decode(self.ids[self._decoded_from :])
        if whole_characters and (len(now) <= len(before) or now.endswith(_PARTIAL_CHARACTER)):
            return ""
        self._decoded_from, self._decoded_to = self._decoded_to, len(self.ids)
        return str(now[len(before) :])


class Batch:
    """Rows of one writer. Each has read its prompt and knows its next token's logits."""

    def __init__(self, network: Trunk, writer: Continuation, carried: CarriedStates | None = None) -> None:
        """`carried`: where drafts leave the trunk's states, and where critics find them."""
        self._network = network
        self._critic = network if isinstance(network, ReflectiveCodeTransformer) else None
        self._writes_drafts = writer is Continuation.BASE
        # Without a critic nothing would read what drafts leave.
        self._carried = carried if self._critic is not None else None
        if self._writes_drafts:
            self._critic = None
        self._size = sum(parameter.numel() for parameter in network.parameters())
        self._tuner = ThreadTuner(torch.get_num_threads() if network.device.type == "cpu" else 1)
        self.rows: list[Row] = []
        self._stepper: Stepper | None = None
        self._cache = RowsCache()

    @torch.inference_mode()
    def join(self, rows: list[Row]) -> list[Row]:
        """Read the prompt that the rows share, draw the first token of each, and take them in.

        Returns:
            The rows that were complete at once.
        """
        # Before the prompt is read: should memory run out meanwhile, `clear` gives these back as well.
        self.rows.extend(rows)
        cache = empty_cache()
        with with_threads(self._tuner.threads(len(rows[0].prompt_ids) * self._size)):
            hidden = self._read(rows[0].prompt_ids, cache)
            whole = (
                self._critic.critic_logits(hidden, cache) if self._critic else self._network.base_logits(hidden)
            )
            logits = whole[:, -1].expand(len(rows), -1)
        self._cache.admit(cache, len(rows))
        self._remember_states(rows, [hidden[0]] * len(rows))
        self._draw_tokens(rows, logits)
        return self._drop_finished()

    @torch.inference_mode()
    def step(self) -> list[Row]:
        """Write one token of every row; the rows that are now complete have left."""
        if not self.rows:
            return []
        if self._stepper is None:
            # Not earlier, because it moves weights into joint tensors.
            with torch.inference_mode(mode=False):
                self._stepper = Stepper(self._network, critic=self._critic is not None)
        work, started = len(self.rows) * self._size, time.perf_counter()
        with with_threads(self._tuner.threads(work)):
            hidden, logits = self._stepper.step([row.ids[-1] for row in self.rows], self._cache)
        self._tuner.took(work, time.perf_counter() - started)
        self._remember_states(self.rows, hidden)
        self._draw_tokens(self.rows, logits)
        return self._drop_finished()

    def drop_cancelled(self) -> list[Row]:
        """The rows that are no longer wanted; they have left."""
        for row in self.rows:
            if row.pending.cancelled:
                row.finished = FinishReason.CANCELLED
        return self._drop_finished()

    def clear(self) -> list[Row]:
        """Give all rows back, to begin again elsewhere."""
        rows, self.rows = self.rows, []
        self._cache = RowsCache()
        return rows

    def _read(self, prompt: list[int], cache: DynamicCache) -> Tensor:
        """(1, T, D): the trunk over the prompt, except for the part whose states a draft has left."""
        known = self._carried.longest(prompt) if self._carried and self._critic else None
        if known is None:
            return self._network.trunk(torch.tensor([prompt], device=self._network.device), cache)
        known.fill(cache)
        rest = torch.tensor([prompt[len(known.ids) :]], device=self._network.device)
        return torch.cat([known.states, self._network.trunk(rest, cache)], dim=1)

    def _remember_states(self, rows: list[Row], states: list[Tensor] | Tensor) -> None:
        """Keep the trunk's states of each draft's newest tokens, where a critic may ask for them."""
        if self._carried is not None and self._writes_drafts:
            for row, state in zip(rows, states, strict=True):
                row.states.append(state)

    def _draw_tokens(self, rows: list[Row], logits: Tensor) -> None:
        chances = [row.chance() for row in rows]
        drawn = _draw_rows(rows, logits, chances)
        tokens, logprobs = list(drawn.tokens), list(drawn.logprobs)
        for place in [place for place, close in enumerate(drawn.close) if close]:
            again = _draw_rows([rows[place]], self._logits_alone(rows[place]), [chances[place]])
            tokens[place], logprobs[place] = again.tokens[0], again.logprobs[0]
        for row, token, logprob in zip(rows, tokens, logprobs, strict=True):
            row.push(token, logprob)

    def _logits_alone(self, row: Row) -> Tensor:
        """(1, V): the row's next logits from its whole text at once, by one thread and without any cached states: the
        same bits whatever batch the row is in, however its prompt was read and however often it began."""
        ids = torch.tensor([row.prompt_ids + row.ids], device=self._network.device)
        with with_threads(1):
            hidden = self._network.trunk(ids)
            if self._critic is not None:
                return self._critic.head_logits(self._critic.upper(hidden)[:, -1])
            return self._network.base_logits(hidden[:, -1])

    def _drop_finished(self) -> list[Row]:
        """The rows that are complete or cancelled; the others close up."""
        gone = [place for place, row in enumerate(self.rows) if row.finished is not None]
        finished = [self.rows[place] for place in gone]
        if finished:
            for place, row in zip(gone, finished, strict=True):
                if row.states and self._carried is not None:
                    self._carried.keep(row.prompt_ids + row.ids, self._cache, place, row.states)
            self.rows = [self.rows[place] for place in self._cache.leave(gone)]
        if not self.rows:
            self._cache = RowsCache()
        return finished


def _draw_rows(rows: list[Row], logits: Tensor, chances: list[float]) -> Draws:
    settings = [row.request.sampling for row in rows]
    return draw(logits, [one.temperature for one in settings], [one.top_p for one in settings], chances)
