"""Arms that are done with all drafts: what an unfinished or cancelled run may be judged by.

A passing draft needs no repair and is settled at once, a failing one only after the arm's turn. Counted as far as it
is, an arm that was stopped would show what it never saw as its failures, or only what passed by itself as its own:
either way a number about the order of work. So an arm that still owes a revision has no rate and no difference yet;
what it made of the failures that it did revise is counted by `repairs`.
"""

import numpy as np

from app.reports.run_settings import RunSettings
from app.reports.samples import PASSED, ArmSamples, Flags, is_scored


def waiting(run: RunSettings, arm: ArmSamples) -> Flags:
    """Samples whose draft the arm has yet to revise. (P, S)"""
    due: Flags = is_scored(arm.draft) & np.equal(arm.rounds, 0)
    if run.gated:
        due &= np.not_equal(arm.draft, PASSED)
    return due if arm.kind.repairs and run.rounds else np.zeros_like(due)


def settled(run: RunSettings, arm: ArmSamples) -> ArmSamples:
    """The arm, over no problem where any draft of it waits."""
    return arm.only(np.array([], dtype=np.intp)) if waiting(run, arm).any() else arm
