"""Completions of any file of the peers in, judged rows out, as they are judged.

A task may have several completions. A row that cannot be judged becomes a `BadRow` with its reason and stops nothing.
Completions go to the judge in batches, because the ruler compiles and links many at once; rows come out in the order of
the file.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from itertools import islice

from models.enums import Stage, Verdict
from worker.answers import BadAnswer, ReadOptions, read_answers
from worker.problem_sets import ProblemContent, ProblemSetContent
from worker.problem_sets.submitting import group_of_tests, submission
from worker.ruler import Judgement, Submission
from worker.verdicts.judging import Judge, JudgeOptions

MAX_LINE_BYTES = 8 * 1024 * 1024
MAX_COMPLETION_BYTES = 1024 * 1024
"""The ruler's own default limit; answers to benchmarks are far smaller."""
NULL_MESSAGE = "The completion is null: its owner got no answer, and counts a failure."


@dataclass(frozen=True, kw_only=True)
class Completion:
    """One answer to one problem."""

    line: int
    problem: ProblemContent
    index: int
    """0-based among the rows of its task, those that cannot be judged included."""
    text: str
    is_null: bool = False
    """There is no answer: it fails, whatever an empty text would do."""


@dataclass(frozen=True, kw_only=True)
class BadRow:
    """A row that cannot be judged, and why."""

    line: int
    reason: str
    unit: str = "line"
    """What `line` counts."""


def read_completions(
    source: str, problem_set: ProblemSetContent, max_line_bytes: int = MAX_LINE_BYTES
) -> Iterator[Completion | BadRow]:
    """Each completion of a file that worker.answers reads, or a bad row.

    Raises:
        SourceError, AnswerError: the file cannot be read as a whole.
    """
    seen: Counter[str] = Counter()
    for answer in read_answers(source, ReadOptions(task_ids=list(problem_set.by_task_id)), max_line_bytes):
        index = seen[answer.task_id]
        seen[answer.task_id] += answer.task_id in problem_set.by_task_id
        try:
            if isinstance(answer, BadAnswer):
                raise ValueError(f"no {answer.field}: {answer.reason}." if answer.field else answer.reason)
            yield Completion(
                line=answer.line,
                problem=_problem(answer.task_id, problem_set),
                index=index,
                text=_checked(answer.completion or ""),
                is_null=answer.completion is None,
            )
        except ValueError as error:
            yield BadRow(line=answer.line, reason=str(error), unit=answer.unit)


def _problem(task_id: str, problem_set: ProblemSetContent) -> ProblemContent:
    problem = problem_set.by_task_id.get(task_id)
    if problem is None:
        raise ValueError(f"the problem set {problem_set.name} has no task {task_id!r}.")
    return problem


def _checked(text: str) -> str:
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        raise ValueError(f"the completion holds half a surrogate pair at character {error.start + 1}.") from error
    if size > MAX_COMPLETION_BYTES:
        raise ValueError(f"the completion has {size:,} bytes; at most {MAX_COMPLETION_BYTES:,} are judged.")
    return text


@dataclass(frozen=True, kw_only=True)
class JudgementRow:
    """One line of the output of `tekhne verify`; the fields stand in the order in which they are written.

    `line` and `column` count in the completion as the model wrote it.
    """

    task_id: str
    completion_index: int
    verdict: Verdict
    """Imports fixed: the one that scores."""
    verdict_raw: Verdict
    verdict_legacy: Verdict | None = None
    """Only under `--legacy`."""
    stage: Stage
    message: str
    line: int | None
    column: int | None
    cpu_seconds: float
    wall_seconds: float
    memory_bytes: int
    ruler: str
    """Digest of the ruler's identity."""
    cached: bool = False
    """Answered from the store, without execution."""
    input_line: int = 0
    """Where the completion stands in its file: the line, or the row of a table or the sample of a log."""
    null_completion: bool = False
    """There was no answer to judge; written only where that is so."""

    def as_json(self) -> str:
        """One line, without its newline; a verdict that was not asked for is left out."""
        fields = asdict(self)
        if not self.null_completion:
            del fields["null_completion"]
        if self.verdict_legacy is None:
            del fields["verdict_legacy"]
        # ASCII only, because messages may quote lone surrogates, which UTF-8 cannot encode.
        return json.dumps(fields)


def judgement_row(completion: Completion, judgement: Judgement) -> JudgementRow:
    result = judgement.fixed
    row = JudgementRow(
        task_id=completion.problem.task_id,
        completion_index=completion.index,
        input_line=completion.line,
        verdict=result.verdict,
        verdict_raw=judgement.raw.verdict,
        verdict_legacy=judgement.legacy.verdict if judgement.legacy else None,
        stage=result.stage,
        message=result.message,
        line=result.line,
        column=result.column,
        cpu_seconds=result.cpu_seconds,
        wall_seconds=result.wall_seconds,
        memory_bytes=result.memory_bytes,
        ruler=judgement.ruler.digest,
        cached=judgement.cached,
    )
    return _as_null(row) if completion.is_null else row


def _as_null(row: JudgementRow) -> JudgementRow:
    """The row of an empty answer as that of none: prompt and tests alone never pass."""
    verdicts = {
        name: Verdict.SYNTAX
        for name in ("verdict", "verdict_raw", "verdict_legacy")
        if getattr(row, name) is Verdict.PASSED
    }
    return replace(row, message=NULL_MESSAGE, line=None, column=None, null_completion=True, **verdicts)  # type: ignore[arg-type]


BATCH = 256


def verify(
    completions: Iterable[Completion | BadRow], judge: Judge, options: JudgeOptions
) -> Iterator[JudgementRow | BadRow]:
    """A row for each completion; a completion of a problem without such tests is a bad row."""
    remaining = iter(completions)
    while batch := list(islice(remaining, BATCH)):
        yield from _verify_batch(batch, judge, options)


def _verify_batch(
    batch: list[Completion | BadRow], judge: Judge, options: JudgeOptions
) -> Iterator[JudgementRow | BadRow]:
    done: dict[int, JudgementRow | BadRow] = {}
    asked: dict[str, Completion] = {}
    submissions: list[Submission] = []
    for place, row in enumerate(batch):
        asked_of = None if isinstance(row, BadRow) else _submission(row, options, str(place))
        if isinstance(row, Completion) and asked_of is not None:
            asked[asked_of.key] = row
            submissions.append(asked_of)
        else:
            done[place] = row if isinstance(row, BadRow) else _without_tests(row, options)
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
