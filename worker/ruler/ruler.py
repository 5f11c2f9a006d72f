"""The ruler: submissions in, judgements out, on as many cores as it is given.

Each core has a zone of its own (zone.py). A zone that dies is replaced, and what it held is asked once more, one
submission at a time. The verdicts are taken in Go (go/); this module decides only who is asked what.
"""

import queue
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Protocol

from models.enums import Stage, Verdict
from settings import load_settings
from worker.ruler import wire
from worker.ruler.errors import NoIsolation, ZoneDied
from worker.ruler.fingerprint import Limits, RulerFingerprint, fingerprint_of
from worker.ruler.judgement import Judgement, Reading, Submission
from worker.ruler.zone import Zone, ZonePool, usable_cores
from worker.toolchain import build_ruler, find_go

LARGEST_BATCH = 192
"""Submissions in one batch: linking is paid once for each, and verdicts wait for it."""
SMALLEST_BATCH = 8


class VerdictMemory(Protocol):
    """What knows earlier verdicts. The ruler asks it from many threads, between reading and executing."""

    def recall(self, readings: Sequence[Reading]) -> list[Judgement | None]:
        """The judgement of each reading, in order; None where it must be executed."""
        ...

    def learn(self, reading: Reading, judgement: Judgement) -> None:
        """A reading was executed; another of the same programs may follow."""
        ...


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
        self._limits = limits or Limits.of(load_settings())
        self._build = build_ruler(find_go(go), cache_dir or load_settings().cache_dir)
        self._sandboxed = not unsafe_no_sandbox
        self.fingerprint: RulerFingerprint = fingerprint_of(self._build, self._limits, sandboxed=self._sandboxed)
        self._cores = cores or usable_cores()
        self._zones = ZonePool(self.start_zone, self._cores)

    def __enter__(self) -> "Ruler":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the sandbox processes."""
        self._zones.close()

    def start_zone(self, core: int | None) -> Zone:
        """A new zone, bound to a core if one is named. Tests override it to watch what a zone is asked."""
        return Zone(self._build, self._limits, sandboxed=self._sandboxed, core=core)

    def judge_one(self, submission: Submission, *, legacy: bool = False, retakes: int = 0) -> Judgement:
        """One judgement, as soon as possible."""
        # Drawn to its end: a generator left open would take its zone with it.
        [judgement] = self._judge_batch([submission], legacy, retakes, None)
        return judgement

    def judge(
        self,
        submissions: Iterable[Submission],
        *,
        legacy: bool = False,
        retakes: int = 0,
        memory: VerdictMemory | None = None,
    ) -> Iterator[Judgement]:
        """Judgements as they are ready, in any order; submissions are drawn as they are needed.

        Args:
            legacy: also judge the text cut at its first closing brace.
            retakes: how often each verdict is taken again; a disagreement makes it flaky. Not with a memory.
            memory: answers what it knows. Its submissions are read first and only the others are executed; every
                submission is read once either way.
        """
        source = iter(submissions)
        while group := list(islice(source, LARGEST_BATCH * self._cores)):
            yield from self._judge_group(group, legacy, retakes, memory)

    def _judge_group(
        self, group: list[Submission], legacy: bool, retakes: int, memory: VerdictMemory | None
    ) -> Iterator[Judgement]:
        """Splits a group over the cores; each batch's thread hands its judgements over one by one."""
        results: queue.Queue[Judgement | BaseException | None] = queue.Queue()
        batches = _split(group, self._cores)

        def work(batch: list[Submission]) -> None:
            try:
                for judgement in self._judge_batch(batch, legacy, retakes, memory):
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

    def _judge_batch(
        self, batch: Sequence[Submission], legacy: bool, retakes: int, memory: VerdictMemory | None
    ) -> Iterator[Judgement]:
        small = []
        for submission in batch:
            if self._is_too_long(submission):
                yield self._too_long(submission)
            else:
                small.append(submission)
        left = dict(enumerate(small))
        try:
            if memory is None:
                yield from self._ask(small, left, legacy, retakes)
            else:
                yield from self._ask_what_is_unknown(small, left, legacy, memory)
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
                yield wire.judgement(answer, left.pop(answer["index"]), self.fingerprint)

    def _ask_what_is_unknown(
        self, batch: Sequence[Submission], left: dict[int, Submission], legacy: bool, memory: VerdictMemory
    ) -> Iterator[Judgement]:
        """The memory's judgements, and the zone's of the rest. Of equal programs one is executed before the others,
        which then may be known."""
        if not batch:
            return
        with self._zones.borrowed() as zone:
            answers = zone.read(batch, legacy=legacy)
            readings = {answer["index"]: wire.reading(answer, batch[answer["index"]]) for answer in answers}
            while left:
                unknown = [readings[index] for index in left]
                for index, judgement in zip([*left], memory.recall(unknown), strict=True):
                    if judgement is not None:
                        del left[index]
                        yield judgement
                first = {_programs_and_tests(readings[index]): index for index in reversed(left)}
                for answer in zone.judge_read(sorted(first.values())) if first else ():
                    judgement = wire.judgement(answer, left.pop(answer["index"]), self.fingerprint)
                    memory.learn(readings[answer["index"]], judgement)
                    yield judgement

    def _ask_again(self, submission: Submission, legacy: bool, retakes: int) -> Judgement:
        try:
            [judgement] = self._ask([submission], {0: submission}, legacy, retakes)
        except (ZoneDied, NoIsolation) as error:
            return wire.refused(submission, self.fingerprint, Verdict.SANDBOX_ERROR, Stage.RUN, str(error))
        return judgement

    def _is_too_long(self, submission: Submission) -> bool:
        return len(wire.as_bytes(submission.completion)) > self._limits.completion_bytes

    def _too_long(self, submission: Submission) -> Judgement:
        size = len(wire.as_bytes(submission.completion))
        limit = self._limits.completion_bytes
        message = f"The completion has {size:,} bytes; more than {limit:,} are not compiled."
        short = replace(submission, completion=submission.completion[:1000])
        return wire.refused(short, self.fingerprint, Verdict.MEMORY, Stage.ASSEMBLE, message)


def _programs_and_tests(reading: Reading) -> tuple[object, ...]:
    """Equal where the same programs meet the same tests."""
    return (reading.submission.tests, *reading.program_hashes)


def _split(group: list[Submission], cores: int) -> list[list[Submission]]:
    """Equal batches for the cores, none so small that linking would cost more than it saves.

    Dealt out one by one: what stands together in a list is often alike, and no core should get all that is slow.
    """
    count = min(cores, -(-len(group) // SMALLEST_BATCH))
    return [group[start::count] for start in range(count)]
