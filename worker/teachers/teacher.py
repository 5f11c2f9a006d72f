"""What a teacher is asked and what it answers."""

from dataclasses import dataclass
from typing import Protocol

from models.enums import Stage, Verdict
from worker.problem_sets import ProblemContent


@dataclass(frozen=True, kw_only=True)
class Case:
    """A failed attempt and what the ruler said of it."""

    problem: ProblemContent
    attempt: str
    verdict: Verdict
    stage: Stage
    message: str
    line: int | None
    """1-based in the attempt; None where the error lies elsewhere."""
    trace: str
    """All of this in the words that critics read."""


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """What the teacher says."""

    reflection: str
    revision: str
    """A completion of the problem's prompt, as a base would write it."""


class Teacher(Protocol):
    """Names itself, because every transcript says who taught it."""

    @property
    def name(self) -> str: ...

    def teach(self, case: Case) -> Lesson:
        """A lesson for the case.

        Raises:
            NoLesson: nothing usable; the next case may go better.
            TeacherUnreachable: asking on is pointless.
        """
        ...
