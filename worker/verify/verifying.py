"""Completions in, verdict rows out, as they are judged.

Completions are handed to the ruler in batches, because it compiles and links many at once; the rows of a batch come
in the order of its lines, bad rows in their place. What the store already answers is not executed again.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from models.enums import TestsKind
from worker.problem_sets.submitting import group_of_tests, submission
from worker.ruler import Judgement, Submission
from worker.verify.completions import BadRow, Completion
from worker.verify.verdict_row import VerdictRow, verdict_row

BATCH = 256


@dataclass(frozen=True, kw_only=True)
class Options:
    """How completions are judged."""

    retakes: int = 0
    """How often each executed verdict is taken again; a disagreement makes it flaky."""
    legacy: bool = False
    """Also cut at the first closing brace, for audit."""
    tests: TestsKind = TestsKind.HIDDEN


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A judgement, and whether it was answered from the store."""

    judgement: Judgement
    cached: bool = False


class Judge(Protocol):
    """The ruler, or the cache before it."""

    def take(self, submissions: list[Submission], options: Options) -> Iterator[Taken]:
        """One `Taken` a submission, in any order, known by its key."""
        ...


def verify(
    completions: Iterable[Completion | BadRow], judge: Judge, options: Options
) -> Iterator[VerdictRow | BadRow]:
    """A row for every completion; completions of a problem without such tests are bad rows."""
    remaining = iter(completions)
    while batch := list(islice(remaining, BATCH)):
        yield from _verify_batch(batch, judge, options)


def _verify_batch(
    batch: list[Completion | BadRow], judge: Judge, options: Options
) -> Iterator[VerdictRow | BadRow]:
    done: dict[int, VerdictRow | BadRow] = {}
    asked: dict[str, Completion] = {}
    submissions: list[Submission] = []
    for place, each in enumerate(batch):
        asking = None if isinstance(each, BadRow) else _submission(each, options, str(place))
        if isinstance(each, Completion) and asking is not None:
            asked[asking.key] = each
            submissions.append(asking)
        else:
            done[place] = each if isinstance(each, BadRow) else _without_tests(each, options)
    next_place = 0
    for taken in judge.take(submissions, options) if submissions else ():
        key = taken.judgement.key
        done[int(key)] = verdict_row(asked[key], taken.judgement, cached=taken.cached)
        while next_place in done:
            yield done.pop(next_place)
            next_place += 1
    yield from (done[place] for place in sorted(done))


def _submission(completion: Completion, options: Options, key: str) -> Submission | None:
    tests = group_of_tests(completion.problem, options.tests)
    return None if tests is None else submission(completion.problem, completion.text, key, tests)


def _without_tests(completion: Completion, options: Options) -> BadRow:
    reason = f"task {completion.problem.task_id!r} has no {options.tests} tests."
    return BadRow(line=completion.line, reason=reason)
