"""The way of a lesson: attempt → judged → failing → taught → judged again → kept, verified or rejected.

Problems go in groups, because the ruler judges many programs in about the time of one. Everything is kept as soon as
it is known, so a collecting that was killed goes on where it was when it is called again.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from models.enums import TestsKind, TranscriptState, Verdict
from worker.collecting.attempts import AttemptSource, CandidateAttempt
from worker.collecting.balance import Balance
from worker.collecting.keeping import Keeper
from worker.problem_sets import ProblemContent
from worker.problem_sets.submitting import group_of_tests, submission
from worker.ruler import RulerTrace
from worker.teachers import Case, Lesson, NoLesson, Teacher
from worker.transcripts import trace_in_words
from worker.transcripts.transcript import TranscriptContent, case_hash
from worker.verdicts.judging import Judge, JudgeOptions

GROUP = 16
"""Problems judged together."""


@dataclass(kw_only=True)
class Collected:
    """What one call brought."""

    attempts: int = 0
    unwritten: int = 0
    """Samples that the engine could not write."""
    trouble: str = ""
    """Why not, of the first of them."""
    passed: int = 0
    unscored: int = 0
    known: int = 0
    """Failing attempts that were taught before."""
    no_room: int = 0
    """Failing attempts whose problem or error class had its share."""
    verified: int = 0
    rejected: int = 0


def collect(
    problems: Sequence[ProblemContent],
    source: AttemptSource,
    teacher: Teacher,
    judge: Judge,
    keeper: Keeper,
    balance: Balance,
    *,
    feed: TestsKind = TestsKind.HIDDEN,
) -> Iterator[Collected]:
    """Collect, group by group; the sums so far after each.

    Args:
        feed: whose trace the critic reads. Revisions are always verified by the hidden tests.

    Raises:
        TeacherUnreachable: what was kept stays kept.
    """
    run = _Run(teacher, judge, keeper, balance, feed)
    remaining = iter(problems)
    while group := list(islice(remaining, GROUP)):
        run.group(source.attempts(group))
        yield run.sums


class _Run:
    def __init__(self, teacher: Teacher, judge: Judge, keeper: Keeper, balance: Balance, feed: TestsKind) -> None:
        self._teacher, self._judge, self._keeper, self._balance = teacher, judge, keeper, balance
        self._feed = feed
        self.sums = Collected()
        held = list(keeper.held())
        balance.count(held)
        self._known = {transcript.case_hash for transcript in held}

    def group(self, attempts: Iterable[CandidateAttempt]) -> None:
        """One group of problems from attempts to kept transcripts."""
        written = self._written(attempts)
        cases = [case for case in self._failing(_distinct(written)) if self._wanted(*case)]
        lessons: list[tuple[CandidateAttempt, Case, Lesson]] = []
        for attempt, case in cases:
            try:
                lessons.append((attempt, case, self._teacher.teach(case)))
            except NoLesson as error:
                self._reject(attempt, case, Lesson(reflection="", revision=""), str(error))
        self._verify(lessons)

    def _written(self, attempts: Iterable[CandidateAttempt]) -> Iterator[CandidateAttempt]:
        for attempt in attempts:
            if attempt.error:
                self.sums.unwritten += 1
                self.sums.trouble = self.sums.trouble or attempt.error
            else:
                yield attempt

    def _failing(self, attempts: list[CandidateAttempt]) -> Iterator[tuple[CandidateAttempt, Case]]:
        self.sums.attempts += len(attempts)
        texts = [(attempt.problem, attempt.text) for attempt in attempts]
        for attempt, result in zip(attempts, self._verdicts(texts, self._feed), strict=True):
            if result is None or not result.verdict.scored:
                self.sums.unscored += 1
            elif result.verdict is Verdict.PASSED:
                self.sums.passed += 1
            else:
                yield attempt, _case(attempt, result)

    def _wanted(self, attempt: CandidateAttempt, case: Case) -> bool:
        problem = attempt.problem
        known = case_hash(problem.task_id, problem.prompt, attempt.text, self._teacher.name)
        if known in self._known:
            self.sums.known += 1
            return False
        if not self._balance.has_room(problem.task_id, case.verdict):
            self.sums.no_room += 1
            return False
        self._known.add(known)
        self._balance.take(problem.task_id, case.verdict)
        return True

    def _verify(self, lessons: list[tuple[CandidateAttempt, Case, Lesson]]) -> None:
        texts = [(attempt.problem, lesson.revision) for attempt, _, lesson in lessons]
        for (attempt, case, lesson), result in zip(lessons, self._verdicts(texts, TestsKind.HIDDEN), strict=True):
            if result is not None and result.verdict is Verdict.PASSED:
                self._keep(attempt, case, lesson, TranscriptState.VERIFIED, "")
                self.sums.verified += 1
            else:
                said = "was not judged" if result is None else f"is no answer: {result.verdict}, {result.message}"
                self._reject(attempt, case, lesson, f"The revision {said}")

    def _verdicts(self, texts: list[tuple[ProblemContent, str]], kind: TestsKind) -> list[RulerTrace | None]:
        """The scoring verdict of each text, in order; None where the problem has no such tests."""
        submissions = [
            submission(problem, text, str(place), tests)
            for place, (problem, text) in enumerate(texts)
            if (tests := group_of_tests(problem, kind)) is not None
        ]
        results: list[RulerTrace | None] = [None] * len(texts)
        if submissions:
            for judgement in self._judge.judge(submissions, JudgeOptions(tests=kind)):
                results[int(judgement.key)] = judgement.fixed
        return results

    def _reject(self, attempt: CandidateAttempt, case: Case, lesson: Lesson, reason: str) -> None:
        self._balance.give_back(attempt.problem.task_id, case.verdict)
        self._keep(attempt, case, lesson, TranscriptState.REJECTED, reason)
        self.sums.rejected += 1

    def _keep(
        self, attempt: CandidateAttempt, case: Case, lesson: Lesson, state: TranscriptState, reason: str
    ) -> None:
        self._keeper.keep(
            TranscriptContent(
                task_id=attempt.problem.task_id,
                prompt=attempt.problem.prompt,
                attempt=attempt.text,
                attempt_source=attempt.source,
                verdict=case.verdict,
                trace=case.trace,
                reflection=lesson.reflection,
                revision=lesson.revision,
                teacher=self._teacher.name,
                state=state,
                reason=reason,
            )
        )


def _distinct(attempts: Iterable[CandidateAttempt]) -> list[CandidateAttempt]:
    """Small models repeat themselves: each text of a problem once."""
    return list({(attempt.problem.task_id, attempt.text): attempt for attempt in attempts}.values())


def _case(attempt: CandidateAttempt, result: RulerTrace) -> Case:
    return Case(
        problem=attempt.problem,
        attempt=attempt.text,
        verdict=result.verdict,
        stage=result.stage,
        message=result.message,
        line=result.line,
        trace=trace_in_words(
            verdict=result.verdict,
            stage=result.stage,
            message=result.message,
            line=result.line,
            attempt=attempt.text,
        ),
    )
