"""Numbers of a report in plain words: percentages, differences, p-values and counts, each in one form everywhere.

For files and for the sentences inside a report: ASCII spaces, no locale. Pages format their own numbers with
`app/web/rendering/text`, in the same form.
"""

from app.reports.counts import number_of as number_of
from app.reports.differences import Looks
from app.reports.equal_tokens import EqualTokens
from app.reports.estimates import Estimated, Interval, NotEstimable
from app.reports.evidence import Bounds, Evidence
from app.reports.origin_effects import WeighedByOrigin, effect_in_words


def percent(share: float) -> str:
    return f"{100 * share:.1f}%"


def points(difference: float) -> str:
    """A difference of rates in signed percentage points; never `-0.0`."""
    return f"{_signed(difference)} pp"


def _signed(difference: float) -> str:
    return f"{round(100 * difference, 1) + 0.0:+.1f}".replace("-", "−")


def between(interval: Interval | None, *, signed: bool = False, problems: int = 1) -> str:
    """`95% CI 30.1% to 57.0%`, or why there is none."""
    if interval is None:
        return "no interval from a single problem" if problems < 2 else "no interval while the run is not complete"
    low, high = (_signed(end) if signed else percent(end) for end in (interval.low, interval.high))
    together = f", {interval.together} comparisons together" if interval.together > 1 else ""
    return f"95% CI {low} to {high}{together}"


def difference(estimate: Estimated) -> str:
    """`−4.9 pp (95% CI −7.2 to −2.6)`: the one form of a difference."""
    if isinstance(estimate, NotEstimable):
        return f"not estimable: {estimate.reason}"
    return f"{points(estimate.value)} ({between(estimate.interval, signed=True, problems=estimate.problems)})"


def p_value(value: float | None, looks: Looks | None = None) -> str:
    if value is None:
        return "not tested"
    name = "always-valid p" if looks is not None and looks.always_valid else "p"
    return f"{name} < 0.001" if value < 0.001 else f"{name} = {value:.2g}"


def evidence_in_words(evidence: Evidence, *, power: bool = False) -> str:
    """A difference with its test; with `power`, what could have been seen if the difference may not be claimed."""
    found = evidence.difference
    if isinstance(found, NotEstimable):
        return difference(found)
    test = p_value(evidence.p_value, evidence.looks)
    words = f"{difference(found)}, {test} over {number_of(found.problems, 'problem')}"
    if evidence.disagreement:
        words = f"{words}; {evidence.disagreement}"
    if not power or evidence.convincing or evidence.undone_by_missing or evidence.p_value is None:
        return words
    if evidence.detectable is None:
        return f"{words}; these are too few to find any difference"
    return f"{words}; a difference of {100 * evidence.detectable:.1f} pp would have been found with 80% power"


def undone_in_words(missing: Bounds) -> str:
    """Why nothing is claimed although test and interval agree."""
    every = "the missing sample" if missing.samples == 1 else f"all {missing.samples} missing samples"
    return f"it would not hold if {every} spoke against it"


def missing_in_words(missing: Bounds) -> str:
    """The worst-case bounds, if more than 2% of the samples are missing; empty otherwise."""
    if not missing.many:
        return ""
    bounds = f"{_signed(missing.low)} and {_signed(missing.high)} pp"
    return (
        f"{number_of(missing.samples, 'sample')} of {missing.of} missing: in the worst cases the difference is "
        f"between {bounds}."
    )


def origins_differ_in_words(result: WeighedByOrigin) -> str:
    """Why nothing is claimed over all problems, with the effect on those of each origin; empty if they are alike."""
    if not result.differs_by_origin:
        return ""
    parts = [effect_in_words(one, difference(one.difference)) for one in result.by_origin]
    return (
        f"no claim over all problems, because {' and '.join(result.contrast)} ones differ by "
        f"{difference(result.interaction)}: "
        f"{'; '.join(parts)}"
    )


def ran_out_in_words(tokens: EqualTokens) -> str:
    """For how many problems each side's tries end before the budget; empty if for none."""
    if not (tokens.critic_ran_out or tokens.resampling_ran_out):
        return ""
    return (
        f"Unsolved when the tries ran out before the budget: {number_of(tokens.critic_ran_out, 'problem')} of "
        f"{tokens.critic}, {tokens.resampling_ran_out} of {tokens.resampling}."
    )


def amount(number: float) -> str:
    """A count, or an expectation with one decimal: 1, 1.4."""
    return f"{number:.0f}" if float(number).is_integer() else f"{number:.1f}"
