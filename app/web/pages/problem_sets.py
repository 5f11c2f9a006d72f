"""`/problem-sets` and `/problem-sets/{name}`: what there is to solve, in which versions, and who saw it in training."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.queries.problem_sets import MemberRow, SetRow, VersionRow, find_set, list_members, list_sets
from app.state import state_of
from app.web.parameters import query_of, row_id
from app.web.respond import render

router = APIRouter()
ROWS = 200


@dataclass(frozen=True, kw_only=True)
class ProblemSetsContext:
    """The page `/problem-sets`."""

    sets: tuple[SetRow, ...]


@dataclass(frozen=True, kw_only=True)
class ProblemSetContext:
    """The page of one set."""

    set: SetRow
    version: VersionRow | None
    """The version that is shown; None for a set without any."""
    members: tuple[MemberRow, ...]
    first: int
    """Place of the first problem that is shown, from 1; 0 where none is."""
    next_after: int | None
    """Where the next page goes on; None on the last."""


@router.get("/problem-sets", name="problem_sets")
def problem_sets_page(request: Request) -> Response:
    with state_of(request).store.reader() as session:
        context = ProblemSetsContext(sets=list_sets(session))
    return render(request, "pages/problem_sets.html", context)


@router.get("/problem-sets/{name:path}", name="problem_set")
def problem_set_page(request: Request, name: str) -> Response:
    query = {field: values[0] for field, values in query_of(request).items()}
    after = row_id(query.get("after", "")) or -1
    with state_of(request).store.reader() as session:
        found = find_set(session, name)
        newest = found.versions[0] if found.versions else None
        asked = query.get("version")
        version = next((one for one in found.versions if str(one.number) == asked), newest)
        members = list_members(session, version.id, after=after, rows=ROWS + 1) if version else ()
    shown = members[:ROWS]
    context = ProblemSetContext(
        set=found,
        version=version,
        members=shown,
        first=shown[0].position + 1 if shown else 0,
        next_after=shown[-1].position if len(members) > ROWS else None,
    )
    return render(request, "pages/problem_set.html", context)
