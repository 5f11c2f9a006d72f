"""Numbers inside sentences: percent, points, p-values, counted nouns. Plain ASCII spaces, no locale.

For words that reports put into files; pages set their numbers with `app/web/rendering/numbers`.
"""

from app.reports.estimate import Interval


def percent(share: float) -> str:
    return f"{100 * share:.1f}%"


def points(difference: float) -> str:
    """A difference of shares in signed percentage points; never `-0.0`."""
    rounded = round(100 * difference, 1) + 0.0
    return f"{rounded:+.1f} points"


def between(interval: Interval | None, *, signed: bool = False) -> str:
    """`95% interval 30.1% to 57.0%`, or why there is none."""
    if interval is None:
        return "no interval: one problem allows none"
    show = points if signed else percent
    return f"95% interval {show(interval.low)} to {show(interval.high)}"


def p_value(value: float) -> str:
    return "p < 0.001" if value < 0.001 else f"p = {value:.2g}"


def number_of(number: int, one: str, many: str = "") -> str:
    """`1 problem`, `2 problems`."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def amount(number: float) -> str:
    """A count, or an expectation with one digit: 1, 1.4."""
    return f"{number:.0f}" if float(number).is_integer() else f"{number:.1f}"
