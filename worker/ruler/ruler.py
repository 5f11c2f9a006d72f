"""The ruler: submissions in, judgements out, on as many cores as are given.

Each core has a zone of its own (zone.py); a zone that dies is replaced, and what it held is asked once more, one by
one. The verdicts are taken in Go (go/); here is only who is asked what.
"""

import queue
import threading
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import islice
from pathlib import Path

from models.enums import Stage, Verdict
from settings import load_settings
from worker.ruler import wire
from worker.ruler.errors import NoIsolation, ZoneDied
from worker.ruler.identity import identity_of
from worker.ruler.judgement import Judgement, RulerFingerprint
from worker.ruler.limits import Limits
from worker.ruler.reading import Reading, reading
from worker.ruler.submission import Submission
from worker.ruler.zone import Zone
from worker.ruler.zones import ZonePool, usable_cores
from worker.toolchain import build_ruler, find_go

LARGEST_BATCH = 192
"""Submissions in one batch: linking is paid once for each, and verdicts wait for it."""
SMALLEST_BATCH = 8


class Ruler:
    """A context manager; safe to use from many threads."""

    def __init__(
        self,
        *,
        go: Path | None = None,
        cache_dir: Path | None = None,
        cores: int | None = None,
        unsafe_no_sandbox: bool = False,
        limits: Limits | None = None,
    ) -> None:
        """Builds the Go program if the cache does not hold it. Raises ToolchainError, NoIsolation."""
        self._limits = limits or Limits()
        build = build_ruler(find_go(go), cache_dir or load_settings().cache_dir)
        self.identity: RulerFingerprint = identity_of(build, self._limits, sandboxed=not unsafe_no_sandbox)
        self._cores = cores or usable_cores()

        def start(core: int | None) -> Zone:
            return Zone(build, self._limits, sandboxed=not unsafe_no_sandbox, core=core)

        self._zones = ZonePool(start, self._cores)

    def __enter__(self) -> "Ruler":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the sandbox processes."""
        self._zones.close()

    def judge_one(self, submission: Submission, *, legacy: bool = False, retakes: int = 0) -> Judgement:
        """One judgement, as soon as possible."""
        # Drawn to its end: a generator left open would take its zone with it.
        [judgement] = self._judge_batch([submission], legacy, retakes)
        return judgement

    def judge(
        self, submissions: Iterable[Submission], *, legacy: bool = False, retakes: int = 0
    ) -> Iterator[Judgement]:
        """Judgements as they are ready, in any order; submissions are drawn as they are needed."""
        source = iter(submissions)
        while group := list(islice(source, LARGEST_BATCH * self._cores)):
            yield from self._judge_group(group, legacy, retakes)

    def read(self, submissions: Sequence[Submission], *, legacy: bool = False) -> Iterator[Reading]:
        """How completions are read, in any order, with nothing compiled or run; what cannot be read is left out."""
        small = [submission for submission in submissions if not self._is_too_long(submission)]
        with ThreadPoolExecutor(self._cores) as threads:
            for readings in threads.map(lambda batch: self._read_batch(batch, legacy), _split(small, self._cores)):
                yield from readings

    def _read_batch(self, batch: Sequence[Submission], legacy: bool) -> list[Reading]:
        try:
            with self._zones.borrowed() as zone:
                return [reading(answer, batch[answer["index"]]) for answer in zone.read(batch, legacy=legacy)]
        except ZoneDied:
            return []

    def _judge_group(self, group: list[Submission], legacy: bool, retakes: int) -> Iterator[Judgement]:
        """Splits a group over the cores; each batch's thread hands its judgements over one by one."""
        results: queue.Queue[Judgement | BaseException | None] = queue.Queue()
        batches = _split(group, self._cores)

        def work(batch: list[Submission]) -> None:
            try:
                for judgement in self._judge_batch(batch, legacy, retakes):
                    results.put(judgement)
            except BaseException as error:
                results.put(error)
            results.put(None)

        for batch in batches:
            threading.Thread(target=work, args=(batch,), name="ruler", daemon=True).start()
        waiting = len(batches)
        while waiting:
            result = results.get()
            if result is None:
                waiting -= 1
            elif isinstance(result, BaseException):
                raise result
            else:
                yield result

    def _judge_batch(self, batch: Sequence[Submission], legacy: bool, retakes: int) -> Iterator[Judgement]:
        small = []
        for submission in batch:
            if self._is_too_long(submission):
                yield self._too_long(submission)
            else:
                small.append(submission)
        left = dict(enumerate(small))
        try:
            yield from self._ask(small, left, legacy, retakes)
        except ZoneDied:
            for submission in left.values():
                yield self._ask_again(submission, legacy, retakes)

    def _ask(
        self, batch: Sequence[Submission], left: dict[int, Submission], legacy: bool, retakes: int
    ) -> Iterator[Judgement]:
        """The zone's judgements. `left` loses what was answered."""
        if not batch:
            return
        with self._zones.borrowed() as zone:
            for answer in zone.judge(batch, legacy=legacy, retakes=retakes):
                submission = left.pop(answer["index"])
                yield wire.judgement(answer, submission, self.identity)

    def _ask_again(self, submission: Submission, legacy: bool, retakes: int) -> Judgement:
        try:
            [judgement] = self._ask([submission], {0: submission}, legacy, retakes)
        except (ZoneDied, NoIsolation) as error:
            return wire.refused(submission, self.identity, Verdict.SANDBOX_ERROR, Stage.RUN, str(error))
        return judgement

    def _is_too_long(self, submission: Submission) -> bool:
        return len(wire.as_bytes(submission.completion)) > self._limits.completion_bytes

    def _too_long(self, submission: Submission) -> Judgement:
        size = len(wire.as_bytes(submission.completion))
        limit = self._limits.completion_bytes
        message = f"The completion has {size:,} bytes; more than {limit:,} are not compiled."
        short = replace(submission, completion=submission.completion[:1000])
        return wire.refused(short, self.identity, Verdict.MEMORY, Stage.ASSEMBLE, message)


def _split(group: list[Submission], cores: int) -> list[list[Submission]]:
    """Equal batches for the cores, none so small that linking would cost more than it saves."""
    size = max(SMALLEST_BATCH, -(-len(group) // cores))
    return [group[start : start + size] for start in range(0, len(group), size)]
