"""Judging submissions: by the ruler alone, or by the ruler behind a cache of stored traces.

With the cache every submission is still read, which costs a thousandth of a verdict. What is known by its programs,
tests and ruler is answered without execution, and equal texts of one call are read and executed once.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from threading import Lock
from typing import Protocol

from cachetools import LRUCache

from models import Store
from models.enums import Rule, TestsKind
from settings import Settings
from worker.busy import BusyLog
from worker.ruler import Judgement, Limits, Reading, Ruler, RulerTrace, Submission
from worker.verdicts.store import VerdictStore
from worker.verdicts.traces import TraceKey, key_for_all, key_for_one, key_of, reusable_traces

MUTANT_LIMITS = Limits(run_cpu_seconds=0.4, run_wall_seconds=10.0)
"""Enough for mutants: right answers take 0.03 CPU seconds at most, and each endless loop costs the whole limit."""
RECENT_TRACES = 4_096
"""Traces that a judge remembers, because their rows may not be written yet."""


@dataclass(frozen=True, kw_only=True)
class JudgeOptions:
    """How completions are judged."""

    retakes: int = 0
    """How often each executed verdict is taken again; a disagreement makes it flaky."""
    legacy: bool = False
    """Also judge the text cut at its first closing brace, for audit."""
    tests: TestsKind = TestsKind.HIDDEN


class Judge(Protocol):
    """The ruler, or the cache in front of it."""

    def judge(self, submissions: list[Submission], options: JudgeOptions) -> Iterator[Judgement]:
        """One judgement a submission, in any order, known by its key."""
        ...


class RulerJudge:
    """Executes everything."""

    def __init__(self, ruler: Ruler) -> None:
        self._ruler = ruler

    def judge(self, submissions: list[Submission], options: JudgeOptions) -> Iterator[Judgement]:
        return self._ruler.judge(submissions, legacy=options.legacy, retakes=options.retakes)


class CachedJudge:
    """Executes only what neither the store nor this judge's own memory answers; safe to use from many threads.

    Args:
        writes: whether to store the new traces. A run does not want it: it writes each trace with its sample.
        busy: notes when programs are executed.
    """

    def __init__(
        self, ruler: Ruler, store: VerdictStore, *, writes: bool = True, busy: BusyLog | None = None
    ) -> None:
        self._ruler = ruler
        self._store = store
        self._writes = writes
        self._busy = busy or BusyLog()
        self._recent: LRUCache[TraceKey, RulerTrace] = LRUCache(RECENT_TRACES)
        self._lock = Lock()

    def judge(self, submissions: list[Submission], options: JudgeOptions) -> Iterator[Judgement]:
        if options.retakes:
            # A retake asks for new executions: stored answers and shared ones would defeat it.
            yield from self._execute(submissions, options)
            return
        copies: dict[Submission, list[Submission]] = {}
        for submission in submissions:
            copies.setdefault(replace(submission, key=""), []).append(submission)
        copies_of = {same[0].key: same[1:] for same in copies.values()}
        unanswered: list[Submission] = []
        for judgement in self._execute([same[0] for same in copies.values()], options):
            yield judgement
            if _is_reusable(judgement):
                yield from (replace(judgement, key=copy.key, cached=True) for copy in copies_of[judgement.key])
            else:
                unanswered += copies_of[judgement.key]
        yield from self._execute(unanswered, options)

    def _execute(self, submissions: list[Submission], options: JudgeOptions) -> Iterator[Judgement]:
        """The ruler's judgements, remembering and asked for what is remembered."""
        if not submissions:
            return
        by_key = {submission.key: submission for submission in submissions}
        new: dict[TraceKey, RulerTrace] = {}
        started, executed = time.monotonic(), False
        memory = None if options.retakes else self
        for judgement in self._ruler.judge(
            submissions, legacy=options.legacy, retakes=options.retakes, memory=memory
        ):
            if not judgement.cached:
                executed = True
                new |= reusable_traces(judgement, by_key[judgement.key])
            yield judgement
        if executed:
            self._busy.note(started, time.monotonic())
        if self._writes:
            self._store.write(new)

    def recall(self, readings: Sequence[Reading]) -> list[Judgement | None]:
        """Called by the ruler before it executes."""
        wanted = {
            key for reading in readings for program in reading.program_hashes for key in _keys(reading, program)
        }
        with self._lock:
            known = {key: trace for key in wanted if (trace := self._recent.get(key)) is not None}
        known |= self._store.find(wanted - known.keys())
        return [self._judgement(reading, known) for reading in readings]

    def learn(self, reading: Reading, judgement: Judgement) -> None:
        """Called by the ruler after it executed."""
        with self._lock:
            self._recent.update(reusable_traces(judgement, reading.submission))

    def _judgement(self, reading: Reading, known: dict[TraceKey, RulerTrace]) -> Judgement | None:
        """The whole judgement, if a trace of each program is known."""
        found = {program: _trace_of(reading, program, known) for program in reading.program_hashes}
        traces = {program: trace for program, trace in found.items() if trace is not None}
        if len(traces) < len(found):
            return None
        legacy = reading.legacy
        return Judgement(
            key=reading.submission.key,
            assembly=reading.assembly,
            fixed=replace(traces[reading.fixed.content_hash], rule=Rule.GOIMPORTS),
            raw=replace(traces[reading.raw.content_hash], rule=Rule.RAW),
            legacy=replace(traces[legacy.content_hash], rule=Rule.LEGACY) if legacy else None,
            import_delta=reading.import_delta,
            ruler=self._ruler.fingerprint,
            cached=True,
        )


@contextmanager
def opened_judge(
    settings: Settings, store: Store | None, limits: Limits | None = None, *, modules: Sequence[str] = ()
) -> Iterator[Judge]:
    """The ruler as the settings want it, behind the store's verdicts; without a `store` every program is executed.

    Args:
        modules: what the problem set needs.

    Raises:
        RulerError, ToolchainError: nothing can be executed here.
    """
    with Ruler(
        go=settings.go,
        cache_dir=settings.cache_dir,
        cores=settings.judge_cores or None,
        unsafe_no_sandbox=settings.unsafe_no_sandbox,
        limits=limits,
        modules=modules,
    ) as ruler:
        yield RulerJudge(ruler) if store is None else CachedJudge(ruler, VerdictStore(store, ruler.fingerprint))


def _is_reusable(judgement: Judgement) -> bool:
    return all(trace.verdict.reusable for trace in judgement.traces)


def _keys(reading: Reading, program: str) -> tuple[TraceKey, TraceKey]:
    tests, completion = reading.submission.tests, reading.submission.completion
    return key_for_all(program, tests), key_for_one(program, tests, completion)


def _trace_of(reading: Reading, program: str, known: dict[TraceKey, RulerTrace]) -> RulerTrace | None:
    """What is known of one of the programs and holds for this completion."""
    tests, completion = reading.submission.tests, reading.submission.completion
    for key in _keys(reading, program):
        # A store may hold lines under a key for all completions: they are another completion's.
        if key in known and key_of(known[key], tests, completion) == key:
            return known[key]
    return None
