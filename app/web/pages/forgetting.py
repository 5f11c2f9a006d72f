"""`/forgetting?checkpoint=1&problems=SET`: problems × checkpoints of a lineage, what each step forgot and learned.

`/forgetting.csv`, `.json` and `.md` take the same query. `/forgetting/programs?a=1&b=2&problem=3` shows what two
checkpoints wrote for one problem beside each other.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.errors import BadRequest, NotFound
from app.queries.checkpoints import CheckpointRow, find_checkpoint, list_names_and_ids
from app.queries.forgetting import read_forgetting, sets_of_lineage
from app.queries.problem_detail import ProblemStatement, ProgramView, find_draft, find_statement
from app.queries.problem_sets import list_set_names
from app.queries.runs import RunHead, find_run
from app.reports.forgetting import ForgettingMap, MapRow
from app.reports.forgetting_files import forgetting_csv, forgetting_dict, forgetting_markdown
from app.state import AppState, Session, state_of
from app.web.parameters import QueryRowId, query_of, row_id
from app.web.rendering.diff import Diff, diff
from app.web.respond import render
from models.enums import CheckpointKind

router = APIRouter()
MOST_ROWS = 500
"""Problems on the page; the files have all."""


@dataclass(frozen=True, kw_only=True)
class ForgettingContext:
    """The page `/forgetting`."""

    bases: tuple[tuple[int, str], ...]
    """Id and name of each base."""
    checkpoint: CheckpointRow | None
    sets: tuple[str, ...]
    """Sets with a finished run of the lineage first, then all others."""
    problem_set: str
    map: ForgettingMap | None
    """None before checkpoint and set are chosen."""
    rows: tuple[MapRow, ...]
    """The first rows of the map."""
    addresses: tuple[dict[tuple[str, str], str], ...]
    """For each column the problem's part of a path in its run, by task id and version."""
    problem_ids: dict[tuple[str, str], int]


@dataclass(frozen=True, kw_only=True)
class ForgettingProgramsContext:
    """The page `/forgetting/programs`."""

    problem: ProblemStatement
    runs: tuple[RunHead, RunHead]
    programs: tuple[ProgramView, ProgramView]
    diff: Diff


@router.get("/forgetting", name="forgetting")
def forgetting_page(request: Request) -> Response:
    app_state = state_of(request)
    query = {name: values[0] for name, values in query_of(request).items() if values}
    number, problem_set = row_id(query.get("checkpoint", "")), query.get("problems", "")
    with app_state.store.reader() as session:
        chosen = find_checkpoint(session, number) if number is not None else None
        measured = sets_of_lineage(session, chosen.id) if chosen else ()
        problem_set = problem_set or (measured[0] if measured else "")
        found = read_forgetting(session, chosen.id, problem_set) if chosen and problem_set else None
        facts = [
            app_state.facts(session, find_run(session, column.run_id)).problems
            for column in (found.columns if found else ())
        ]
        others = [name for name in list_set_names(session) if name not in measured]
        bases = list_names_and_ids(session, CheckpointKind.BASE)
    context = ForgettingContext(
        bases=bases,
        checkpoint=chosen,
        sets=(*measured, *others),
        problem_set=problem_set,
        map=found,
        rows=found.rows[:MOST_ROWS] if found else (),
        addresses=tuple({(row.task_id, row.version): row.address for row in rows} for rows in facts),
        problem_ids={(row.task_id, row.version): row.problem_id for rows in facts for row in rows},
    )
    return render(request, "pages/forgetting.html", context)


@router.get("/forgetting/programs", name="forgetting_programs")
def programs_page(request: Request, a: QueryRowId, b: QueryRowId, problem: QueryRowId) -> Response:
    app_state = state_of(request)
    with app_state.store.reader() as session:
        runs = find_run(session, a), find_run(session, b)
        programs = _program(session, runs[0], problem), _program(session, runs[1], problem)
        statement = find_statement(session, problem)
    context = ForgettingProgramsContext(
        problem=statement,
        runs=runs,
        programs=programs,
        diff=diff(programs[0].text, programs[1].text, left_note=programs[0].note, right_note=programs[1].note),
    )
    return render(request, "pages/forgetting_programs.html", context)


def _program(session: Session, run: RunHead, problem_id: int) -> ProgramView:
    arm = run.base_arm
    found = find_draft(session, run, problem_id, arm, 0) if arm else None
    if found is None:
        raise NotFound(f"Run {run.id} has no draft of this problem.", advice="The map shows which runs have one.")
    return found


def _file(name: str, media_type: str, body_of: Callable[[ForgettingMap], bytes]) -> None:
    def download(request: Request, checkpoint: QueryRowId, problems: str) -> Response:
        body = body_of(_map(state_of(request), checkpoint, problems))
        headers = {"Content-Disposition": f'attachment; filename="forgetting-{checkpoint}.{name}"'}
        return Response(body, media_type=f"{media_type}; charset=utf-8", headers=headers)

    router.add_api_route(f"/forgetting.{name}", download, name=f"forgetting_{name}", response_class=Response)


def _map(app_state: AppState, checkpoint: int, problem_set: str) -> ForgettingMap:
    if not problem_set:
        raise BadRequest("problems: name a problem set.")
    with app_state.store.reader() as session:
        return read_forgetting(session, checkpoint, problem_set)


_file("csv", "text/csv", lambda found: b"".join(forgetting_csv(found)))
_file("md", "text/markdown", lambda found: forgetting_markdown(found).encode("utf-8", "replace"))
_file(
    "json",
    "application/json",
    lambda found: json.dumps(forgetting_dict(found), ensure_ascii=False, allow_nan=False, indent=2).encode(
        "utf-8", "replace"
    ),
)
