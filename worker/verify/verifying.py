"""Completions in, verdict rows out, as they are judged.

Completions are handed to the ruler in batches, because it compiles and links many at once; the rows of a batch come
in the order of its lines, bad rows in their place. What the store already answers is not executed again.
"""

from collections.abc import Iterable, Iterator
from itertools import islice

from worker.problem_sets.submitting import group_of_tests, submission
from worker.ruler import Submission
from worker.verdicts.judging import Judge, JudgeOptions
from worker.verify.completions import BadRow, Completion
from worker.verify.judgement_row import JudgementRow, judgement_row

BATCH = 256


def verify(
    completions: Iterable[Completion | BadRow], judge: Judge, options: JudgeOptions
) -> Iterator[JudgementRow | BadRow]:
    """A row for every completion; completions of a problem without such tests are bad rows."""
    remaining = iter(completions)
    while batch := list(islice(remaining, BATCH)):
        yield from _verify_batch(batch, judge, options)


def _verify_batch(
    batch: list[Completion | BadRow], judge: Judge, options: JudgeOptions
) -> Iterator[JudgementRow | BadRow]:
    done: dict[int, JudgementRow | BadRow] = {}
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
    for judgement in judge.judge(submissions, options) if submissions else ():
        done[int(judgement.key)] = judgement_row(asked[judgement.key], judgement)
        while next_place in done:
            yield done.pop(next_place)
            next_place += 1
    yield from (done[place] for place in sorted(done))


def _submission(completion: Completion, options: JudgeOptions, key: str) -> Submission | None:
    tests = group_of_tests(completion.problem, options.tests)
    return None if tests is None else submission(completion.problem, completion.text, key, tests)


def _without_tests(completion: Completion, options: JudgeOptions) -> BadRow:
    reason = f"task {completion.problem.task_id!r} has no {options.tests} tests."
    return BadRow(line=completion.line, reason=reason)
