"""The problems of an arm that it is done with: what an unfinished or cancelled run may be judged by.

An arm that repairs keeps the draft as its program until it has revised it. A passing draft is settled at once and a
failing one only after the arm's turn: counted by sample, what is early in a run would be all failures (the drafts for
the arm's own) or all passes (what needs no turn). So a problem counts whole, or not yet.
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
    """The arm over the problems of which no sample waits."""
    return arm.only(np.flatnonzero(~waiting(run, arm).any(axis=1)))
