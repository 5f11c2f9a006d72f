"""From an attempt to a kept transcript: attempt → judged → failed → taught → judged again → kept, verified or rejected.

Problems are handled in groups, because the ruler judges many programs in about the time of one. Each result is kept as
soon as it is known, so a killed command continues where it stopped when it is called again. `Balance` limits how many
lessons one problem, and one error class of it, contribute.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice

from models.enums import TestsKind, TranscriptState, Verdict
from worker.collecting.attempts import AttemptSource, CandidateAttempt
from worker.collecting.keeping import Keeper
from worker.collecting.sums import Balance, Collected
from worker.jobs.errors import JobStopped
from worker.problem_sets import ProblemContent
from worker.problem_sets.submitting import group_of_tests, submission
from worker.ruler import RulerTrace
from worker.teachers.accounting import NO_LIMIT, Budget, BudgetSpent, Usage
from worker.teachers.teacher import Case, Lesson, NoLesson, Teacher, TeacherError
from worker.transcripts.format import trace_in_words
from worker.transcripts.transcript import TranscriptContent, case_hash
from worker.verdicts.judging import Judge, JudgeOptions

GROUP = 16
"""Problems judged together."""
LESSONS = 32
"""Asked for, judged and kept together: what an answer cost is not lost with the rest of a long group."""
KEEP_SECONDS = 10.0
"""Answers of a slow teacher are judged and kept this often, because a kill loses those that are not."""


Hear = Callable[[Collected], None]
Ending = TeacherError | BudgetSpent | JobStopped
"""Why a collecting ends before its end."""


def _deaf(_: Collected) -> None:
    """Nobody is told of single answers, and nobody stops the collecting."""


@dataclass(frozen=True, kw_only=True)
class FailedAttempt:
    """A failed program to be taught."""

    case: Case
    source: str
    """Who wrote it."""


def collect(
    problems: Sequence[ProblemContent],
    source: AttemptSource,
    teacher: Teacher,
    judge: Judge,
    keeper: Keeper,
    balance: Balance,
    *,
    feed: TestsKind = TestsKind.HIDDEN,
    budget: Budget = NO_LIMIT,
    concurrency: int = 1,
    sums: Collected | None = None,
    hear: Hear = _deaf,
    finished: Callable[[int], None] = lambda _: None,
) -> Iterator[Collected]:
    """Collect, group by group; yields the sums so far whenever some attempts have been dealt with.

    Args:
        feed: the tests whose trace the critic reads. Revisions are always verified by the hidden tests.
        concurrency: how many questions the teacher is asked at once.
        sums: of an earlier source or try, to go on from; the budget is for all of it.
        hear: told the sums before each question and after each answer; it may raise `JobStopped`.
        finished: told how many problems a group had when all is done with them.

    Raises:
        TeacherUnreachable, TeacherExhausted, BudgetSpent, JobStopped: what was taught until then is kept.
    """
    collection = _Collection(teacher, judge, keeper, balance, feed, budget, concurrency, sums or Collected(), hear)
    remaining = iter(problems)
    while group := list(islice(remaining, GROUP)):
        yield from collection.add_group(source.attempts(group))
        finished(len(group))


class _Collection:
    """One call of `collect`."""

    def __init__(
        self,
        teacher: Teacher,
        judge: Judge,
        keeper: Keeper,
        balance: Balance,
        feed: TestsKind,
        budget: Budget,
        concurrency: int,
        sums: Collected,
        hear: Hear,
    ) -> None:
        self._teacher, self._judge, self._keeper, self._balance = teacher, judge, keeper, balance
        self._feed, self._budget, self._concurrency = feed, budget, concurrency
        self.sums, self._hear = sums, hear
        held = list(keeper.held())
        balance.count(held)
        self._known = {transcript.case_hash for transcript in held}

    def add_group(self, attempts: Iterable[CandidateAttempt]) -> Iterator[Collected]:
        """Judge the attempts, have the failed ones taught, and keep the transcripts."""
        written = self._written(attempts)
        # Small models repeat themselves: each text of a problem counts once.
        distinct = {(attempt.problem.task_id, attempt.text): attempt for attempt in written}
        wanted = (failed for failed in self._failed(list(distinct.values())) if self._is_wanted(failed))
        some = list(islice(wanted, LESSONS))
        while True:
            ended = self._teach(some)
            yield self.sums
            if ended:
                raise ended
            some = list(islice(wanted, LESSONS))
            if not some:
                return

    def _teach(self, cases: list[FailedAttempt]) -> Ending | None:
        """Have the cases taught, and keep what comes, also where the asking ends early; returns why it did."""
        lessons: list[tuple[FailedAttempt, Lesson]] = []
        kept = time.monotonic()
        try:
            for failed, lesson in self._asked(cases):
                lessons.append((failed, lesson))
                if time.monotonic() - kept > KEEP_SECONDS:
                    waiting, lessons = lessons, []
                    self._verify(waiting)
                    kept = time.monotonic()
        except (TeacherError, BudgetSpent, JobStopped) as error:
            return error
        finally:
            self._verify(lessons)
        return None

    def _asked(self, cases: list[FailedAttempt]) -> Iterator[tuple[FailedAttempt, Lesson]]:
        """Each case with its lesson, in order. An error ends the asking once the answers under way are in."""
        remaining = iter(cases)
        waiting: deque[tuple[FailedAttempt, Future[Lesson]]] = deque()
        ended: Ending | None = None
        with ThreadPoolExecutor(self._concurrency) as threads:
            while True:
                # Under a budget the first question is asked alone: until it is answered nobody knows what one costs.
                at_once = 1 if self._budget.is_limited and not self.sums.answers else self._concurrency
                while not ended and len(waiting) < at_once and (failed := next(remaining, None)):
                    try:
                        self._hear(self.sums)
                        self._budget.check(self.sums.usage, self.sums.answers, len(waiting))
                        waiting.append((failed, threads.submit(self._teacher.teach, failed.case)))
                    except (BudgetSpent, JobStopped) as error:
                        ended = error
                if not waiting:
                    break
                failed, future = waiting.popleft()
                try:
                    lesson = future.result()
                except NoLesson as error:
                    self._count(error.usage)
                    self._reject(failed, Lesson(reflection="", revision="", usage=error.usage), str(error))
                except TeacherError as error:
                    ended = ended or error
                else:
                    self._count(lesson.usage)
                    yield failed, lesson
        if ended:
            raise ended

    def _count(self, usage: Usage) -> None:
        self.sums.answers += 1
        self.sums.usage = self.sums.usage.plus(usage)

    def _written(self, attempts: Iterable[CandidateAttempt]) -> Iterator[CandidateAttempt]:
        for attempt in attempts:
            if attempt.error:
                self.sums.unwritten += 1
                self.sums.trouble = self.sums.trouble or attempt.error
            else:
                yield attempt

    def _failed(self, attempts: list[CandidateAttempt]) -> Iterator[FailedAttempt]:
        self.sums.attempts += len(attempts)
        texts = [(attempt.problem, attempt.text) for attempt in attempts]
        for attempt, trace in zip(attempts, self._traces(texts, self._feed), strict=True):
            if trace is None or not trace.verdict.scored:
                self.sums.unscored += 1
            elif trace.verdict is Verdict.PASSED:
                self.sums.passed += 1
            else:
                yield FailedAttempt(case=_case(attempt, trace), source=attempt.source)

    def _is_wanted(self, failed: FailedAttempt) -> bool:
        case, problem = failed.case, failed.case.problem
        known = case_hash(problem.task_id, problem.prompt, case.attempt, self._teacher.name)
        if known in self._known:
            self.sums.known += 1
            return False
        if not self._balance.has_room(problem.task_id, case.verdict):
            self.sums.no_room += 1
            return False
        self._known.add(known)
        self._balance.take(problem.task_id, case.verdict)
        return True

    def _verify(self, lessons: list[tuple[FailedAttempt, Lesson]]) -> None:
        texts = [(failed.case.problem, lesson.revision) for failed, lesson in lessons]
        for (failed, lesson), trace in zip(lessons, self._traces(texts, TestsKind.HIDDEN), strict=True):
            if trace is not None and trace.verdict is Verdict.PASSED:
                self._keep(failed, lesson, TranscriptState.VERIFIED, "")
                self.sums.verified += 1
            else:
                why = "was not judged" if trace is None else f"does not pass: {trace.verdict}, {trace.message}"
                self._reject(failed, lesson, f"The revision {why}")

    def _traces(self, texts: list[tuple[ProblemContent, str]], kind: TestsKind) -> list[RulerTrace | None]:
        """The scoring trace of each text, in order; None where the problem has no such tests."""
        submissions = [
            submission(problem, text, str(place), tests)
            for place, (problem, text) in enumerate(texts)
            if (tests := group_of_tests(problem, kind)) is not None
        ]
        traces: list[RulerTrace | None] = [None] * len(texts)
        if submissions:
            for judgement in self._judge.judge(submissions, JudgeOptions(tests=kind)):
                traces[int(judgement.key)] = judgement.fixed
        return traces

    def _reject(self, failed: FailedAttempt, lesson: Lesson, reason: str) -> None:
        self._balance.give_back(failed.case.problem.task_id, failed.case.verdict)
        self._keep(failed, lesson, TranscriptState.REJECTED, reason)
        self.sums.rejected += 1

    def _keep(self, failed: FailedAttempt, lesson: Lesson, state: TranscriptState, reason: str) -> None:
        case = failed.case
        self._keeper.keep(
            TranscriptContent(
                task_id=case.problem.task_id,
                prompt=case.problem.prompt,
                attempt=case.attempt,
                attempt_source=failed.source,
                verdict=case.verdict,
                trace=case.trace,
                reflection=lesson.reflection,
                revision=lesson.revision,
                teacher=self._teacher.name,
                state=state,
                reason=reason,
                input_tokens=lesson.usage.input_tokens,
                output_tokens=lesson.usage.output_tokens,
                cost_usd=self._budget.cost(lesson.usage),
            )
        )


def _case(attempt: CandidateAttempt, trace: RulerTrace) -> Case:
    return Case(
        problem=attempt.problem,
        attempt=attempt.text,
        verdict=trace.verdict,
        stage=trace.stage,
        message=trace.message,
        line=trace.line,
        trace=words_for_critic(trace, attempt.text),
    )


def words_for_critic(trace: RulerTrace, attempt: str) -> str:
    """A trace of `attempt` as critics read it."""
    return trace_in_words(
        verdict=trace.verdict, stage=trace.stage, message=trace.message, line=trace.line, attempt=attempt
    )
