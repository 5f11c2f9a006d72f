"""The filter of the problem list: read from the address, written back into it, applied to the facts of a run.

In: query parameters and `RunFacts`. Out: a `ProblemFilter`, the problems that match in their order, and a sentence
for each parameter that could not be read. Everything runs over facts in memory; nothing here asks the store.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, TypeVar

from app.queries.last_reruns import LastRerun, RerunState
from app.queries.problem_states import ArmFacts, ProblemState
from app.queries.run_facts import ProblemFacts, RunFacts
from models.counts import MARK_OF
from models.enums import Origin, Verdict
from models.fingerprints import verdict_of
from models.labels import tidied, why_no_label

LONGEST_SEARCH = 200
E = TypeVar("E", bound=StrEnum)


class Sort(StrEnum):
    """The orders of the list; ties keep the run's own order."""

    ORDER = "order"
    TASK = "task"
    HARDEST = "hardest"
    EASIEST = "easiest"
    FIXED = "fixed"
    BROKEN = "broken"


@dataclass(frozen=True, kw_only=True)
class ProblemFilter:
    """What the reader asked for. An empty field does not filter."""

    states: tuple[ProblemState, ...] = ()
    """All of them must hold."""
    error_class: Verdict | None = None
    """Some draft of the base has this verdict."""
    before: Verdict | None = None
    """With `after`: some sample of the arm went from this verdict to that one."""
    after: Verdict | None = None
    origin: Origin | None = None
    """Whether the problem was seen in training."""
    by: str = ""
    """The arm whose repairs count; if empty, the run's critic."""
    fingerprint: str = ""
    """Some arm's last program for a sample failed so."""
    label: str = ""
    """Somebody gave this label to some program of the problem."""
    labelled: frozenset[int] | None = field(default=None, compare=False, repr=False)
    """The problems that the label selects, once they have been read (`app.queries.labels.with_labelled`)."""
    search: str = ""
    rerun: RerunState | None = None
    """How the last re-run of the problem ended."""
    sort: Sort = Sort.ORDER

    @property
    def is_empty(self) -> bool:
        return replace(self, sort=Sort.ORDER) == ProblemFilter()

    def selecting(self, problems: frozenset[int]) -> "ProblemFilter":
        return replace(self, labelled=problems)

    def query(self) -> dict[str, object]:
        """The parameters from which `read_filter` reads this filter; an address leaves out the empty ones."""
        return {
            "state": [str(state) for state in self.states],
            "class": self.error_class or "",
            "from": self.before or "",
            "to": self.after or "",
            "origin": self.origin or "",
            "by": self.by,
            "fingerprint": self.fingerprint,
            "label": self.label,
            "q": self.search,
            "last_rerun": self.rerun or "",
            "sort": "" if self.sort is Sort.ORDER else str(self.sort),
        }


@dataclass(frozen=True, kw_only=True)
class ReadFilter:
    """A filter, and a sentence by parameter name for each that could not be read."""

    filter: ProblemFilter
    errors: dict[str, str] = field(default_factory=dict)


def read_filter(query: Mapping[str, Sequence[str]], arms: Sequence[str]) -> ReadFilter:
    """Read the parameters; one that cannot be read is left empty and named in `errors`."""
    errors: dict[str, str] = {}

    def one_of(name: str, kind: type[E]) -> E | None:
        text = first_value(query, name)
        if text and text not in set(kind):
            errors[name] = f"“{text}” is none of {', '.join(kind)}."
            return None
        return kind(text) if text else None

    states = [text for text in query.get("state", ()) if text]
    unknown = [text for text in states if text not in set(ProblemState)]
    if unknown:
        errors["state"] = f"“{unknown[0]}” is none of {', '.join(ProblemState)}."
    arm, search = first_value(query, "by"), first_value(query, "q")
    if arm and arm not in arms:
        errors["by"] = f"This run has no arm “{arm}”; it has {', '.join(arms)}."
    fingerprint = first_value(query, "fingerprint").strip()
    if fingerprint and verdict_of(fingerprint) is None:
        errors["fingerprint"] = (
            "A fingerprint begins with a verdict, as in “type: undefined: X”; this one does not."
        )
    label = tidied(first_value(query, "label"))
    if label and (why := why_no_label(label)):
        errors["label"] = why
    if len(search) > LONGEST_SEARCH:
        errors["q"] = f"A search holds at most {LONGEST_SEARCH} characters; this one has {len(search)}."
    return ReadFilter(
        filter=ProblemFilter(
            states=tuple(dict.fromkeys(ProblemState(text) for text in states if text not in unknown)),
            error_class=one_of("class", Verdict),
            before=one_of("from", Verdict),
            after=one_of("to", Verdict),
            origin=one_of("origin", Origin),
            by="" if "by" in errors else arm,
            fingerprint="" if "fingerprint" in errors else fingerprint,
            label="" if "label" in errors else label,
            search="" if "q" in errors else search.strip(),
            rerun=one_of("last_rerun", RerunState),
            sort=one_of("sort", Sort) or Sort.ORDER,
        ),
        errors=errors,
    )


def first_value(query: Mapping[str, Sequence[str]], name: str) -> str:
    """The first value of a parameter; empty if it is not there."""
    values = query.get(name, ())
    return values[0] if values else ""


def matching(
    facts: RunFacts, wanted: ProblemFilter, arm_id: int | None, reruns: Mapping[int, LastRerun]
) -> list[ProblemFacts]:
    """The problems that match, in the filter's order. `arm_id` is the arm whose repairs count."""
    states = facts.states(arm_id)
    words = wanted.search.casefold().split()
    found = [
        row
        for row in (facts.problems if ProblemState.TWIN in wanted.states else facts.listed)
        if (not wanted.states or states[row.problem_id].issuperset(wanted.states))
        and all(word in row.searchable for word in words)
        and wanted.origin in (None, row.origin)
        and (wanted.rerun is None or _has_rerun(reruns.get(row.problem_id), wanted.rerun))
        and (not wanted.fingerprint or wanted.fingerprint in row.fingerprints)
        and (wanted.labelled is None or row.problem_id in wanted.labelled)
        and (wanted.error_class is None or _has_draft_of(facts.base(row), wanted.error_class))
        and (not (wanted.before or wanted.after) or _moves(row, wanted, arm_id))
    ]
    return found if wanted.sort is Sort.ORDER else sorted(found, key=sort_key(facts, wanted.sort, arm_id))


def sort_key(facts: RunFacts, sort: Sort, arm_id: int | None) -> Callable[[ProblemFacts], tuple[Any, ...]]:
    """The key of an order; it ends in the position and the id, so that no two problems share one."""
    leading: dict[Sort, Callable[[ProblemFacts], Any]] = {
        Sort.ORDER: lambda row: 0,
        Sort.TASK: lambda row: row.task_id,
        Sort.HARDEST: lambda row: _pass_rate(facts.base(row)),
        Sort.EASIEST: lambda row: -_pass_rate(facts.base(row)),
        Sort.FIXED: lambda row: -_repaired(row, arm_id)[0],
        Sort.BROKEN: lambda row: -_repaired(row, arm_id)[1],
    }
    first = leading[sort]
    return lambda row: (first(row), row.position, row.problem_id)


def _has_rerun(last: LastRerun | None, wanted: RerunState) -> bool:
    return wanted is RerunState.NONE if last is None else last.is_in(wanted)


def _repaired(row: ProblemFacts, arm_id: int | None) -> tuple[int, int]:
    """How many samples an arm fixed and broke."""
    arm = row.arm(arm_id) if arm_id is not None else None
    return (arm.fixed, arm.broken) if arm is not None else (0, 0)


def _pass_rate(arm: ArmFacts | None) -> float:
    """Share of scored samples that passed; 0 if none is scored."""
    return arm.c / arm.n if arm is not None and arm.n else 0.0


def _has_draft_of(base: ArmFacts | None, verdict: Verdict) -> bool:
    return base is not None and MARK_OF[verdict] in base.draft_marks


def _moves(row: ProblemFacts, wanted: ProblemFilter, arm_id: int | None) -> bool:
    before = MARK_OF[wanted.before] if wanted.before else ""
    after = MARK_OF[wanted.after] if wanted.after else ""
    arm = row.arm(arm_id) if arm_id is not None else None
    return arm is not None and arm.moves(before, after)
