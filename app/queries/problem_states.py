"""What can be said of a problem of a run in one word, from the derived counts of its arms.

In: what each arm made of the problem. Out: the states that hold, by which lists are filtered and chips counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from models.enums import Verdict
from models.marks import ABSENT, MARK_OF


class ProblemState(StrEnum):
    """What can be asked of a problem."""

    FAILED = "failed"
    """Some draft of the base did not pass."""
    FIXED = "fixed"
    """Some failed draft passes once repaired."""
    BROKEN = "broken"
    """Some draft that passed fails once repaired."""
    NEVER = "never"
    """No sample of any arm passed."""
    FLAKY = "flaky"
    IMPORT_ONLY = "import-only"
    """Some sample fails on its imports as written and passes once they are fixed."""
    TIMEOUT = "timeout"
    COPIED = "copied"
    """Some revision is its draft again."""
    UNSCORED = "unscored"
    GAINED = "gained"
    """The base never solved it and the repaired samples do: the four that follow are the cells of a run's 2×2."""
    LOST = "lost"
    BOTH = "both"
    NEITHER = "neither"


PAIRED_STATES = (ProblemState.GAINED, ProblemState.LOST, ProblemState.BOTH, ProblemState.NEITHER)
"""As the exact test counts problems: solved with at least one pass, over samples that are scored on both sides."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ArmFacts:
    """What one arm made of one problem: the columns of `run_problem_count` that lists need."""

    arm_id: int
    n: int
    c: int
    unscored: int
    fixed: int
    broken: int
    copied: int
    flaky: int
    marks: str
    draft_marks: str
    raw_marks: str

    def moves(self, before: str, after: str) -> bool:
        """Whether a sample went from one mark to another; an empty mark stands for any."""
        pairs = zip(self.draft_marks, self.marks, strict=False)
        return any((before in ("", a)) and (after in ("", b)) for a, b in pairs)

    @property
    def saved_by_imports(self) -> bool:
        """Whether a sample fails on its imports as written and passes once they are fixed."""
        if MARK_OF[Verdict.IMPORT] not in self.raw_marks:
            return False
        pairs = zip(self.raw_marks, self.marks, strict=False)
        return (MARK_OF[Verdict.IMPORT], MARK_OF[Verdict.PASSED]) in pairs


_PASSED = MARK_OF[Verdict.PASSED]
_UNSCORED = frozenset({ABSENT, MARK_OF[Verdict.SANDBOX_ERROR]})
_TIMEOUTS = {MARK_OF[Verdict.TIMEOUT_RUN], MARK_OF[Verdict.TIMEOUT_COMPILE]}


def states_of(
    arms: Sequence[ArmFacts], base_arm_id: int | None, repair_arm_id: int | None
) -> frozenset[ProblemState]:
    """Every state that holds; none before the first result.

    Args:
        base_arm_id: the arm whose drafts can fail.
        repair_arm_id: the arm whose repairs count as fixed, broken or copied.
    """
    repaired = [arm for arm in arms if arm.arm_id == repair_arm_id]
    base = [arm for arm in arms if arm.arm_id == base_arm_id]
    holds = {
        ProblemState.FAILED: any(arm.c < arm.n for arm in base),
        ProblemState.FIXED: any(arm.fixed for arm in repaired),
        ProblemState.BROKEN: any(arm.broken for arm in repaired),
        ProblemState.NEVER: any(arm.n for arm in arms) and not any(arm.c for arm in arms),
        ProblemState.FLAKY: any(arm.flaky for arm in arms),
        ProblemState.IMPORT_ONLY: any(arm.saved_by_imports for arm in arms),
        ProblemState.TIMEOUT: any(not _TIMEOUTS.isdisjoint(arm.marks) for arm in arms),
        ProblemState.COPIED: any(arm.copied for arm in repaired),
        ProblemState.UNSCORED: any(arm.unscored for arm in arms),
    }
    found = {state for state, is_so in holds.items() if is_so}
    if base and repaired and (cell := _paired(base[0].marks, repaired[0].marks)):
        found.add(cell)
    return frozenset(found)


def _paired(before: str, after: str) -> ProblemState | None:
    """The cell of the 2×2 that a problem stands in; None where no sample is scored on both sides."""
    if len(before) != len(after) or any(sign in before or sign in after for sign in _UNSCORED):
        both = [(a, b) for a, b in zip(before, after, strict=False) if a not in _UNSCORED and b not in _UNSCORED]
        before, after = "".join(a for a, _ in both), "".join(b for _, b in both)
    if not before:
        return None
    if _PASSED in before:
        return ProblemState.BOTH if _PASSED in after else ProblemState.LOST
    return ProblemState.GAINED if _PASSED in after else ProblemState.NEITHER
