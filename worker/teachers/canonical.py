"""The teacher that knows the answer: the canonical solution, and a reflection made from the real trace.

The reflection fills a template: what the ruler saw, then the first place where the attempt differs from the solution.
It explains no reasoning, because there was none; the model card of a critic trained on it says so.
"""

import difflib
from dataclasses import dataclass

from models.enums import Verdict
from worker.teachers.teacher import Case, Lesson, NoLesson, TeacherKind

_SAYS = {
    Verdict.IMPORT: "An import is wrong",
    Verdict.SYNTAX: "It does not parse",
    Verdict.TYPE: "It does not type-check",
    Verdict.VET: "Vet refuses it",
    Verdict.ASSERTION: "A test gets another answer",
    Verdict.PANIC: "It panics",
    Verdict.TIMEOUT_COMPILE: "It takes too long to compile",
    Verdict.TIMEOUT_RUN: "It does not end in time",
    Verdict.MEMORY: "It takes too much memory",
    Verdict.OUTPUT: "It writes too much",
    Verdict.DENIED: "It starts a process or uses the network, which the sandbox refuses",
    Verdict.VACUOUS: "No test completes",
    Verdict.FLAKY: "Its verdict changes from run to run",
}
_ANEW = 0.5
"""Below this similarity there is no single place to point at: the attempt must be rewritten."""


@dataclass(frozen=True)
class CanonicalTeacher:
    """Teaches every problem that has a canonical solution."""

    name: str = "canonical"

    def teach(self, case: Case) -> Lesson:
        """Raises NoLesson where the problem has no solution, or where the attempt is that solution."""
        solution = case.problem.canonical_solution
        if solution is None:
            raise NoLesson(f"{case.problem.task_id} has no canonical solution to teach from.")
        if solution.strip() == case.attempt.strip():
            raise NoLesson(f"The attempt at {case.problem.task_id} is the canonical solution itself.")
        return Lesson(reflection=f"{_seen(case)} {_change(case.attempt, solution)}", revision=solution)


KIND = TeacherKind(
    name="canonical",
    label="the problem's canonical solution, with a reflection from a template",
    make=lambda _: CanonicalTeacher(),
)


def _seen(case: Case) -> str:
    said = _SAYS.get(case.verdict, case.verdict.value)
    return f"{said}." if case.line is None else f"{said}, at line {case.line}."


def _change(attempt: str, solution: str) -> str:
    """Where the attempt first differs from the solution, in one sentence."""
    wrong, right = attempt.strip("\n").splitlines(), solution.strip("\n").splitlines()
    matcher = difflib.SequenceMatcher(a=wrong, b=right, autojunk=False)
    if matcher.ratio() < _ANEW:
        return "The attempt is another function than the one asked for: write it anew."
    tag, first, _, start, _ = next(code for code in matcher.get_opcodes() if code[0] != "equal")
    if tag == "insert":
        where = f"After line {first}" if first else "At the beginning"
        return f"{where}, `{right[start].strip()}` is missing."
    if tag == "delete":
        return f"Line {first + 1}, `{wrong[first].strip()}`, should not be there."
    return f"Line {first + 1}, `{wrong[first].strip()}`, should read `{right[start].strip()}`."
