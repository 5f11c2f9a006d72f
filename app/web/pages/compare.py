"""`/compare?a=1&b=2`: one arm of a run against one arm of another, over the problems that both have.

The address names both runs and their arms; without them the page offers a choice. Every flip links to its diff.
"""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.queries.runs import ListedRun, RunHead, find_run, list_runs
from app.reports.claim_texts import NoClaim
from app.reports.claims import check_claim
from app.reports.errors import NoSuchArm
from app.reports.paired import ProblemFlip
from app.reports.report import Comparison
from app.state import AppState, ComparedArm, Session, state_of
from app.web.parameters import query_of, row_id
from app.web.respond import render

router = APIRouter()
OFFERED_RUNS = 200


@dataclass(frozen=True, kw_only=True)
class Side:
    """One side of the comparison."""

    letter: str
    """`a` or `b`: the parameter that names the run; `arm_a` and `arm_b` name the arm."""
    run: RunHead | None
    arm: str
    """The arm's name, by default the first one; empty without a run."""


@dataclass(frozen=True, kw_only=True)
class CompareContext:
    """The page `/compare`."""

    runs: tuple[ListedRun, ...]
    """The runs that can be chosen, newest first."""
    sides: tuple[Side, Side]
    comparison: Comparison | None
    """None before two runs are chosen."""
    moved: tuple[ProblemFlip, ...]
    """Problems that one side solved and the other did not."""
    addresses: tuple[dict[tuple[str, str], str], dict[tuple[str, str], str]]
    """The problem's part of a path in each side's run, by task id and version: two sets may share a task id."""
    error: str
    """Why these two cannot be compared; empty if they can."""
    claim: str
    """The claim to be checked, as the reader wrote it; empty if none."""
    claim_in_words: str
    """What the claim is worth, or how to write one; empty if none was made."""


@router.get("/compare", name="compare")
def compare_page(request: Request) -> Response:
    app_state = state_of(request)
    query = {name: values[0] for name, values in query_of(request).items() if values}
    with app_state.store.reader() as session:
        sides = tuple(_side(session, query, letter) for letter in ("a", "b"))
        comparison, error = _compare(app_state, session, sides)
        addresses = tuple(_addresses(app_state, session, side.run) if comparison else {} for side in sides)
        runs = list_runs(session, rows=OFFERED_RUNS).rows
    context = CompareContext(
        runs=tuple(runs),
        sides=(sides[0], sides[1]),
        comparison=comparison,
        moved=tuple(one for one in comparison.result.ledger if one.move in ("fixed", "broken"))
        if comparison
        else (),
        addresses=(addresses[0], addresses[1]),
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


def _addresses(app_state: AppState, session: Session, run: RunHead | None) -> dict[tuple[str, str], str]:
    rows = app_state.facts(session, run).problems if run else ()
    return {(row.task_id, row.version): row.address for row in reversed(rows)}


def _compare(app_state: AppState, session: Session, sides: tuple[Side, ...]) -> tuple[Comparison | None, str]:
    """The comparison, or why there is none; neither if a side is not chosen yet."""
    left, right = sides
    if left.run is None or right.run is None:
        return None, ""
    one, other = ComparedArm(left.run, left.arm or None), ComparedArm(right.run, right.arm or None)
    try:
        return app_state.comparison(session, one, other), ""
    except NoSuchArm as error:
        return None, str(error)
