"""The engine that runs the network in this process: one thread owns it and decodes row by row, token by token.

Requests come from any event loop. Rows join at the next token and leave when complete, so the batch is never held up
by its slowest row. While interactive rows are alive bulk rows wait, at most for the token that is being computed.
"""

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Callable

import torch
from transformers import PreTrainedTokenizerBase

from models.enums import FinishReason
from worker.busy import BusyLog
from worker.engines.asked import Asked, failed, rows_of
from worker.engines.batch import Batch
from worker.engines.carried import CarriedStates
from worker.engines.helper_threads import let_go_of_helpers
from worker.engines.request import Continuation, Priority, Sample, WriteRequest
from worker.engines.row import Row
from worker.network.critic import Trunk
from worker.network.memory import is_out_of_memory

MOST_ROWS = 64
"""Rows of one batch; more gain little on a CPU and cost memory."""

log = logging.getLogger(__name__)


class LocalEngine:
    """Base, and critic where the network is one, on this machine."""

    def __init__(
        self,
        network: Trunk,
        tokenizer: PreTrainedTokenizerBase,
        *,
        name: str,
        most_rows: int = MOST_ROWS,
        carry_over: bool = True,
        busy: BusyLog | None = None,
    ) -> None:
        """
        Args:
            carry_over: critics take up the trunk's work on the draft instead of reading it again.
            busy: where it is noted when the engine works.
        """
        self.name = name
        self.tokenizer = tokenizer
        self._network = network
        self._most_rows = most_rows
        self.context = int(getattr(network.base.config, "max_position_embeddings", 2048))
        """Tokens that prompt and sample may have together."""
        named = getattr(getattr(network.base, "generation_config", None), "eos_token_id", None)
        self._ends = frozenset([named] if isinstance(named, int) else named or [])
        """Instruct models name several ends of text, of which their tokenizer knows one."""
        carried = CarriedStates() if carry_over else None
        self._batches = {
            (priority, writer): Batch(network, writer, carried) for priority in Priority for writer in Continuation
        }
        self._waiting: dict[tuple[Priority, Continuation], deque[Asked]] = {key: deque() for key in self._batches}
        self._asked: dict[int, Asked] = {}
        self._lock = threading.Condition()
        self._closed = False
        self._busy = busy or BusyLog()
        self._thread = threading.Thread(target=self._run, name=f"engine-{name}", daemon=True)
        self._threads = torch.get_num_threads()
        # Whoever made the engine has most likely just loaded the network.
        let_go_of_helpers()
        self._thread.start()

    async def write(self, request: WriteRequest) -> AsyncIterator[Sample]:
        """The request's samples, in the order in which they complete."""
        asked = Asked(request, asyncio.get_running_loop(), asyncio.Queue())
        with self._lock:
            self._waiting[request.priority, request.writer].append(asked)
            self._lock.notify()
        try:
            for _ in request.keys:
                yield await asked.samples.get()
        finally:
            asked.cancelled = True

    def close(self) -> None:
        """End the thread; what is under way comes back as cancelled."""
        with self._lock:
            self._closed = True
            self._lock.notify()
        self._thread.join()

    def _run(self) -> None:
        torch.set_num_threads(self._threads)
        while True:
            with self._lock:
                while not self._closed and not self._has_work():
                    let_go_of_helpers()
                    self._lock.wait()
                if self._closed:
                    break
            key, started = self._next(), time.monotonic()
            try:
                self._advance(key)
            except Exception as error:
                if is_out_of_memory(error):
                    self._halve()
                else:
                    log.exception("the engine %s failed on a batch", self.name)
                    self._fail(key, f"The engine failed ({type(error).__name__}: {error}).")
            self._busy.note(started, time.monotonic())
        for key in self._batches:
            self._fail(key, "The engine was closed.", FinishReason.CANCELLED)

    def _has_work(self) -> bool:
        return any(self._waiting.values()) or any(batch.rows for batch in self._batches.values())

    def _next(self) -> tuple[Priority, Continuation]:
        """Interactive before bulk; then whoever fills a batch best, because a step costs about the same for one row
        as for many. Critics before drafts where both are full: a repaired sample is a finished one."""
        order = [(priority, writer) for priority in Priority for writer in reversed(Continuation)]
        ready = {key: self._ready(key) for key in order}
        urgent = next(priority for priority, _ in order if any(ready[priority, writer] for writer in Continuation))
        return max((key for key in order if key[0] is urgent), key=ready.__getitem__)

    def _ready(self, key: tuple[Priority, Continuation]) -> int:
        """Rows that the batch has or could have now."""
        with self._lock:
            waiting = sum(max(1, len(asked.rows or asked.request.keys)) for asked in self._waiting[key])
        return min(self._most_rows, len(self._batches[key].rows) + waiting)

    def _advance(self, key: tuple[Priority, Continuation]) -> None:
        batch = self._batches[key]
        self._drop_cancelled(batch)
        if self._waiting[key] and (not batch.rows or self._fits(batch, self._waiting[key][0])):
            self._admit(batch, self._waiting[key])
        elif batch.rows:
            self._hand_out(_shared(list(batch.rows), batch.step))

    def _fits(self, batch: Batch, asked: Asked) -> bool:
        return len(batch.rows) + len(asked.request.keys) <= self._most_rows

    def _admit(self, batch: Batch, waiting: "deque[Asked]") -> None:
        """Let the next request's rows in, as many as fit; the others stay at the head of the queue."""
        with self._lock:
            asked = waiting[0]
        if not asked.rows:
            asked.rows = rows_of(asked, self.tokenizer, self.context, self._ends)
        room = max(1, self._most_rows - len(batch.rows))
        rows, asked.rows = asked.rows[:room], asked.rows[room:]
        if not asked.rows:
            with self._lock:
                waiting.popleft()
        if rows and not asked.cancelled:
            for row in rows:
                self._asked[id(row)] = asked
            self._hand_out(_shared(rows, lambda: batch.join(rows)))

    def _drop_cancelled(self, batch: Batch) -> None:
        for row in batch.rows:
            if self._asked[id(row)].cancelled:
                row.cancel()
        if any(row.finished for row in batch.rows):
            self._hand_out(batch.drop_finished())

    def _hand_out(self, rows: list[Row]) -> None:
        for row in rows:
            self._asked.pop(id(row)).give(row.sample())

    def _halve(self) -> None:
        """Out of memory: begin all rows again, half as many at a time."""
        rows = {key: batch.clear() for key, batch in self._batches.items()}
        count = sum(map(len, rows.values()))
        torch.cuda.empty_cache()
        if count <= 1:
            words = "The device has too little memory for one sample: use a smaller model or max_new_tokens."
            self._give_up([row for each in rows.values() for row in each], words)
            return
        self._most_rows = min(self._most_rows, count) // 2
        log.warning("out of memory: %s goes on with at most %d samples at a time", self.name, self._most_rows)
        for key, each in rows.items():
            self._put_back(key, each)

    def _put_back(self, key: tuple[Priority, Continuation], rows: list[Row]) -> None:
        """Let rows wait at the head of their queue, to be begun again."""
        by_request: dict[int, list[Row]] = {}
        for row in rows:
            row.begin()
            by_request.setdefault(id(self._asked[id(row)]), []).append(row)
        with self._lock:
            waiting = self._waiting[key]
            for group in reversed(by_request.values()):
                asked = self._asked[id(group[0])]
                asked.rows = group + asked.rows
                if not any(each is asked for each in waiting):
                    waiting.appendleft(asked)

    def _fail(
        self, key: tuple[Priority, Continuation], words: str, reason: FinishReason = FinishReason.ERROR
    ) -> None:
        """Answer everything of one kind with a sentence; the engine goes on."""
        self._give_up(self._batches[key].clear(), words, reason)
        with self._lock:
            waiting, self._waiting[key] = list(self._waiting[key]), deque()
        for asked in waiting:
            keys = [row.key for row in asked.rows] or list(asked.request.keys)
            for sample_key in keys:
                asked.give(failed(sample_key, words, reason, 0))

    def _give_up(self, rows: list[Row], words: str, reason: FinishReason = FinishReason.ERROR) -> None:
        for row in rows:
            self._asked.pop(id(row)).give(failed(row.key, words, reason, len(row.prompt_ids)))


def _shared(rows: list[Row], work: Callable[[], list[Row]]) -> list[Row]:
    """Do one piece of work for `rows`; each is charged its share of the time, so that samples' seconds add up."""
    started = time.monotonic()
    finished = work()
    share = (time.monotonic() - started) / len(rows)
    for row in rows:
        row.seconds += share
    return finished
