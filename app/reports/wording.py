"""Numbers and sentences of a report in plain words: percentages, p-values, counts, and the verdict at the top.

For files and for the sentences inside a report: ASCII spaces, no locale. Pages format their own numbers with
`app/web/rendering/text`. No sentence claims more than its test: "beats" and "better" need both an interval without 0
and p < 0.05 over problems; everything else is "no evidence".
"""

from collections.abc import Sequence

from app.reports.equal_samples import OTHER_SAMPLES, EqualSamples
from app.reports.estimates import Interval, NotEstimable
from app.reports.paired import PairedResult
from app.reports.pass_at_k import estimate_pass_at_k
from app.reports.repairs import repairs
from app.reports.samples import ArmSamples


def percent(share: float) -> str:
    return f"{100 * share:.1f}%"


def points(difference: float) -> str:
    """A difference of rates in signed percentage points; never `-0.0`."""
    return f"{_signed(difference)} points"


def _signed(difference: float) -> str:
    return f"{round(100 * difference, 1) + 0.0:+.1f}"


def between(interval: Interval | None, *, signed: bool = False) -> str:
    """`95% CI 30.1% to 57.0%`, or why there is none."""
    if interval is None:
        return "no interval from a single problem"
    if signed:
        return f"95% CI {_signed(interval.low)} to {_signed(interval.high)}"
    return f"95% CI {percent(interval.low)} to {percent(interval.high)}"


def p_value(value: float) -> str:
    return "p < 0.001" if value < 0.001 else f"p = {value:.2g}"


def number_of(number: int, one: str, many: str = "") -> str:
    """`1 problem`, `2 problems`."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def amount(number: float) -> str:
    """A count, or an expectation with one decimal: 1, 1.4."""
    return f"{number:.0f}" if float(number).is_integer() else f"{number:.1f}"


def verdict_in_words(arms: Sequence[ArmSamples], result: EqualSamples | None, critic: ArmSamples | None) -> str:
    """The sentence at the top of a report: what repair did, what resampling did, and what may be concluded.

    Args:
        arms: all arms of the run; the base first if there is one.
        result: the first critic vs. resampling, if an arm repairs.
        critic: the arm that `result` is about.
    """
    if not any(arm.present.any() for arm in arms):
        return "This run has no results yet, so nothing can be said."
    if not any(arm.scored.any() for arm in arms):
        unscored = sum(int(arm.unscored.sum()) for arm in arms)
        return f"No sample has been scored ({number_of(unscored, 'sample')} unscored), so nothing can be said."
    if result is None or critic is None:
        return _without_repair(arms[0])
    return _with_repair(result, critic)


def _without_repair(arm: ArmSamples) -> str:
    estimate = estimate_pass_at_k(arm.n, arm.c, 1)
    if isinstance(estimate, NotEstimable):
        return f"Nothing can be said about {arm.name}: {estimate.reason}."
    solved, problems = int((arm.c > 0).sum()), int((arm.n > 0).sum())
    return (
        f"{arm.name} solved {solved} of {number_of(problems, 'problem')} at least once "
        f"(pass@1 {percent(estimate.value)}, {between(estimate.interval)}); no arm repaired its failures."
    )


def _with_repair(result: EqualSamples, critic: ArmSamples) -> str:
    if result.failures == 0:
        return _without_rival(critic)
    fixed = f"{_subject(critic)} fixed {result.fixed_by_critic} of {number_of(result.failures, 'failure')}"
    would = "would be expected to fix" if result.rival == OTHER_SAMPLES else "fixed"
    rival = f"resampling at the same budget {would} {amount(result.fixed_by_rival)}"
    return f"{fixed}; {rival}; {_conclusion(result)}."


def _without_rival(critic: ArmSamples) -> str:
    """There is nothing to compare: no failure, or none that resampling has tried as well."""
    done = repairs(critic)
    if done.failures == 0:
        return f"No failed draft was given to {critic.name}, so this run says nothing about repair."
    fixed = f"{_subject(critic)} fixed {done.repaired} of {number_of(done.failures, 'failure')}"
    return f"{fixed}; resampling has not tried any of them, so nothing can be concluded."


def _subject(critic: ArmSamples) -> str:
    return "The critic" if critic.name == "critic" else critic.name


def _conclusion(result: EqualSamples) -> str:
    if isinstance(result.difference, NotEstimable):
        return f"no comparison is possible: {result.difference.reason}"
    change = result.difference.value
    evidence = (
        f"({points(change)}, {between(result.difference.interval, signed=True)}, {p_value(result.p_value)} "
        f"over {number_of(result.difference.problems, 'problem')})"
    )
    if result.convincing and change < 0:
        return f"resampling did better here {evidence}"
    if result.convincing:
        return f"evidence that repair beats resampling here {evidence}"
    if change > 0:
        return f"this may be chance, no evidence that repair helps here {evidence}"
    return "no evidence that repair helps here"


def comparison_in_words(result: PairedResult) -> str:
    """The comparison in one sentence; "better" and "worse" only if test and interval agree."""
    change = result.difference
    if isinstance(change, NotEstimable):
        return f"The two sides cannot be compared: {change.reason}."
    figures = (
        f"{points(change.value)}, {between(change.interval, signed=True)}, {p_value(result.sign_p_value)} "
        f"over {number_of(change.problems, 'problem')}"
    )
    if not result.convincing:
        return f"No evidence that {result.right} and {result.left} differ here ({figures}). {result.in_words}"
    outcome = "better" if change.value > 0 else "worse"
    return f"{result.right} did {outcome} than {result.left} here ({figures}). {result.in_words}"
