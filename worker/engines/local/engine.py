"""The local engine: one thread owns the network and decodes many rows together, one token per step.

It knows: requests from any number of event loops, their priority, and whether base or critic writes them; how many
rows fit into a batch; and what to do when memory runs out. It does not know problems, Go, verdicts, runs or the store,
and it never decides what a text means: it only stops where a request's stop rule says so.

The other files: `batch.py` has the rows of one batch and their text, `states.py` the keys and values of those rows
and the states that drafts leave for critics, `stepping.py` one step through the network, `drawing.py` the choice of the
next token. A row joins at the next token and leaves when it is complete, so the slowest row holds nobody up. While
interactive rows exist, bulk rows wait.
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
from worker.engines.device import is_out_of_memory
from worker.engines.local.batch import Batch, PendingRequest, Row, prompt_ids, unwritten_sample
from worker.engines.local.states import CarriedStates
from worker.engines.request import Continuation, Priority, Sample, WriteRequest
from worker.engines.threads import release_helper_threads
from worker.network.critic import Trunk
from worker.transcripts.format import opening_tokens

MOST_ROWS = 64
"""Rows of one batch. More rows gain little on a CPU and cost memory."""

_Lane = tuple[Priority, Continuation]
"""Requests of one priority and one writer share a queue and a batch."""

log = logging.getLogger(__name__)


class LocalEngine:
    """Writes with the base and, where the network has a critic's layers, with the critic."""

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
            carry_over: critics reuse the trunk's states of the draft instead of reading it again.
            busy: records when the engine works.
        """
        self.name = name
        self.tokenizer = tokenizer
        bos = tokenizer.decode(opening_tokens(tokenizer))
        self.notes = {
            "bos": f"Plain prompts begin with {bos}, the BOS token that the tokenizer adds."
            if bos
            else "Plain prompts have no BOS token, because the tokenizer adds none."
        }
        self.waits_for = ""
        self.network = network
        self._most_rows = most_rows
        self.context = int(getattr(network.base.config, "max_position_embeddings", 2048))
        """Tokens that prompt and sample may have together."""
        eos = getattr(getattr(network.base, "generation_config", None), "eos_token_id", None)
        self._ends = frozenset([eos] if isinstance(eos, int) else eos or [])
        """Instruct models name several end-of-text tokens; their tokenizer knows only one."""
        carried = CarriedStates() if carry_over else None
        self._batches = {
            (priority, writer): Batch(self.network, writer, carried)
            for priority in Priority
            for writer in Continuation
        }
        self._waiting: dict[_Lane, deque[PendingRequest]] = {lane: deque() for lane in self._batches}
        self._lock = threading.Condition()
        self._closed = False
        self._busy = busy or BusyLog()
        self._thread = threading.Thread(target=self._run, name=f"engine-{name}", daemon=True)
        self._threads = torch.get_num_threads()
        # The calling thread has most likely just loaded the network, and still holds a pool of helpers.
        release_helper_threads()
        self._thread.start()

    async def write(self, request: WriteRequest) -> AsyncIterator[Sample]:
        """The request's samples, in the order in which they complete."""
        pending = PendingRequest(request, asyncio.get_running_loop(), asyncio.Queue())
        with self._lock:
            self._waiting[request.priority, request.writer].append(pending)
            self._lock.notify()
        try:
            for _ in request.keys:
                yield await pending.samples.get()
        finally:
            pending.cancelled = True

    def recognise_again(self) -> None:
        """Nothing to do: the network in this process does not change."""

    def close(self) -> None:
        """End the thread; unfinished samples come back as cancelled."""
        with self._lock:
            self._closed = True
            self._lock.notify()
        self._thread.join()

    def _run(self) -> None:
        torch.set_num_threads(self._threads)
        while True:
            with self._lock:
                while not self._closed and not self._has_work():
                    release_helper_threads()
                    self._lock.wait()
                if self._closed:
                    break
            lane, started = self._next_lane(), time.monotonic()
            try:
                self._advance(lane)
            except Exception as error:
                if is_out_of_memory(error):
                    self._halve_batches()
                else:
                    log.exception("the engine %s failed on a batch", self.name)
                    self._fail(lane, f"The engine failed ({type(error).__name__}: {error}).")
            self._busy.note(started, time.monotonic())
        for lane in self._batches:
            self._fail(lane, "", FinishReason.CANCELLED)

    def _has_work(self) -> bool:
        return any(self._waiting.values()) or any(batch.rows for batch in self._batches.values())

    def _next_lane(self) -> _Lane:
        """Interactive before bulk; then the fullest batch, because a step costs about the same for one row as for many.
        Between two full batches critics go first: a repaired sample is a finished one."""
        order = [(priority, writer) for priority in Priority for writer in reversed(Continuation)]
        rows = {lane: self._available_rows(lane) for lane in order}
        urgent = next(priority for priority, _ in order if any(rows[priority, writer] for writer in Continuation))
        return max((lane for lane in order if lane[0] is urgent), key=rows.__getitem__)

    def _available_rows(self, lane: _Lane) -> int:
        """Rows that the batch has, or could have now."""
        with self._lock:
            waiting = sum(max(1, len(pending.rows or pending.request.keys)) for pending in self._waiting[lane])
        return min(self._most_rows, len(self._batches[lane].rows) + waiting)

    def _advance(self, lane: _Lane) -> None:
        batch, waiting = self._batches[lane], self._waiting[lane]
        self._deliver(batch.drop_cancelled())
        if waiting and (not batch.rows or len(batch.rows) + len(waiting[0].request.keys) <= self._most_rows):
            self._admit(batch, waiting)
        elif batch.rows:
            self._deliver(_share_time(list(batch.rows), batch.step))

    def _admit(self, batch: Batch, waiting: "deque[PendingRequest]") -> None:
        """Let as many rows of the next request in as fit; the others stay at the head of the queue."""
        with self._lock:
            pending = waiting[0]
        if not pending.rows:
            pending.rows = self._new_rows(pending)
        room = max(1, self._most_rows - len(batch.rows))
        rows, pending.rows = pending.rows[:room], pending.rows[room:]
        if not pending.rows:
            with self._lock:
                waiting.popleft()
        if rows and not pending.cancelled:
            self._deliver(_share_time(rows, lambda: batch.join(rows)))

    def _new_rows(self, pending: PendingRequest) -> list[Row]:
        """The request's rows; a prompt that fills the whole context is answered at once and has none."""
        ids = prompt_ids(pending.request, self.tokenizer)
        room = self.context - len(ids)
        if ids and room >= 1:
            return [Row(pending, key, ids, self.tokenizer, room, self._ends) for key in pending.request.keys]
        error = f"The prompt has {len(ids)} tokens and the model's context {self.context}: nothing can be written."
        for key in pending.request.keys:
            pending.deliver(unwritten_sample(key, error, FinishReason.ERROR, len(ids)))
        return []

    def _deliver(self, rows: list[Row]) -> None:
        for row in rows:
            row.pending.deliver(row.sample())

    def _halve_batches(self) -> None:
        """Out of memory: begin all rows again, half as many at a time."""
        rows = {lane: batch.clear() for lane, batch in self._batches.items()}
        count = sum(map(len, rows.values()))
        torch.cuda.empty_cache()
        if count <= 1:
            error = "The device has too little memory for one sample: use a smaller model or max_new_tokens."
            self._give_up([row for lane_rows in rows.values() for row in lane_rows], error)
            return
        self._most_rows = min(self._most_rows, count) // 2
        log.warning("out of memory: %s continues with at most %d samples at a time", self.name, self._most_rows)
        for lane, lane_rows in rows.items():
            self._requeue(lane, lane_rows)

    def _requeue(self, lane: _Lane, rows: list[Row]) -> None:
        """Put rows back at the head of their queue, to begin again."""
        by_request: dict[int, list[Row]] = {}
        for row in rows:
            row.begin()
            by_request.setdefault(id(row.pending), []).append(row)
        with self._lock:
            waiting = self._waiting[lane]
            for group in reversed(by_request.values()):
                pending = group[0].pending
                pending.rows = group + pending.rows
                if not any(other is pending for other in waiting):
                    waiting.appendleft(pending)

    def _fail(self, lane: _Lane, error: str, reason: FinishReason = FinishReason.ERROR) -> None:
        """Answer everything in one lane with a sentence; the engine itself goes on."""
        self._give_up(self._batches[lane].clear(), error, reason)
        with self._lock:
            waiting, self._waiting[lane] = list(self._waiting[lane]), deque()
        for pending in waiting:
            for key in [row.key for row in pending.rows] or list(pending.request.keys):
                pending.deliver(unwritten_sample(key, error, reason, 0))

    def _give_up(self, rows: list[Row], error: str, reason: FinishReason = FinishReason.ERROR) -> None:
        for row in rows:
            row.pending.deliver(unwritten_sample(row.key, error, reason, len(row.prompt_ids)))


def _share_time(rows: list[Row], work: Callable[[], list[Row]]) -> list[Row]:
    """Do one piece of work for `rows` and charge each its share of the time, so that samples' seconds add up."""
    started = time.monotonic()
    finished = work()
    share = (time.monotonic() - started) / len(rows)
    for row in rows:
        row.seconds += share
    return finished
