"""The checks of a whole problem set, added up: what `tekhne problems verify` prints."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from worker.mutants import MutationScore
from worker.verify.problem_checks import Defect, ProblemCheck


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
            "unscored": [_failure(check) for check in self.with_defect(Defect.UNSCORED)],
            "no_answer": len(self.with_defect(Defect.NO_ANSWER)),
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
