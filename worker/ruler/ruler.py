"""The ruler: submissions in, judgements out, on as many cores as it is given.

Each core has a zone of its own (zone.py). A zone that dies, fails at a program or read damaged packages is replaced,
and what it held is asked again on fresh zones, one submission at a time. The verdicts are taken in Go (go/); this
module decides only who is asked what, and whether an answer can be trusted.
"""

import queue
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from models.enums import Stage, Verdict
from settings import load_settings
from worker.ruler import wire
from worker.ruler.errors import NoIsolation, ZoneDied, ZoneUnsound
from worker.ruler.fingerprint import Limits, RulerFingerprint, fingerprint_of
from worker.ruler.judgement import Judgement, Reading, Submission
from worker.ruler.missing_packages import with_missing_package
from worker.ruler.zone import Zone, ZonePool, usable_cores
from worker.toolchain import RulerBuild, ToolchainError, build_ruler, find_go

RULES = ("fixed", "raw", "legacy")
LARGEST_BATCH = 192
"""Submissions in one batch: linking is paid once for each, and verdicts wait for it."""
SMALLEST_BATCH = 8
MOST_WAITING = 16
"""Answers that wait to be looked after at once."""
FRESH_ZONES = 2
"""How many fresh zones are asked before a program stays unscored."""


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
        modules: Sequence[str] = (),
    ) -> None:
        """Builds the Go program if the cache does not hold it. Raises ToolchainError, NoIsolation.

        Args:
            modules: `path@version` of what programs may import beside the setting's modules.
        """
        self._limits = limits or Limits.of(load_settings())
        self._go, self._cache_dir = go, cache_dir or load_settings().cache_dir
        self._modules = tuple(modules)
        self._build = build_ruler(find_go(go), self._cache_dir, modules=self._modules)
        self._mending = threading.Lock()
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
        changes = _changes(self._build)
        try:
            zone = Zone(self._build, self._limits, sandboxed=self._sandboxed, core=core)
        except (NoIsolation, OSError) as error:
            if self._build.seal is None or not (damage := self._build.seal.damage()):
                raise
            raise ZoneUnsound(damage) from error
        zone.build_changes = changes
        return zone

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
            answers = zone.judge(batch, legacy=legacy, retakes=retakes)
            for answer in self._sound(answers, zone):
                yield self._judgement(answer, left.pop(answer["index"]))

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
            # The reader fixes imports by what the packages export.
            self._refuse_damage(zone)
            while left:
                unknown = [readings[index] for index in left]
                for index, judgement in zip([*left], memory.recall(unknown), strict=True):
                    if judgement is not None:
                        del left[index]
                        yield judgement
                first = {_programs_and_tests(readings[index]): index for index in reversed(left)}
                for answer in self._sound(zone.judge_read(sorted(first.values())), zone) if first else ():
                    judgement = self._judgement(answer, left.pop(answer["index"]))
                    memory.learn(readings[answer["index"]], judgement)
                    yield judgement

    def _sound(self, answers: Iterable[dict[str, Any]], zone: Zone) -> Iterator[dict[str, Any]]:
        """The answers that can be trusted. Raises ZoneUnsound, at the end where it can, if some cannot.

        A program that does not compile may have failed for what it was compiled with. Looking costs about as much as
        reading such a program, so several of them wait for one look.
        """
        failed: dict[str, Any] | None = None
        waiting: list[dict[str, Any]] = []
        for answer in answers:
            results = [answer[rule] for rule in RULES if answer[rule]]
            if any(one["verdict"] == Verdict.SANDBOX_ERROR for one in results):
                failed = answer
                continue
            waiting.append(answer)
            failing = any(one["verdict"] != Verdict.PASSED and one["stage"] != Stage.RUN for one in results)
            if failing and len(waiting) < MOST_WAITING:
                continue
            if failing or len(waiting) > 1:
                self._refuse_damage(zone)
            yield from waiting
            waiting = []
        if waiting:
            self._refuse_damage(zone)
            yield from waiting
        if failed is not None:
            raise ZoneUnsound("The sandbox failed at the program.", failed)

    def _refuse_damage(self, zone: Zone) -> None:
        """Raise ZoneUnsound if what the zone compiles with is not what was built, or was replaced under it."""
        seal = self._build.seal
        if seal is not None and (damage := seal.damage()):
            raise ZoneUnsound(f"{damage}: run `tekhne toolchain build`")
        if zone.build_changes != _changes(self._build):
            raise ZoneUnsound("the compiled packages were replaced meanwhile")

    def _mend(self) -> None:
        """Build anew what is damaged. Raises ToolchainError."""
        with self._mending:
            before = self._build.seal
            if before is not None and before.damage():
                self._build = build_ruler(find_go(self._go), self._cache_dir, modules=self._modules)
                if self._build.seal is not None:
                    self._build.seal.changes = before.changes + 1

    def _ask_again(self, submission: Submission, legacy: bool, retakes: int) -> Judgement:
        """On fresh zones; what none of them can judge is unscored, with the reason."""
        reason, said = "", None
        for _ in range(FRESH_ZONES):
            try:
                self._mend()
                with self._zones.borrowed(fresh=True) as zone:
                    answers = zone.judge([submission], legacy=legacy, retakes=retakes)
                    [answer] = self._sound(answers, zone)
                    return self._judgement(answer, submission)
            except (ZoneDied, NoIsolation, ToolchainError) as error:
                reason, said = str(error), error.answer if isinstance(error, ZoneUnsound) else None
        if said is not None:
            return self._judgement(said, submission)
        return wire.refused(submission, self.fingerprint, Verdict.SANDBOX_ERROR, Stage.RUN, reason)

    def _judgement(self, answer: dict[str, Any], submission: Submission) -> Judgement:
        judgement = wire.judgement(answer, submission, self.fingerprint)
        return with_missing_package(judgement, submission, self._build.archives)

    def _is_too_long(self, submission: Submission) -> bool:
        return len(wire.as_bytes(submission.completion)) > self._limits.completion_bytes

    def _too_long(self, submission: Submission) -> Judgement:
        size = len(wire.as_bytes(submission.completion))
        limit = self._limits.completion_bytes
        message = f"The completion has {size:,} bytes; more than {limit:,} are not compiled."
        short = replace(submission, completion=submission.completion[:1000])
        return wire.refused(short, self.fingerprint, Verdict.MEMORY, Stage.ASSEMBLE, message)


def _changes(build: RulerBuild) -> int:
    return build.seal.changes if build.seal is not None else 0


def _programs_and_tests(reading: Reading) -> tuple[object, ...]:
    """Equal where the same programs meet the same tests."""
    return (reading.submission.tests, *reading.program_hashes)


def _split(group: list[Submission], cores: int) -> list[list[Submission]]:
    """Equal batches for the cores, none so small that linking would cost more than it saves.

    Dealt out one by one: what stands together in a list is often alike, and no core should get all that is slow.
    """
    count = min(cores, -(-len(group) // SMALLEST_BATCH))
    return [group[start::count] for start in range(count)]
