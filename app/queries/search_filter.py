"""What the search page looks for: read from the address, and written back into it.

In: query parameters. Out: a `SearchFilter`, and a sentence for each parameter that could not be read. It asks no store.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from app.queries.problem_filter import first_value
from models.enums import Origin, Verdict
from models.fingerprints import verdict_of
from models.specification import LARGEST_ROW

LONGEST_NEEDLE = 200
LARGEST_NUMBER = 2**31 - 1


class SearchIn(StrEnum):
    """Which texts are searched."""

    PROGRAMS = "programs"
    TRACES = "traces"
    REFLECTIONS = "reflections"
    NOTES = "notes"


@dataclass(frozen=True, kw_only=True)
class NumberRange:
    """A least and a greatest value; None: no bound."""

    least: float | None = None
    most: float | None = None

    @property
    def is_given(self) -> bool:
        return self.least is not None or self.most is not None


@dataclass(frozen=True, kw_only=True)
class SearchFilter:
    """What the reader asked for. An empty field does not filter."""

    text: str = ""
    """Found as it is written, signs included; the case of a–z does not matter."""
    places: tuple[SearchIn, ...] = ()
    """Empty: all of them."""
    run_id: int | None = None
    arm: str = ""
    verdict: Verdict | None = None
    fingerprint: str = ""
    origin: Origin | None = None
    label: str = ""
    program_id: int | None = None
    """Programs with exactly this text."""
    tokens: NumberRange = NumberRange()
    cpu: NumberRange = NumberRange()
    """Seconds."""
    edit: NumberRange = NumberRange()
    """Lines added and removed; drafts have none."""

    @property
    def asks_nothing(self) -> bool:
        return self == SearchFilter(places=self.places)

    def query(self) -> dict[str, object]:
        """The parameters of an address, which leaves out the empty ones."""
        numbers = {
            f"{name}_{end}": "" if value is None else f"{value:g}" if name == "cpu" else str(int(value))
            for name, bounds in (("tokens", self.tokens), ("cpu", self.cpu), ("edit", self.edit))
            for end, value in (("min", bounds.least), ("max", bounds.most))
        }
        return {
            "q": self.text,
            "in": [str(place) for place in self.places],
            "run": self.run_id or "",
            "arm": self.arm,
            "class": self.verdict or "",
            "fingerprint": self.fingerprint,
            "origin": self.origin or "",
            "label": self.label,
            "program": self.program_id or "",
            **numbers,
        }


@dataclass(frozen=True, kw_only=True)
class ReadSearch:
    """A filter, and a sentence by parameter for each that could not be read."""

    filter: SearchFilter
    errors: dict[str, str] = field(default_factory=dict)


def read_search(query: Mapping[str, Sequence[str]]) -> ReadSearch:
    """Read the parameters; one that cannot be read is left empty and named in `errors`."""
    reading = _Reading(query)
    fingerprint = reading.text("fingerprint", 200)
    if fingerprint and verdict_of(fingerprint) is None:
        reading.errors["fingerprint"] = (
            "A fingerprint begins with a verdict, as in “type: undefined: X”; this one does not."
        )
    verdict, origin = reading.member("class", Verdict), reading.member("origin", Origin)
    found = SearchFilter(
        text=reading.text("q", LONGEST_NEEDLE),
        places=reading.places(),
        run_id=reading.whole("run", LARGEST_ROW),
        arm=reading.text("arm", 200),
        verdict=Verdict(verdict) if verdict else None,
        fingerprint="" if "fingerprint" in reading.errors else fingerprint,
        origin=Origin(origin) if origin else None,
        label=reading.text("label", 200),
        program_id=reading.whole("program", LARGEST_ROW),
        tokens=reading.bounds("tokens"),
        cpu=reading.bounds("cpu"),
        edit=reading.bounds("edit"),
    )
    if found.origin and found.run_id is None:
        reading.errors["origin"] = "Origin is told by a run's checkpoints: choose a run as well."
    return ReadSearch(filter=found, errors=reading.errors)


class _Reading:
    def __init__(self, query: Mapping[str, Sequence[str]]) -> None:
        self._query = query
        self.errors: dict[str, str] = {}

    def text(self, name: str, longest: int) -> str:
        found = first_value(self._query, name).strip()
        if len(found) > longest:
            self.errors[name] = f"At most {longest} characters; this one has {len(found)}."
            return ""
        return found.replace("\0", "")

    def member(self, name: str, kind: type[StrEnum]) -> str:
        found = first_value(self._query, name)
        if found and found not in set(kind):
            self.errors[name] = f"“{found}” is none of {', '.join(kind)}."
            return ""
        return found

    def places(self) -> tuple[SearchIn, ...]:
        given = [value for value in self._query.get("in", ()) if value]
        if unknown := [value for value in given if value not in set(SearchIn)]:
            self.errors["in"] = f"“{unknown[0]}” is none of {', '.join(SearchIn)}."
        known = tuple(place for place in SearchIn if place in given)
        return () if len(known) == len(SearchIn) else known

    def whole(self, name: str, most: int) -> int | None:
        found = first_value(self._query, name).strip()
        if not found:
            return None
        if not (found.isascii() and found.isdigit() and len(found) < 20 and 1 <= int(found) <= most):
            self.errors[name] = f"“{found[:40]}” is no number of a row."
            return None
        return int(found)

    def bounds(self, name: str) -> NumberRange:
        least, most = self._number(f"{name}_min"), self._number(f"{name}_max")
        if least is not None and most is not None and least > most:
            self.errors[f"{name}_min"] = f"The least value, {least:g}, is above the greatest, {most:g}."
            return NumberRange()
        return NumberRange(least=least, most=most)

    def _number(self, name: str) -> float | None:
        found = first_value(self._query, name).strip()
        if not found:
            return None
        try:
            value = float(found)
        except ValueError:
            value = -1.0
        if not 0 <= value <= LARGEST_NUMBER:
            self.errors[name] = f"“{found[:40]}” is no number from 0 on."
            return None
        return value
