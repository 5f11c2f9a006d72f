"""The states of a problem in a run, by which lists are filtered.

In: what one arm's samples of one problem came to. Out: every state that holds. No database and no request.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from models.counts import ABSENT, MARK_OF
from models.enums import Verdict


class ProblemState(StrEnum):
    """What a list of problems can be filtered by."""

    FAILED = "failed"
    """Some draft of the base did not pass."""
    FIXED = "fixed"
    """Some failed draft passes after repair."""
    BROKEN = "broken"
    """Some passing draft fails after repair."""
    NEVER = "never"
    """No sample of any arm passed."""
    FLAKY = "flaky"
    IMPORT_ONLY = "import-only"
    """Some sample fails on its imports as written and passes after goimports."""
    TIMEOUT = "timeout"
    COPIED = "copied"
    """Some revision repeats its draft."""
    UNSCORED = "unscored"
    TWIN_BROKEN = "twin-broken"
    """The base solved it and not its twin, which is recall."""
    TWIN = "twin"
    """The twin of another problem: it counts in no other number, and is listed only where it is asked for."""
    RECITED = "recited"
    """Some pass is the canonical solution up to names, layout and comments."""
    GAINED = "gained"
    """Solved after repair only. This and the next three states are the cells of a run's 2×2 table."""
    LOST = "lost"
    BOTH = "both"
    NEITHER = "neither"


PAIRED_STATES = (ProblemState.GAINED, ProblemState.LOST, ProblemState.BOTH, ProblemState.NEITHER)
"""Counted as in the exact test: a problem is solved by one pass, over the samples that are scored on both sides."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ArmFacts:
    """One arm's results on one problem: the columns of `run_problem_count` that lists need."""

    arm_id: int
    n: int
    c: int
    unscored: int
    fixed: int
    broken: int
    copied: int
    flaky: int
    recited: int
    marks: str
    draft_marks: str
    raw_marks: str

    def moves(self, before: str, after: str) -> bool:
        """Whether a sample went from one mark to another; an empty mark stands for any."""
        pairs = zip(self.draft_marks, self.marks, strict=False)
        return any((before in ("", a)) and (after in ("", b)) for a, b in pairs)

    @property
    def saved_by_imports(self) -> bool:
        """Whether a sample fails on its imports as written and passes after goimports."""
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
        ProblemState.RECITED: any(arm.recited for arm in arms),
    }
    found = {state for state, is_so in holds.items() if is_so}
    if base and repaired and (cell := paired_state(base[0].marks, repaired[0].marks)):
        found.add(cell)
    return frozenset(found)


def paired_state(before: str, after: str) -> ProblemState | None:
    """The problem's cell of the 2×2 table; None if no sample is scored on both sides."""
    if len(before) != len(after) or any(mark in before or mark in after for mark in _UNSCORED):
        both = [(a, b) for a, b in zip(before, after, strict=False) if a not in _UNSCORED and b not in _UNSCORED]
        before, after = "".join(a for a, _ in both), "".join(b for _, b in both)
    if not before:
        return None
    if _PASSED in before:
        return ProblemState.BOTH if _PASSED in after else ProblemState.LOST
    return ProblemState.GAINED if _PASSED in after else ProblemState.NEITHER
