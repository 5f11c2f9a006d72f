"""`/compare?a=1&b=2`: arms of up to six runs over the problems that they share, and every problem that they differ in.

The address names the runs by the letters `a` to `f` and their arms by `arm_a` to `arm_f`; without two runs the page
offers a choice. Each row of the table unfolds to two of its programs in place.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.queries import PAGE_ROWS
from app.queries.changed_problems import ChangedProblem
from app.queries.runs import ArmHead, ListedRun, RunHead, find_run, list_runs
from app.reports.claim_texts import NoClaim
from app.reports.claims import check_claim
from app.reports.errors import NoSuchArm
from app.reports.evidence import holm
from app.reports.report import Comparison
from app.state import AppState, ComparedArm, Session, state_of
from app.web.parameters import query_of, row_id
from app.web.respond import render

router = APIRouter()
OFFERED_RUNS = 200
LETTERS = "abcdef"


@dataclass(frozen=True, kw_only=True)
class Side:
    """One column of the comparison."""

    letter: str
    """The parameter that names the run; `arm_a` and so on name the arm."""
    run: RunHead | None
    arm: str
    """The arm's name, by default the first one; empty without a run."""


@dataclass(frozen=True, kw_only=True)
class Changes:
    """One page of the problems whose pass count differs."""

    rows: tuple[ChangedProblem, ...]
    total: int
    first: int
    """The place of the first row, counted from 1."""
    moves: dict[str, int]
    """How many problems of all pages moved in each way."""
    move: str
    """The move that is listed; empty for all."""
    listed: int
    """How many problems there are of it."""


@dataclass(frozen=True, kw_only=True)
class CompareContext:
    """The page `/compare`."""

    runs: tuple[ListedRun, ...]
    """The runs that can be chosen, newest first."""
    sides: tuple[Side, ...]
    """The chosen ones, and one more to choose; at least two."""
    query: dict[str, str]
    """The parameters that name the chosen sides."""
    comparisons: tuple[Comparison, ...]
    """Each chosen side against the first; empty before two runs are chosen."""
    changes: Changes | None
    error: str
    """Why these cannot be compared; empty if they can."""
    claim: str
    """The claim to be checked, as the reader wrote it; empty if none."""
    claim_in_words: str
    """What the claim is worth, or how to write one; empty if none was made."""


@router.get("/compare", name="compare")
def compare_page(request: Request) -> Response:
    app_state = state_of(request)
    query = {name: values[0] for name, values in query_of(request).items() if values}
    with app_state.store.reader() as session:
        chosen = [side for letter in LETTERS if (side := _side(session, query, letter)).run is not None]
        comparisons, error = _compare(app_state, session, chosen)
        changes = _changes(app_state, session, chosen, query) if comparisons else None
        runs = list_runs(session, rows=OFFERED_RUNS).rows
    context = CompareContext(
        runs=tuple(runs),
        sides=_offered(chosen),
        query=_named(chosen),
        comparisons=comparisons,
        changes=changes,
        error=error,
        claim=query.get("claim", ""),
        claim_in_words=_checked(query.get("claim", "")),
    )
    return render(request, "pages/compare.html", context, status=400 if error else 200)


def _checked(claim: str) -> str:
    if not claim.strip():
        return ""
    try:
        return check_claim(claim).in_words
    except NoClaim as error:
        return str(error)


def _side(session: Session, query: dict[str, str], letter: str) -> Side:
    number = row_id(query.get(letter, ""))
    run = find_run(session, number) if number is not None else None
    first = run.arms[0].name if run and run.arms else ""
    return Side(letter=letter, run=run, arm=query.get(f"arm_{letter}") or first)


def _offered(chosen: Sequence[Side]) -> tuple[Side, ...]:
    """The chosen sides under their own letters, then empty ones: two at least, and one more than are chosen."""
    free = [letter for letter in LETTERS if letter not in {side.letter for side in chosen}]
    empty = [Side(letter=letter, run=None, arm="") for letter in free[: max(1, 2 - len(chosen))]]
    return tuple(sorted([*chosen, *empty], key=lambda side: side.letter))


def _named(chosen: Sequence[Side]) -> dict[str, str]:
    runs = {side.letter: str(side.run.id) for side in chosen if side.run}
    return runs | {f"arm_{side.letter}": side.arm for side in chosen}


def _compare(app_state: AppState, session: Session, chosen: Sequence[Side]) -> tuple[tuple[Comparison, ...], str]:
    """Each side against the first, or why that cannot be; neither before two are chosen."""
    arms = [ComparedArm(side.run, side.arm or None) for side in chosen if side.run]
    if len(arms) < 2:
        return (), ""
    try:
        return _corrected([app_state.comparison(session, arms[0], arm) for arm in arms[1:]]), ""
    except NoSuchArm as error:
        return (), str(error)


def _corrected(found: Sequence[Comparison]) -> tuple[Comparison, ...]:
    """Several comparisons beside each other give chance as many tries: their p-values are corrected for that."""
    evidence = holm([one.result.evidence for one in found])
    return tuple(
        replace(one, result=replace(one.result, evidence=corrected))
        for one, corrected in zip(found, evidence, strict=True)
    )


def _changes(app_state: AppState, session: Session, chosen: Sequence[Side], query: dict[str, str]) -> Changes:
    sides = [(side.run, arm) for side in chosen if side.run and (arm := _arm(side.run, side.arm))]
    found = app_state.changes(session, sides)
    moves = {
        move: sum(one.move == move for one in found) for move in ("fixed", "more", "mixed", "fewer", "broken")
    }
    move = query.get("move", "") if query.get("move", "") in moves else ""
    listed = [one for one in found if one.move == move] if move else found
    first = row_id(query.get("from", "")) or 1
    return Changes(
        rows=tuple(listed[first - 1 : first - 1 + PAGE_ROWS]),
        total=len(found),
        first=first,
        moves=moves,
        move=move,
        listed=len(listed),
    )


def _arm(run: RunHead, name: str) -> ArmHead | None:
    return run.arm_named(name) if name else next(iter(run.arms), None)
