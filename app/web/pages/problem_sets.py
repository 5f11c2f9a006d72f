"""`/problem-sets` and `/problem-sets/{name}`: stored sets, their versions, and which checkpoints trained on them."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.queries.level_rates import BaseLevels, read_level_rates
from app.queries.overlaps import GenerationRow, VersionOverlap, find_generation, read_overlap
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
    """The shown version; None for a set without versions."""
    members: tuple[MemberRow, ...]
    first: int
    """The position of the first shown problem, from 1; 0 if there is none."""
    next_after: int | None
    """`after` of the next page; None on the last page."""
    generation: GenerationRow | None
    """How the version was generated; None where it was not."""
    levels: tuple[BaseLevels, ...]
    """How often each base solves its problems, by difficulty; empty for sets without labels or runs."""
    overlap: VersionOverlap | None
    """Its near-duplicates; None for a set without versions."""


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
        generation = find_generation(session, version.id) if version else None
        levels = read_level_rates(session, version.id) if version else ()
        overlap = read_overlap(session, version.id) if version else None
    shown = members[:ROWS]
    context = ProblemSetContext(
        set=found,
        version=version,
        members=shown,
        first=shown[0].position + 1 if shown else 0,
        next_after=shown[-1].position if len(members) > ROWS else None,
        generation=generation,
        levels=levels,
        overlap=overlap,
    )
    return render(request, "pages/problem_set.html", context)
