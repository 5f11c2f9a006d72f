"""One sentence at the top of a report: what repair did, what resampling did, and what may be concluded.

It never claims more than its test: "beats" needs both an interval without 0 and p < 0.05 over problems. Everything
else is "no evidence".
"""

from collections.abc import Sequence

from app.reports.estimate import NotEstimable
from app.reports.pass_at_k import estimate_pass_at_k
from app.reports.repairs import repairs
from app.reports.rival import OTHER_SAMPLES, EqualSamples
from app.reports.samples import ArmSamples
from app.reports.wording import amount, between, number_of, p_value, percent, points


def verdict_in_words(arms: Sequence[ArmSamples], duel: EqualSamples | None, critic: ArmSamples | None) -> str:
    """The verdict on one run.

    Args:
        arms: every arm that has samples; the base first where there is one.
        duel: repair against resampling, where an arm repairs.
        critic: the repairing arm that `duel` is about.
    """
    if not any(arm.present.any() for arm in arms):
        return "This run has no results yet, so nothing can be said."
    if not any(arm.scored.any() for arm in arms):
        unscored = sum(int(arm.unscored.sum()) for arm in arms)
        return f"No sample has been scored ({number_of(unscored, 'sample')} unscored), so nothing can be said."
    if duel is None or critic is None:
        return _without_repair(arms[0])
    return _with_repair(duel, critic)


def _without_repair(arm: ArmSamples) -> str:
    estimate = estimate_pass_at_k(arm.n, arm.c, 1)
    if isinstance(estimate, NotEstimable):
        return f"Nothing can be said of {arm.name}: {estimate.reason}."
    solved, problems = int((arm.c > 0).sum()), int((arm.n > 0).sum())
    return (
        f"{arm.name} solved {solved} of {number_of(problems, 'problem')} at least once "
        f"(pass@1 {percent(estimate.value)}, {between(estimate.interval)}); no arm repaired its failures."
    )


def _with_repair(duel: EqualSamples, critic: ArmSamples) -> str:
    if duel.failures == 0:
        return _before_the_rival(critic)
    fixed = f"{_subject(critic)} fixed {duel.fixed_by_critic} of {number_of(duel.failures, 'failure')}"
    would = "would be expected to fix" if duel.rival == OTHER_SAMPLES else "fixed"
    rival = f"resampling at the same budget {would} {amount(duel.fixed_by_rival)}"
    return f"{fixed}; {rival}; {_conclusion(duel)}."


def _before_the_rival(critic: ArmSamples) -> str:
    """Nothing to compare: no failure, or resampling has not tried any of those that the critic has."""
    made = repairs(critic)
    if made.failures == 0:
        return f"No failed draft was given to {critic.name}, so this run says nothing about repair."
    fixed = f"{_subject(critic)} fixed {made.repaired} of {number_of(made.failures, 'failure')}"
    return f"{fixed}; resampling has not tried any of them, so nothing can be concluded."


def _subject(critic: ArmSamples) -> str:
    return "The critic" if critic.name == "critic" else critic.name


def _conclusion(duel: EqualSamples) -> str:
    if isinstance(duel.difference, NotEstimable):
        return f"no comparison is possible: {duel.difference.reason}"
    change = duel.difference.value
    evidence = (
        f"({points(change)}, {between(duel.difference.interval, signed=True)}, {p_value(duel.p_value)} "
        f"over {number_of(duel.difference.problems, 'problem')})"
    )
    if duel.convincing and change < 0:
        return f"resampling did better here {evidence}"
    if duel.convincing:
        return f"evidence that repair beats resampling here {evidence}"
    if change > 0:
        return f"that may be chance, no evidence that repair helps here {evidence}"
    return "no evidence that repair helps here"
