"""What papers on self-correction measure, over the samples of one repairing arm that are scored before and after.

- *before*, *after*, *change* (Δ), *wrong to right* and *right to wrong*, as shares of all these samples: Kumar et al.
  2024, "Training Language Models to Self-Correct via Reinforcement Learning" (SCoRe), where they are Accuracy@t1,
  Accuracy@t2, Δ(t1,t2), Δ(i→c) and Δ(c→i). Δ = Δ(i→c) − Δ(c→i).
- *confidence*, of the right drafts that were revised the share that stayed right, and *critique*, of the wrong ones the
  share turned right, as ratios of sums over problems: Yang et al. 2025, "Confidence v.s. Critique: A Decomposition of
  Self-Correction Capability for LLMs", CL and CS. Over revised samples, after = before · CL + (1 − before) · CS.

In: the arm's tables. Out: estimates with intervals by problem. Where no right draft was revised, because hidden tests
gated the run, what happens to right drafts is not known; it is not 0 or 100%.
"""

from dataclasses import dataclass

import numpy as np

from app.reports.differences import ONE_LOOK, Looks, mean_difference, mean_share
from app.reports.estimates import Estimate, Estimated, NotEstimable, rate_interval, ratio_interval
from app.reports.pass_at_k import estimate_pass_at_k
from app.reports.samples import PASSED, ArmSamples, Flags, count, is_scored

NO_RIGHT_DRAFTS = "no draft that had passed was revised"
NO_WRONG_DRAFTS = "no failed draft was revised and scored"


@dataclass(frozen=True, kw_only=True, slots=True)
class CorrectionRate:
    """One of the shares above, with the samples that it counts."""

    name: str
    samples: int
    of: int
    estimate: Estimated


def correction_rates(arm: ArmSamples, looks: Looks = ONE_LOOK) -> tuple[CorrectionRate, ...]:
    """Every share, in the order of the list above.

    Args:
        looks: of a run that is not complete, intervals are always-valid; ratios of sums have none there.
    """
    known = arm.scored & is_scored(arm.draft)
    right, revised = known & np.equal(arm.draft, PASSED), known & np.greater(arm.rounds, 0)
    after, wrong = known & arm.passes, known & ~np.equal(arm.draft, PASSED)
    of, gained, lost = count(known), wrong & after, right & ~after
    kept, tried = right & revised, wrong & revised
    any_right = bool(kept.any())
    here = of > 0
    changes = (count(after) - count(right))[here] / of[here]
    unknown = NotEstimable(reason=NO_RIGHT_DRAFTS)
    everything = int(known.sum())

    def rate(name: str, samples: Flags, whole: Flags, estimate: Estimated) -> CorrectionRate:
        return CorrectionRate(name=name, samples=int(samples.sum()), of=int(whole.sum()), estimate=estimate)

    return (
        rate("before", right, known, _rate(right, known, looks)),
        rate("after", after, known, _rate(after, known, looks)),
        CorrectionRate(
            name="change",
            samples=int(after.sum() - right.sum()),
            of=everything,
            estimate=mean_difference(changes, int((~here).sum()), looks),
        ),
        rate("wrong_to_right", gained, known, _share(gained, known, looks)),
        rate("right_to_wrong", lost, known, _share(lost, known, looks) if any_right else unknown),
        rate("confidence", kept & after, kept, _ratio(after, kept, NO_RIGHT_DRAFTS, looks)),
        rate("critique", tried & after, tried, _ratio(after, tried, NO_WRONG_DRAFTS, looks)),
    )


def _rate(passed: Flags, whole: Flags, looks: Looks) -> Estimated:
    """pass@1."""
    return estimate_pass_at_k(count(whole), count(passed), 1, looks=looks)


def _share(samples: Flags, whole: Flags, looks: Looks) -> Estimated:
    """The mean over problems of a share of their samples."""
    of = count(whole)
    here = of > 0
    if not here.any():
        return NotEstimable(reason="no sample is scored before and after repair")
    shares = count(samples)[here] / of[here]
    if looks.always_valid:
        return mean_share(shares, looks, int((~here).sum()))
    return Estimate(
        value=float(shares.mean()),
        interval=rate_interval(shares),
        problems=len(shares),
        left_out=int((~here).sum()),
    )


def _ratio(samples: Flags, whole: Flags, why_not: str, looks: Looks) -> Estimated:
    """The share of all samples in `whole`, over all problems together."""
    of, found = count(whole).astype(float), count(samples & whole).astype(float)
    if not of.any():
        return NotEstimable(reason=why_not)
    return Estimate(
        value=float(found.sum() / of.sum()),
        interval=None if looks.always_valid else ratio_interval(found, of),
        problems=int(np.count_nonzero(of)),
        left_out=int(np.sum(of == 0)),
    )
