"""Execution beside generation: programs are handed to a judge as they are written, and judged in batches.

Awaiting a judgement does not hold up the engine. While one batch is judged the next one gathers: batches grow with the
load, and a single program does not wait for others.
"""

import asyncio
import logging
import queue
import threading
from contextlib import suppress
from dataclasses import dataclass, replace

from worker.ruler import Judgement, Submission
from worker.verdicts.judging import Judge, JudgeOptions

LARGEST_BATCH = 256
ASKED = JudgeOptions(legacy=True)
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Waiting:
    submission: Submission
    future: "asyncio.Future[Judgement]"
    loop: asyncio.AbstractEventLoop


class Executor:
    """A thread that feeds a judge, while open."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self._waiting: queue.Queue[_Waiting | None] = queue.Queue()
        self._thread = threading.Thread(target=self._run, name="executor", daemon=True)

    def __enter__(self) -> "Executor":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._waiting.put(None)
        self._thread.join()

    async def judge(self, submission: Submission) -> Judgement:
        """The ruler's judgement; its `key` is the submission's."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Judgement] = loop.create_future()
        self._waiting.put(_Waiting(submission, future, loop))
        return await future

    def _run(self) -> None:
        while (first := self._waiting.get()) is not None:
            batch, ended = self._gather(first)
            self._answer(batch)
            if ended:
                return

    def _gather(self, first: _Waiting) -> tuple[list[_Waiting], bool]:
        batch = [first]
        while len(batch) < LARGEST_BATCH:
            try:
                item = self._waiting.get_nowait()
            except queue.Empty:
                break
            if item is None:
                return batch, True
            batch.append(item)
        return batch, False

    def _answer(self, batch: list[_Waiting]) -> None:
        """Every future gets its judgement, or the error that prevented it. A run that stopped waits for none."""
        by_number = {str(number): item for number, item in enumerate(batch) if not item.future.done()}
        numbered = [replace(item.submission, key=number) for number, item in by_number.items()]
        try:
            for judgement in self._judge.judge(numbered, ASKED):
                item = by_number.pop(judgement.key)
                _answer_with(item, replace(judgement, key=item.submission.key))
                if by_number and all(item.future.done() for item in by_number.values()):
                    return
        except Exception as error:
            if not by_number:
                log.exception("verdicts were given, but could not be stored")
            for item in by_number.values():
                _answer_with(item, error)


def _answer_with(item: _Waiting, outcome: Judgement | Exception) -> None:
    # The event loop may be closed: a run that failed does not wait for its last verdicts.
    with suppress(RuntimeError):
        item.loop.call_soon_threadsafe(_set_outcome, item.future, outcome)


def _set_outcome(future: "asyncio.Future[Judgement]", outcome: Judgement | Exception) -> None:
    if future.done():
        # Its task was cancelled meanwhile.
        return
    if isinstance(outcome, Exception):
        future.set_exception(outcome)
    else:
        future.set_result(outcome)
