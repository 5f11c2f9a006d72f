"""`/problem-sets` and `/problem-sets/{name}`: what there is to solve, in which versions, and who saw it in training."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.house import house_of
from app.pages.respond import query_of, render
from app.queries.set_list import MemberRow, SetRow, VersionRow, find_set, list_members, list_sets

router = APIRouter()


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


@router.get("/problem-sets", name="problem_sets")
def problem_sets_page(request: Request) -> Response:
    with house_of(request).store.reader() as session:
        context = ProblemSetsContext(sets=list_sets(session))
    return render(request, "pages/problem_sets.html", context)


@router.get("/problem-sets/{name:path}", name="problem_set")
def problem_set_page(request: Request, name: str) -> Response:
    asked = query_of(request).get("version", [""])[0]
    with house_of(request).store.reader() as session:
        found = find_set(session, name)
        newest = found.versions[0] if found.versions else None
        version = next((one for one in found.versions if str(one.number) == asked), newest)
        members = list_members(session, version.id) if version else ()
    return render(
        request, "pages/problem_set.html", ProblemSetContext(set=found, version=version, members=members)
    )
