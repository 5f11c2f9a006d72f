"""The ruler as `verify`, runs and the problem checks ask it: straight, or behind the store's verdicts.

Behind the store every completion is first read (a thousandth of a verdict's cost); what is known by its programs,
tests and ruler is answered without execution, and equal programs of one call are executed once.
"""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Protocol

from models.enums import Rule, TestsKind
from worker.busy import BusyLog
from worker.ruler import Judgement, Limits, Reading, Ruler, RulerTrace, Submission
from worker.verdicts.store import KeyedTrace, VerdictStore
from worker.verdicts.traces import TraceKey, key_for_all, key_for_one, key_of

MUTANT_LIMITS = Limits(run_cpu_seconds=0.4, run_wall_seconds=10.0)
"""Enough for mutants: right answers take 0.03 CPU seconds at most, and each endless loop costs the whole limit."""


@dataclass(frozen=True, kw_only=True)
class JudgeOptions:
    """How completions are judged."""

    retakes: int = 0
    """How often each executed verdict is taken again; a disagreement makes it flaky."""
    legacy: bool = False
    """Also cut at the first closing brace, for audit."""
    tests: TestsKind = TestsKind.HIDDEN


class Judge(Protocol):
    """The ruler, or the cache before it."""

    def judge(self, submissions: list[Submission], options: JudgeOptions) -> Iterator[Judgement]:
        """One judgement a submission, in any order, known by its key."""
        ...


class RulerJudge:
    """Executes everything it is asked."""

    def __init__(self, ruler: Ruler) -> None:
        self._ruler = ruler

    def judge(self, submissions: list[Submission], options: JudgeOptions) -> Iterator[Judgement]:
        return self._ruler.judge(submissions, legacy=options.legacy, retakes=options.retakes)


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """A submission that was read, and what its verdicts are known by."""

    submission: Submission
    reading: Reading

    @property
    def programs(self) -> tuple[str, ...]:
        return tuple(program.content_hash for program in self.reading.programs)

    @property
    def alike(self) -> tuple[object, ...]:
        """Equal where the same programs meet the same tests."""
        return (self.submission.tests, *self.programs)

    @property
    def keys(self) -> list[TraceKey]:
        return [key for program in self.programs for key in self._keys(program)]

    def verdict(self, program: str, known: dict[TraceKey, RulerTrace]) -> RulerTrace | None:
        """What is known of one of its programs and holds for this completion."""
        tests, completion = self.submission.tests, self.submission.completion
        for key in self._keys(program):
            # A store may hold lines under a key for all: they were somebody else's.
            if key in known and key_of(known[key], tests, completion) == key:
                return known[key]
        return None

    def is_answered_by(self, known: dict[TraceKey, RulerTrace]) -> bool:
        return all(self.verdict(program, known) is not None for program in self.programs)

    def _keys(self, program: str) -> tuple[TraceKey, TraceKey]:
        tests, completion = self.submission.tests, self.submission.completion
        return key_for_all(program, tests), key_for_one(program, tests, completion)


class CachedJudge:
    """Executes what the store does not know, and tells the store. When it executes is noted in `busy`."""

    def __init__(self, ruler: Ruler, store: VerdictStore, busy: BusyLog | None = None) -> None:
        self._ruler = ruler
        self._store = store
        self._busy = busy or BusyLog()

    def judge(self, submissions: list[Submission], options: JudgeOptions) -> Iterator[Judgement]:
        if options.retakes:
            # Whoever asks again does not want to hear the old answer.
            yield from self._execute(submissions, options)
            return
        readings = {each.key: each for each in self._ruler.read(submissions, legacy=options.legacy)}
        asked = [_Asked(submission=s, reading=readings[s.key]) for s in submissions if s.key in readings]
        known = self._store.find(key for each in asked for key in each.keys)
        yield from self._answer(asked, known)
        yield from self._execute([s for s in submissions if s.key not in readings], options)
        yield from self._execute_once([each for each in asked if not each.is_answered_by(known)], options)

    def _answer(self, asked: Iterable[_Asked], known: dict[TraceKey, RulerTrace]) -> Iterator[Judgement]:
        for each in asked:
            if each.is_answered_by(known):
                yield self._judgement(each, known)

    def _execute_once(self, asked: list[_Asked], options: JudgeOptions) -> Iterator[Judgement]:
        """One of each set of equal programs is executed; the others get its verdict where that can be theirs."""
        leaders: dict[tuple[object, ...], _Asked] = {}
        for each in asked:
            leaders.setdefault(each.alike, each)
        led = [each for each in asked if leaders[each.alike] is not each]
        by_key = {each.submission.key: each.submission for each in leaders.values()}
        known: dict[TraceKey, RulerTrace] = {}
        for judgement in self._execute(list(by_key.values()), options):
            known |= {kept.key: kept.result for kept in _kept(judgement, by_key[judgement.key])}
            yield judgement
        yield from self._answer(led, known)
        yield from self._execute([each.submission for each in led if not each.is_answered_by(known)], options)

    def _execute(self, submissions: list[Submission], options: JudgeOptions) -> Iterator[Judgement]:
        if not submissions:
            return
        by_key = {each.key: each for each in submissions}
        judged: list[KeyedTrace] = []
        started = time.monotonic()
        for judgement in self._ruler.judge(submissions, legacy=options.legacy, retakes=options.retakes):
            judged += _kept(judgement, by_key[judgement.key])
            yield judgement
        self._busy.note(started, time.monotonic())
        self._store.keep(judged)

    def _judgement(self, asked: _Asked, known: dict[TraceKey, RulerTrace]) -> Judgement:
        """The whole answer, put together from what was read and what was known."""
        reading = asked.reading

        def result(rule: Rule, program: str) -> RulerTrace:
            found = asked.verdict(program, known)
            assert found is not None, "only what is known whole is answered"
            return replace(found, rule=rule)

        legacy = reading.legacy
        return Judgement(
            key=asked.submission.key,
            assembly=reading.assembly,
            fixed=result(Rule.GOIMPORTS, reading.fixed.content_hash),
            raw=result(Rule.RAW, reading.raw.content_hash),
            legacy=result(Rule.LEGACY, legacy.content_hash) if legacy else None,
            import_delta=reading.import_delta,
            ruler=self._ruler.identity,
            cached=True,
        )


def _kept(judgement: Judgement, submission: Submission) -> list[KeyedTrace]:
    """The judgement's settled verdicts, each under the key for whichever completions it is true of."""
    results = (judgement.fixed, judgement.raw, *((judgement.legacy,) if judgement.legacy else ()))
    return [
        KeyedTrace(key=key_of(result, submission.tests, submission.completion), result=result)
        for result in results
        if result.verdict.settled
    ]
