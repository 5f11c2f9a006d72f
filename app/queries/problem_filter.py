"""The filter of the problem list: read from the address, written back into it, applied to the facts of a run.

In: query parameters and `RunFacts`. Out: a `ProblemFilter`, the problems that match in their order, and a sentence
for each field that could not be read. Everything runs over facts in memory; nothing here asks the store.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, TypeVar

from app.queries.run_facts import ArmFacts, ProblemFacts, ProblemState, RunFacts
from models.enums import Verdict
from models.marks import MARK_OF

LONGEST_SEARCH = 200
E = TypeVar("E", bound=StrEnum)


class Sort(StrEnum):
    """The orders of the list; each ends in the run's own order."""

    ORDER = "order"
    TASK = "task"
    HARDEST = "hardest"
    EASIEST = "easiest"
    FIXED = "fixed"
    BROKEN = "broken"


@dataclass(frozen=True, kw_only=True)
class ProblemFilter:
    """What the reader asked for. An empty field asks for nothing."""

    states: tuple[ProblemState, ...] = ()
    """Each must hold."""
    error_class: Verdict | None = None
    """Some draft of the base ended so."""
    before: Verdict | None = None
    """With `after`: some sample of the arm went from this verdict to that one."""
    after: Verdict | None = None
    by: str = ""
    """The arm whose repairs are meant; empty: the run's critic."""
    search: str = ""
    sort: Sort = Sort.ORDER

    @property
    def is_empty(self) -> bool:
        return replace(self, sort=Sort.ORDER) == ProblemFilter()

    def query(self) -> dict[str, object]:
        """The parameters that bring this filter back; empty ones are left out by the address."""
        return {
            "state": [str(state) for state in self.states],
            "class": self.error_class or "",
            "from": self.before or "",
            "to": self.after or "",
            "by": self.by,
            "q": self.search,
            "sort": "" if self.sort is Sort.ORDER else str(self.sort),
        }

    def toggled(self, state: ProblemState) -> "ProblemFilter":
        """The filter with a state added, or taken away where it was there."""
        others = tuple(one for one in self.states if one is not state)
        return replace(self, states=others if state in self.states else (*self.states, state))


@dataclass(frozen=True, kw_only=True)
class ReadFilter:
    """A filter with what could not be read: a sentence by field name."""

    filter: ProblemFilter
    errors: dict[str, str] = field(default_factory=dict)


def read_filter(query: Mapping[str, Sequence[str]], arms: Sequence[str]) -> ReadFilter:
    """Read the parameters; a field that cannot be read is left empty and named in `errors`."""
    errors: dict[str, str] = {}

    def one_of(name: str, kind: type[E]) -> E | None:
        text = _first(query, name)
        if text and text not in set(kind):
            errors[name] = f"“{text}” is none of {', '.join(kind)}."
            return None
        return kind(text) if text else None

    states = [text for text in query.get("state", ()) if text]
    unknown = [text for text in states if text not in set(ProblemState)]
    if unknown:
        errors["state"] = f"“{unknown[0]}” is none of {', '.join(ProblemState)}."
    return ReadFilter(
        filter=ProblemFilter(
            states=tuple(dict.fromkeys(ProblemState(text) for text in states if text not in unknown)),
            error_class=one_of("class", Verdict),
            before=one_of("from", Verdict),
            after=one_of("to", Verdict),
            by=_known_arm(_first(query, "by"), arms, errors),
            search=_short_search(_first(query, "q"), errors),
            sort=one_of("sort", Sort) or Sort.ORDER,
        ),
        errors=errors,
    )


def matching(facts: RunFacts, wanted: ProblemFilter, arm_id: int | None) -> list[ProblemFacts]:
    """The problems that match, in the filter's order. `arm_id` is the arm whose repairs are meant."""
    states = facts.states(arm_id)
    words = wanted.search.casefold().split()
    found = [
        row
        for row in facts.problems
        if (not wanted.states or states[row.problem_id].issuperset(wanted.states))
        and all(word in row.searchable for word in words)
        and _matches(facts, row, wanted, arm_id)
    ]
    return found if wanted.sort is Sort.ORDER else sorted(found, key=sort_key(facts, wanted.sort, arm_id))


def sort_key(facts: RunFacts, sort: Sort, arm_id: int | None) -> Callable[[ProblemFacts], tuple[Any, ...]]:
    """The key of an order; it ends in the position, so that no two problems share one."""
    leading: dict[Sort, Callable[[ProblemFacts], Any]] = {
        Sort.ORDER: lambda row: 0,
        Sort.TASK: lambda row: row.task_id,
        Sort.HARDEST: lambda row: pass_rate(facts.base(row)),
        Sort.EASIEST: lambda row: -pass_rate(facts.base(row)),
        Sort.FIXED: lambda row: -_repaired(row, arm_id)[0],
        Sort.BROKEN: lambda row: -_repaired(row, arm_id)[1],
    }
    first = leading[sort]
    return lambda row: (first(row), row.position, row.problem_id)


def _repaired(row: ProblemFacts, arm_id: int | None) -> tuple[int, int]:
    """Samples fixed and broken by an arm."""
    arm = row.arm(arm_id) if arm_id is not None else None
    return (arm.fixed, arm.broken) if arm is not None else (0, 0)


def pass_rate(arm: ArmFacts | None) -> float:
    """Share of scored samples that passed; 0 where none is scored."""
    return arm.c / arm.n if arm is not None and arm.n else 0.0


def _matches(facts: RunFacts, row: ProblemFacts, wanted: ProblemFilter, arm_id: int | None) -> bool:
    if wanted.error_class is not None:
        base = facts.base(row)
        if base is None or MARK_OF[wanted.error_class] not in base.draft_marks:
            return False
    return not (wanted.before or wanted.after) or _moves(row, wanted, arm_id)


def _moves(row: ProblemFacts, wanted: ProblemFilter, arm_id: int | None) -> bool:
    before = MARK_OF[wanted.before] if wanted.before else ""
    after = MARK_OF[wanted.after] if wanted.after else ""
    arm = row.arm(arm_id) if arm_id is not None else None
    return arm is not None and arm.moves(before, after)


def _first(query: Mapping[str, Sequence[str]], name: str) -> str:
    values = query.get(name, ())
    return values[0] if values else ""


def _known_arm(name: str, arms: Sequence[str], errors: dict[str, str]) -> str:
    if name and name not in arms:
        errors["by"] = f"This run has no arm “{name}”; it has {', '.join(arms)}."
        return ""
    return name


def _short_search(text: str, errors: dict[str, str]) -> str:
    if len(text) > LONGEST_SEARCH:
        errors["q"] = f"A search holds at most {LONGEST_SEARCH} characters; this one has {len(text)}."
        return ""
    return text.strip()
