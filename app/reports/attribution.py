"""Who moved what: raw text → imports fixed → critic, and what the legacy brace rule would have said.

Most of what a naive harness calls a repair is plumbing. Each step counts the samples that it turned from fail to
pass and from pass to fail, over samples that are scored before and after it.
"""

from dataclasses import dataclass

import numpy as np

from app.reports.align import align
from app.reports.samples import PASSED, ArmSamples, Codes, is_scored


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One change of rule or text, seen over the same samples."""

    before: str
    after: str
    scored: int
    """Samples scored both before and after."""
    passed_before: int
    passed_after: int
    to_pass: int
    to_fail: int


def rule_steps(arm: ArmSamples) -> tuple[Step, ...]:
    """raw → goimports of one arm's programs, and legacy → goimports where the old rule was audited."""
    steps = [_step("raw", "goimports", arm.raw, arm.verdict)]
    if is_scored(arm.legacy).any():
        steps.append(_step("legacy", "goimports", arm.legacy, arm.verdict))
    return tuple(steps)


def repair_step(base: ArmSamples, critic: ArmSamples) -> Step:
    """goimports verdict of the drafts → goimports verdict of the critic's final programs."""
    pair = align(base, critic)
    width = pair.width
    return _step("drafts", critic.name, pair.left.verdict[:, :width], pair.right.verdict[:, :width])


def _step(before: str, after: str, first: Codes, second: Codes) -> Step:
    scored = is_scored(first) & is_scored(second)
    passed_before, passed_after = scored & (first == PASSED), scored & (second == PASSED)
    return Step(
        before=before,
        after=after,
        scored=int(np.sum(scored)),
        passed_before=int(np.sum(passed_before)),
        passed_after=int(np.sum(passed_after)),
        to_pass=int(np.sum(passed_after & ~passed_before)),
        to_fail=int(np.sum(passed_before & ~passed_after)),
    )
