"""The one rule of turns: whether an arm owes a sample another revision. Repair loop, counts and reports follow it."""

from models.arm_kinds import ArmKind
from models.enums import BudgetRule, RunState, TestsKind, Verdict


def gate_verdict(gate: TestsKind, hidden: Verdict | None, example: Verdict | None) -> Verdict | None:
    """The verdict that decides whether a program is repaired: on the tests that gate and stop the run."""
    return example if gate is TestsKind.EXAMPLE else hidden


def owes_revision(latest: Verdict | None, *, gated: bool, rounds: int, written: int = 0) -> bool:
    """Whether an arm that repairs is to write one more revision of a sample.

    A program that could not be scored is not repaired: its trace would be our fault, not the program's. A gated run
    repairs failures only; an ungated one revises passing drafts too; every arm stops at its first own pass.

    Args:
        latest: the `gate_verdict` of the draft, or of the arm's last revision; None where there is none.
        rounds: most revisions of one sample.
        written: revisions that the arm has written already.
    """
    if latest is None or not latest.scored:
        return False
    if latest is Verdict.PASSED and (gated or written):
        return False
    return written < rounds


def rounds_owed(kind: ArmKind, *, state: RunState, budget: BudgetRule, rounds: int) -> int:
    """Rounds that an arm which repairs is known to owe each refused program.

    All of them while the run is not done; only one in a run that is done, where a later round can be missing for good
    reasons, and of resampling at equal tokens, which goes on until it has spent as much as the other arms.
    """
    open_ended = kind == ArmKind.RESAMPLE and budget is BudgetRule.EQUAL_TOKENS
    return min(1, rounds) if state is RunState.DONE or open_ended else rounds
