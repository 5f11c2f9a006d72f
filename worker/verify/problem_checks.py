"""Whether a problem set's data can be trusted: its answers pass, keep passing, and its tests notice mistakes.

In: problems and a judge. Out: one `ProblemCheck` a problem, as they are done, and their `SetSummary`. Three defects are
told apart: the canonical solution does not pass; it passes only sometimes; the tests let mutants of it through.
Without a canonical solution, an answer that does nothing says whether the tests check anything.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from models.enums import TestsKind, Verdict
from worker.mutants import Mutant, MutationScore, score
from worker.problem_sets import ProblemContent
from worker.problem_sets.submitting import group_of_tests, submission
from worker.ruler import Judgement, RulerTrace, Submission
from worker.verdicts.judging import Judge, JudgeOptions

ENOUGH_KILLED = 0.9
"""The least share of mutants that good hidden tests kill."""
RETAKES = 30
"""A test that fails 17% of the time is found flaky by 99.7% of checks."""
_AT_ONCE = 40
_MUTANTS_AT_ONCE = 256
IDLE = "\tdefer func() {\n\t\t_ = recover()\n\t}()\n\tpanic(0)\n}\n"
"""The body of any function: it returns zero values."""
_PASSES_IDLE = "an answer that does nothing passes"
_WRONG_SIGNATURE = ": wrong signature for "
"""What the ruler says of a set whose tests `go test` would not build."""


class Defect(StrEnum):
    NO_ANSWER = "no_answer"
    """There is no canonical solution to check the tests with."""
    USELESS_TESTS = "useless_tests"
    """There is no canonical solution, and an answer that does nothing passes, or the tests cannot be built."""
    FAILS = "fails"
    FLAKY = "flaky"
    WEAK_TESTS = "weak_tests"
    DENIED = "denied"
    """Its answer or its tests start a process or use a network, which the sandbox refuses: no program can pass."""
    UNSCORED = "unscored"
    """Our fault: it could not be judged."""


@dataclass(frozen=True, kw_only=True)
class ProblemCheck:
    """What is known of one problem's data."""

    task_id: str
    verdict: Verdict | None
    """Of the canonical solution under goimports; None without one."""
    verdict_raw: Verdict | None = None
    example_verdict: Verdict | None = None
    message: str = ""
    useless_tests: str = ""
    """Why the tests can tell nothing, where there is no canonical solution to try them on."""
    mutants: MutationScore = field(default_factory=MutationScore)
    ruler: str = ""

    @property
    def defect(self) -> Defect | None:
        """The first defect found, or None."""
        if self.verdict is None:
            return Defect.USELESS_TESTS if self.useless_tests else Defect.NO_ANSWER
        verdicts = {self.verdict, self.example_verdict or Verdict.PASSED}
        if Verdict.SANDBOX_ERROR in verdicts:
            return Defect.UNSCORED
        if Verdict.FLAKY in verdicts:
            return Defect.FLAKY
        if Verdict.DENIED in verdicts:
            return Defect.DENIED
        if verdicts != {Verdict.PASSED}:
            return Defect.FAILS
        rate = self.mutants.rate
        return Defect.WEAK_TESTS if rate is not None and rate < ENOUGH_KILLED else None


def check_problems(
    problems: list[ProblemContent],
    judge: Judge,
    mutants: Mapping[str, list[Mutant]],
    *,
    mutant_judge: Judge | None = None,
    retakes: int = RETAKES,
) -> Iterator[ProblemCheck]:
    """One check a problem, in order.

    Args:
        mutants: by task id; a problem without any gets no mutation score.
        mutant_judge: judges the mutants (None: `judge`). A ruler with tighter limits suffices, and endless loops cost
            less there.
        retakes: how often the verdict of the canonical solution is taken again.
    """
    for start in range(0, len(problems), _AT_ONCE):
        group = problems[start : start + _AT_ONCE]
        answers = _judge_answers(group, judge, retakes)
        sound = [each for each in group if _passes(answers.get((each.task_id, TestsKind.HIDDEN)))]
        scores = _score_mutants(sound, mutant_judge or judge, mutants)
        useless = _useless_tests([each for each in group if each.canonical_solution is None], judge)
        for problem in group:
            yield _check(
                problem, answers, useless.get(problem.task_id, ""), scores.get(problem.task_id, MutationScore())
            )


Answers = dict[tuple[str, TestsKind], Judgement]


def _judge_answers(problems: list[ProblemContent], judge: Judge, retakes: int) -> Answers:
    """Judgements of the canonical solutions, by both kinds of tests."""
    asked: dict[str, tuple[str, TestsKind]] = {}
    submissions: list[Submission] = []
    for problem in problems:
        for kind in TestsKind:
            tests = group_of_tests(problem, kind)
            if problem.canonical_solution is not None and tests is not None:
                key = str(len(submissions))
                asked[key] = (problem.task_id, kind)
                submissions.append(submission(problem, problem.canonical_solution, key, tests))
    judgements = judge.judge(submissions, JudgeOptions(retakes=retakes)) if submissions else iter(())
    return {asked[judgement.key]: judgement for judgement in judgements}


def _useless_tests(problems: list[ProblemContent], judge: Judge) -> dict[str, str]:
    """Why the tests of these problems tell nothing, by task id. A prompt that opens no function is left out."""
    asked = [submission(one, IDLE, one.task_id) for one in problems if one.prompt.rstrip().endswith("{")]
    traces = {judgement.key: judgement.fixed for judgement in judge.judge(asked, JudgeOptions())} if asked else {}
    found = {key: _PASSES_IDLE for key, trace in traces.items() if trace.verdict is Verdict.PASSED}
    return found | {key: trace.message for key, trace in traces.items() if _WRONG_SIGNATURE in trace.message}


def _passes(judgement: Judgement | None) -> bool:
    return judgement is not None and judgement.fixed.verdict is Verdict.PASSED


def _score_mutants(
    problems: list[ProblemContent], judge: Judge, mutants: Mapping[str, list[Mutant]]
) -> dict[str, MutationScore]:
    asked = [(problem, mutant) for problem in problems for mutant in mutants.get(problem.task_id, [])]
    scores: dict[str, MutationScore] = {}
    for start in range(0, len(asked), _MUTANTS_AT_ONCE):
        batch = dict(enumerate(asked[start : start + _MUTANTS_AT_ONCE]))
        submissions = [submission(problem, mutant.solution, str(key)) for key, (problem, mutant) in batch.items()]
        for judgement in judge.judge(submissions, JudgeOptions()):
            problem, mutant = batch[int(judgement.key)]
            one = score([(mutant, judgement.fixed.verdict)])
            scores[problem.task_id] = scores.get(problem.task_id, MutationScore()) + one
    return scores


def _check(problem: ProblemContent, answers: Answers, useless_tests: str, mutants: MutationScore) -> ProblemCheck:
    hidden = answers.get((problem.task_id, TestsKind.HIDDEN))
    example = answers.get((problem.task_id, TestsKind.EXAMPLE))
    if hidden is None:
        return ProblemCheck(task_id=problem.task_id, verdict=None, useless_tests=useless_tests)
    return ProblemCheck(
        task_id=problem.task_id,
        verdict=hidden.fixed.verdict,
        verdict_raw=hidden.raw.verdict,
        example_verdict=example.fixed.verdict if example else None,
        message=_reason(hidden.fixed) or (_reason(example.fixed) if example else ""),
        mutants=mutants,
        ruler=hidden.ruler.digest,
    )


def _reason(result: RulerTrace) -> str:
    return "" if result.verdict is Verdict.PASSED else result.message


@dataclass(frozen=True, kw_only=True)
class SetSummary:
    """All checks of one set."""

    name: str
    version_hash: str
    checks: Sequence[ProblemCheck]

    def with_defect(self, *defects: Defect) -> list[ProblemCheck]:
        return [check for check in self.checks if check.defect in defects]

    @property
    def passed(self) -> int:
        """Problems whose answer passes its tests every time, however strong those are."""
        return sum(check.defect in (None, Defect.WEAK_TESTS) for check in self.checks)

    @property
    def mutants(self) -> MutationScore:
        return sum((check.mutants for check in self.checks), MutationScore())

    @property
    def sound(self) -> bool:
        return not any(check.defect for check in self.checks)

    def as_dict(self) -> dict[str, Any]:
        total = self.mutants
        return {
            "problem_set": self.name,
            "problem_set_hash": self.version_hash,
            "problems": len(self.checks),
            "passed": self.passed,
            "flaky": [check.task_id for check in self.with_defect(Defect.FLAKY)],
            "failed": [_failure(check) for check in self.with_defect(Defect.FAILS)],
            "denied": [_failure(check) for check in self.with_defect(Defect.DENIED)],
            "unscored": [_failure(check) for check in self.with_defect(Defect.UNSCORED)],
            "no_answer": len(self.with_defect(Defect.NO_ANSWER)),
            "useless_tests": [
                {"task_id": check.task_id, "reason": check.useless_tests}
                for check in self.with_defect(Defect.USELESS_TESTS)
            ],
            "weak_tests": [check.task_id for check in self.with_defect(Defect.WEAK_TESTS)],
            "mutants_killed": {
                **_score(total),
                "per_problem": {c.task_id: _score(c.mutants) for c in self.checks},
            },
            "raw_failures": [
                {"task_id": check.task_id, "verdict": check.verdict_raw}
                for check in self.checks
                if check.verdict_raw is not None and check.verdict_raw is not check.verdict
            ],
            "survivors": [_survivor(check, text) for check in self.checks for text in _survivors(check)],
            "ruler": next((check.ruler for check in self.checks if check.ruler), None),
        }


def _failure(check: ProblemCheck) -> dict[str, Any]:
    verdict = check.example_verdict if check.verdict == "passed" else check.verdict
    return {"task_id": check.task_id, "verdict": verdict, "reason": check.message}


def _score(score: MutationScore) -> dict[str, Any]:
    return {
        "killed": score.killed,
        "generated": score.generated,
        "rate": score.rate,
        "equivalent": score.equivalent,
        "stillborn": score.stillborn,
        "unscored": score.unscored,
    }


def _survivors(check: ProblemCheck) -> list[str]:
    return [str(mutant) for mutant in check.mutants.survivors]


def _survivor(check: ProblemCheck, text: str) -> dict[str, str]:
    return {"task_id": check.task_id, "mutant": text}
