"""Rows that are decoded together: one cache that rows join after their prompt and leave when complete.

The prompt of a request is read once, however many samples are wanted of it. Everything here runs in the engine's
thread.
"""

import time

import torch
from torch import Tensor
from transformers import DynamicCache

from worker.engines.carried import CarriedStates
from worker.engines.helper_threads import with_threads
from worker.engines.pace import Pace
from worker.engines.request import Continuation
from worker.engines.row import Row
from worker.network.critic import ReflectiveCodeTransformer, Trunk, empty_cache
from worker.network.drawing import Draws, draw
from worker.network.rows_cache import RowsCache
from worker.network.stepping import Step, Stepper


class Batch:
    """Rows of one writer; all have read their prompt and know their next token's logits."""

    def __init__(self, network: Trunk, writer: Continuation, carried: CarriedStates | None = None) -> None:
        """`carried`: where drafts leave the trunk's work, and critics find it."""
        self._network = network
        self._writer = writer
        # Without a critic nobody would read what drafts leave.
        self._carried = carried if isinstance(network, ReflectiveCodeTransformer) else None
        self._size = sum(parameter.numel() for parameter in network.parameters())
        self._pace = Pace(torch.get_num_threads() if network.device.type == "cpu" else 1)
        self.rows: list[Row] = []
        self._stepper: Stepper | None = None
        self._cache = RowsCache()

    @torch.inference_mode()
    def join(self, rows: list[Row]) -> list[Row]:
        """Read the prompt that the rows share, draw each one's first token, and take them in.

        Returns:
            The rows that were complete at once.
        """
        # Theirs from the start: should memory run out while the prompt is read, `clear` gives them back as well.
        self.rows.extend(rows)
        cache = empty_cache()
        with with_threads(self._pace.threads(len(rows[0].prompt_ids) * self._size)):
            hidden = self._read(rows[0].prompt_ids, cache)
            logits = self._logits(hidden, cache)[:, -1].expand(len(rows), -1)
        self._cache.admit(cache, len(rows))
        self._note(rows, [hidden[0]] * len(rows))
        self._take(rows, logits)
        return self.drop_finished()

    @torch.inference_mode()
    def step(self) -> list[Row]:
        """One token for every row; the rows that it completed, which have left."""
        if not self.rows:
            return []
        if self._stepper is None:
            # Not before it is needed: it moves weights together.
            with torch.inference_mode(mode=False):
                self._stepper = Stepper(self._network, critic=self._writer is Continuation.CRITIC)
        step = self._timed_step(self._stepper)
        self._note(self.rows, step.hidden)
        self._take(self.rows, step.logits)
        return self.drop_finished()

    def _timed_step(self, stepper: Stepper) -> Step:
        work, started = len(self.rows) * self._size, time.perf_counter()
        with with_threads(self._pace.threads(work)):
            step = stepper.step([row.ids[-1] for row in self.rows], self._cache)
        self._pace.took(work, time.perf_counter() - started)
        return step

    def clear(self) -> list[Row]:
        """Give every row back, to be begun again elsewhere."""
        rows, self.rows = self.rows, []
        self._cache = RowsCache()
        return rows

    def _read(self, prompt: list[int], cache: DynamicCache) -> Tensor:
        """(1, T, D): the trunk over the prompt, but for what a draft's work already holds of it."""
        known = self._carried.longest(prompt) if self._carried and self._writer is Continuation.CRITIC else None
        if known is None:
            return self._network.trunk(torch.tensor([prompt], device=self._network.device), cache)
        known.into(cache)
        rest = torch.tensor([prompt[len(known.ids) :]], device=self._network.device)
        return torch.cat([known.states, self._network.trunk(rest, cache)], dim=1)

    def _logits(self, hidden: Tensor, cache: DynamicCache) -> Tensor:
        if self._writer is Continuation.CRITIC and isinstance(self._network, ReflectiveCodeTransformer):
            return self._network.critic_logits(hidden, cache)
        return self._network.base_logits(hidden)

    def _note(self, rows: list[Row], states: list[Tensor] | Tensor) -> None:
        """Remember what the trunk made of each row's newest tokens, while a critic may ask for it."""
        if self._carried is not None and self._writer is Continuation.BASE:
            for row, state in zip(rows, states, strict=True):
                row.states.append(state)

    def _take(self, rows: list[Row], logits: Tensor) -> None:
        chances = [row.chance() for row in rows]
        drawn = _drawn(rows, logits, chances)
        tokens, logprobs = list(drawn.tokens), list(drawn.logprobs)
        for place in [place for place, close in enumerate(drawn.close) if close]:
            again = _drawn([rows[place]], self._logits_alone(rows[place]), [chances[place]])
            tokens[place], logprobs[place] = again.tokens[0], again.logprobs[0]
        for row, token, logprob in zip(rows, tokens, logprobs, strict=True):
            row.push(token, logprob)

    def _logits_alone(self, row: Row) -> Tensor:
        """(1, V): the row's next logits from its whole text at once, by one thread and without any kept work: the same
        bits whatever batch the row is in, how its prompt was read and how often it was begun."""
        ids = torch.tensor([row.prompt_ids + row.ids], device=self._network.device)
        with with_threads(1):
            hidden = self._network.trunk(ids)
            if self._writer is Continuation.CRITIC and isinstance(self._network, ReflectiveCodeTransformer):
                return self._network.head_logits(self._network.upper(hidden)[:, -1])
            return self._network.base_logits(hidden[:, -1])

    def drop_finished(self) -> list[Row]:
        """The rows that are complete, or cancelled; the others close up."""
        gone = [place for place, row in enumerate(self.rows) if row.finished is not None]
        finished = [self.rows[place] for place in gone]
        if finished:
            self._leave_work(gone)
            self.rows = [self.rows[place] for place in self._cache.leave(gone)]
        if not self.rows:
            self._cache = RowsCache()
        return finished

    def _leave_work(self, gone: list[int]) -> None:
        for place in gone:
            row = self.rows[place]
            if row.states and self._carried is not None:
                self._carried.keep(row.prompt_ids + row.ids, self._cache, place, row.states)


def _drawn(rows: list[Row], logits: Tensor, chances: list[float]) -> Draws:
    settings = [row.request.sampling for row in rows]
    return draw(logits, [each.temperature for each in settings], [each.top_p for each in settings], chances)
