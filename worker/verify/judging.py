"""The ruler as `verify` and the problem checks ask it: straight, or behind the store's verdicts.

Behind the store every completion is first read (a thousandth of a verdict's cost); what is known by its programs,
tests and ruler is answered without execution, and equal programs of one call are executed once.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from models.enums import Rule, Stage
from worker.ruler import Judgement, Limits, Reading, Ruler, RuleResult, Submission
from worker.runs.results import tests_hash
from worker.verify.verdict_store import Kept, Key, VerdictStore
from worker.verify.verifying import Options, Taken

MUTANT_LIMITS = Limits(run_cpu_seconds=0.4, run_wall_seconds=10.0)
"""Enough for mutants: right answers take 0.03 CPU seconds at most, and each endless loop costs the whole limit."""


class RulerJudge:
    """Executes everything it is asked."""

    def __init__(self, ruler: Ruler) -> None:
        self._ruler = ruler

    def take(self, submissions: list[Submission], options: Options) -> Iterator[Taken]:
        for judgement in self._ruler.judge(submissions, legacy=options.legacy, retakes=options.retakes):
            yield Taken(judgement=judgement)


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """A submission that was read, and what its verdicts are known by."""

    submission: Submission
    reading: Reading

    @property
    def keys(self) -> tuple[Key, ...]:
        tests = tests_hash(self.submission.tests)
        return tuple(Key(program_hash=each.content_hash, tests_hash=tests) for each in self.reading.programs)

    @property
    def runnable(self) -> bool:
        return all(program.runnable for program in self.reading.programs)


class CachedJudge:
    """Executes what the store does not know, and tells the store."""

    def __init__(self, ruler: Ruler, store: VerdictStore) -> None:
        self._ruler = ruler
        self._store = store

    def take(self, submissions: list[Submission], options: Options) -> Iterator[Taken]:
        if options.retakes:
            # Whoever asks again does not want to hear the old answer.
            yield from self._execute(submissions, options)
            return
        readings = {each.key: each for each in self._ruler.read(submissions, legacy=options.legacy)}
        asked = [_Asked(submission=s, reading=readings[s.key]) for s in submissions if s.key in readings]
        cacheable = [each for each in asked if each.runnable]
        known = self._store.find(key for each in cacheable for key in each.keys)
        yield from self._answer(cacheable, known)
        left = [each for each in cacheable if not known.keys() >= set(each.keys)]
        uncacheable = {each.submission.key for each in cacheable}
        yield from self._execute([s for s in submissions if s.key not in uncacheable], options)
        yield from self._execute_once(left, options)

    def _answer(self, asked: Iterable[_Asked], known: dict[Key, RuleResult]) -> Iterator[Taken]:
        for each in asked:
            if known.keys() >= set(each.keys):
                yield Taken(judgement=self._judgement(each, known), cached=True)

    def _execute_once(self, asked: list[_Asked], options: Options) -> Iterator[Taken]:
        """One of each set of equal programs is executed; the others get its verdict where that can be theirs."""
        leaders: dict[tuple[Key, ...], _Asked] = {}
        for each in asked:
            leaders.setdefault(each.keys, each)
        led = [each for each in asked if leaders[each.keys] is not each]
        known: dict[Key, RuleResult] = {}
        for taken in self._execute([each.submission for each in leaders.values()], options):
            known |= _reusable(taken.judgement, leaders)
            yield taken
        yield from self._answer(led, known)
        yield from self._execute([each.submission for each in led if not known.keys() >= set(each.keys)], options)

    def _execute(self, submissions: list[Submission], options: Options) -> Iterator[Taken]:
        by_key = {each.key: each for each in submissions}
        judged: list[Kept] = []
        for judgement in self._ruler.judge(submissions, legacy=options.legacy, retakes=options.retakes):
            judged += _kept(judgement, by_key[judgement.key])
            yield Taken(judgement=judgement)
        self._store.keep(judged)

    def _judgement(self, asked: _Asked, known: dict[Key, RuleResult]) -> Judgement:
        """The whole answer, put together from what was read and what was known."""
        reading, tests = asked.reading, tests_hash(asked.submission.tests)

        def result(rule: Rule, content_hash: str) -> RuleResult:
            return replace(known[Key(program_hash=content_hash, tests_hash=tests)], rule=rule)

        legacy = reading.legacy
        return Judgement(
            key=asked.submission.key,
            assembly=reading.assembly,
            fixed=result(Rule.GOIMPORTS, reading.fixed.content_hash),
            raw=result(Rule.RAW, reading.raw.content_hash),
            legacy=result(Rule.LEGACY, legacy.content_hash) if legacy else None,
            import_delta=reading.import_delta,
            ruler=self._ruler.identity,
        )


def _kept(judgement: Judgement, submission: Submission) -> list[Kept]:
    """What of a judgement is true of the programs, whichever completion they came from."""
    tests = tests_hash(submission.tests)
    results = (judgement.fixed, judgement.raw, *((judgement.legacy,) if judgement.legacy else ()))
    return [
        Kept(key=Key(program_hash=result.program_hash, tests_hash=tests), result=result)
        for result in results
        if _is_of_the_program(result)
    ]


def _is_of_the_program(result: RuleResult) -> bool:
    """A verdict that names a line counts in one completion's own lines: it is not another's."""
    return result.stage is Stage.RUN and result.verdict.settled and result.line is None


def _reusable(judgement: Judgement, leaders: dict[tuple[Key, ...], _Asked]) -> dict[Key, RuleResult]:
    leader = next(each for each in leaders.values() if each.submission.key == judgement.key)
    return {kept.key: kept.result for kept in _kept(judgement, leader.submission)}
