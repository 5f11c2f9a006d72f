"""Problems that moved between two sides, and what chance alone would do: exact tests on counts.

A problem is *solved* by a side when at least one of its samples passes, counting only sample numbers that are
scored on both sides, so that neither side gets more tries. Fixed: solved on the right only. Broken: left only.
"""

from dataclasses import dataclass

from scipy import special

SIGNIFICANCE = 0.05


@dataclass(frozen=True, kw_only=True, slots=True)
class Flips:
    """A two by two table of the same things seen by two sides."""

    fixed: int
    broken: int
    both: int
    neither: int

    @property
    def moved(self) -> int:
        return self.fixed + self.broken

    @property
    def total(self) -> int:
        return self.moved + self.both + self.neither


def exact_p(fixed: int, broken: int) -> float:
    """Two-sided exact McNemar test: is a split this uneven likely if each move had even odds?

    McNemar (1947), in the exact binomial form; equal to a sign test on the moves. 1.0 where nothing moved.
    """
    moved = fixed + broken
    if moved == 0:
        return 1.0
    return min(1.0, 2 * float(special.bdtr(min(fixed, broken), moved, 0.5)))


def flips_needed(against: int) -> int:
    """The fewest moves one way that, with `against` moves the other way, give p < 0.05. Six against none."""
    needed = against + 1
    while exact_p(needed, against) >= SIGNIFICANCE:
        needed += 1
    return needed


def flips_in_words(flips: Flips) -> str:
    """The "N problems moved; chance alone would need M" sentence under a paired table."""
    if flips.moved == 0:
        return f"No problem moved; chance alone would need {flips_needed(0)} moving one way for p < 0.05."
    against = min(flips.fixed, flips.broken)
    way, other = ("fixed", "broken") if flips.fixed >= flips.broken else ("broken", "fixed")
    p = exact_p(flips.fixed, flips.broken)
    problems = "1 problem" if flips.moved == 1 else f"{flips.moved} problems"
    needed = flips_needed(against)
    return (
        f"{problems} moved: {flips.fixed} fixed, {flips.broken} broken (p = {p:.2g}); against {against} {other}, "
        f"chance alone would need {needed} {way} for p < 0.05."
    )
