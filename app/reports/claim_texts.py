"""What a claim in words says: a difference on a number of problems.

In: `+3.4 points on 30`, `+3 problems on 30`, `22/30 -> 25/30`, `57.9% -> 61.3% on 164` and their like. Out: a `Claim`.
The whole text has to be understood: a claim of which a part was passed over would be checked as another one.
"""

import re
import unicodedata
from dataclasses import dataclass

from app.reports.errors import ReportError

MOST_PROBLEMS = 100_000
_NUMBER = r"\d+(?:[.,]\d+)?"
_COUNT = r"(?:\d{1,3}(?:,\d{3})+|\d{1,6})"
_TASKS = r"(?:problems?|tasks?|questions?)"
_PLACE = rf"(?:on|of|over|in)\s*(?:all\s+)?(?P<of>{_COUNT})\s*{_TASKS}?"
_UNIT = rf"(?P<unit>pp|pts?|points?|percentage\s+points?|percent|%|{_TASKS})"
_DIFFERENCE = re.compile(rf"(?P<sign>[+-]?)\s*(?P<size>{_NUMBER})\s*{_UNIT}\s*{_PLACE}")


def _side_pattern(name: str) -> str:
    rate = rf"(?P<{name}>{_NUMBER})\s*(?P<{name}_unit>%|/\s*{_COUNT})?"
    return rf"{rate}(?:\s*(?:on|of)\s*(?P<{name}_of>{_COUNT})\s*{_TASKS}?)?"


_CHANGE = re.compile(
    rf"(?:pass@1:?\s+)?(?:from\s+)?{_side_pattern('left')}\s*(?:->|to|vs\.?|versus|against)\s*{_side_pattern('right')}"
    rf"\s*(?:[(,]?\s*(?:on|over|in)?\s*(?P<of>{_COUNT})\s*{_TASKS}\s*\)?)?"
)
_MINUS = dict.fromkeys(map(ord, "−–—‒﹣"), "-")
_ARROWS = re.compile(r"→|⇒|➜|⟶|=>|-->|➔")


class NoClaim(ReportError):
    """The text is no claim of this form."""

    def __init__(self, text: str, why: str = "") -> None:
        forms = "'+3.4 points on 30', '+3 problems on 30', '22/30 -> 25/30' or '57.9% -> 61.3% on 164'"
        super().__init__(f"{text[:80]!r} is no claim that can be checked: {why or f'write it like {forms}'}.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """A claimed difference."""

    difference: float
    """As a share."""
    problems: int
    read_as: str = ""
    """How the text was understood where it could be understood in another way; a sentence or empty."""


def read_claim(text: str) -> Claim:
    """What the text claims.

    Raises:
        NoClaim: it is no claim of these forms, or no such difference is possible.
    """
    plain = _ARROWS.sub("->", unicodedata.normalize("NFKC", text).translate(_MINUS)).strip().rstrip(".").lower()
    if found := _DIFFERENCE.fullmatch(plain):
        claim = _of_difference(text, found)
    elif found := _CHANGE.fullmatch(plain):
        claim = _of_change(text, found)
    else:
        raise NoClaim(text)
    if abs(claim.difference) > 1 or not 2 <= claim.problems <= MOST_PROBLEMS:
        raise NoClaim(
            text, f"it takes 2 to {MOST_PROBLEMS:,} problems and at most 100 points, like '+3.4 points on 30'"
        )
    return claim


def _of_difference(text: str, found: re.Match[str]) -> Claim:
    size, problems = _number(found["size"]), _count(found["of"])
    sign = -1 if found["sign"] == "-" else 1
    if re.fullmatch(_TASKS, found["unit"]):
        if not size.is_integer() or not problems:
            raise NoClaim(text, "problems are whole, like '+3 problems on 30'")
        return Claim(difference=sign * size / problems, problems=problems)
    read_as = "The percent are read as percentage points." if found["unit"] in ("%", "percent") else ""
    return Claim(difference=sign * size / 100, problems=problems, read_as=read_as)


def _of_change(text: str, found: re.Match[str]) -> Claim:
    sides = [_side(text, found, name) for name in ("left", "right")]
    numbers = {of for _, of in sides if of is not None} | ({_count(found["of"])} if found["of"] else set())
    if len(numbers) != 1:
        why = f"both sides need the same problems, and it names {', '.join(map(str, sorted(numbers))) or 'none'}"
        raise NoClaim(text, why)
    left, right = (rate for rate, _ in sides)
    return Claim(
        difference=right - left,
        problems=numbers.pop(),
        read_as=f"This is read as a change from {100 * left:.1f}% to {100 * right:.1f}%.",
    )


def _side(text: str, found: re.Match[str], name: str) -> tuple[float, int | None]:
    """A rate and, where the side names them, its problems."""
    value, unit = _number(found[name]), found[f"{name}_unit"] or ""
    of = _count(found[f"{name}_of"]) if found[f"{name}_of"] else None
    if unit.startswith("/"):
        of = _count(unit[1:].strip())
        if not value.is_integer() or of < 1 or value > of:
            raise NoClaim(text, f"{found[name]} of {of} problems cannot be solved")
        return value / of, of
    other = found["right_unit" if name == "left" else "left_unit"]
    is_share = value <= 1 and "." in found[name] and not unit and other != "%"
    if not is_share and value > 100:
        raise NoClaim(text, f"{found[name]}% is no pass rate")
    return (value if is_share else value / 100), of


def _number(text: str) -> float:
    return float(text.replace(",", "."))


def _count(text: str) -> int:
    return int(text.replace(",", ""))
