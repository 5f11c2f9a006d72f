"""`/programs?left=…&right=…`: any two programs side by side, whatever run, arm, sample or problem they come from.

The references are those of `app/queries/programs.py`; `diff` is the style, as on a problem's page. With `unfold` and
for htmx the answer is the row that a table shows in place: the diff alone.
"""

from dataclasses import dataclass
from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.errors import BadRequest
from app.queries.problem_detail import find_statement, program_text
from app.queries.problem_filter import first_value
from app.queries.programs import (
    HOW,
    NamedProgram,
    find_program,
    has_solution,
    other_runs,
    sample_reference,
    solution_reference,
)
from app.queries.runs import ArmHead, RunHead
from app.queries.sample_choice import DiffStyle
from app.state import AppState, Session, state_of
from app.web.evidence import TraceEvidence, evidence_of
from app.web.http import tagged
from app.web.parameters import RowId, query_of, row_id
from app.web.rendering.diff import Diff, diff
from app.web.respond import render
from models.enums import RunKind

router = APIRouter()
OFFERED_SAMPLES = 60


@dataclass(frozen=True, kw_only=True)
class OfferedSample:
    """One sample that a side can change to."""

    number: int
    reference: str
    mark: str


@dataclass(frozen=True, kw_only=True)
class OfferedArm:
    """The samples of one arm on a side's problem."""

    arm: ArmHead
    samples: tuple[OfferedSample, ...]
    left_out: int
    """How many more there are."""


@dataclass(frozen=True, kw_only=True)
class ProgramSide:
    """One side of the page, and what it can change to."""

    name: str
    """`left` or `right`: the parameter of the address."""
    shown: NamedProgram
    evidence: TraceEvidence | None
    """Why it got its verdict; None for a canonical solution, and before it was executed."""
    run: RunHead | None
    """The run whose samples are offered; None where neither side is of a run."""
    arms: tuple[OfferedArm, ...]
    runs: tuple[tuple[RunHead, str], ...]
    """Other runs that have the problem, and the reference of the same sample of their first arm."""
    solution: str
    """The reference of the canonical solution; empty if the problem has none."""


@dataclass(frozen=True, kw_only=True)
class ProgramsContext:
    """The page `/programs`."""

    sides: tuple[ProgramSide, ProgramSide]
    diff: Diff
    style: DiffStyle
    unfold: int | None
    """The row of the table that asks for the diff alone."""


@router.get("/programs", name="programs")
def programs_page(request: Request) -> Response:
    app_state, query = state_of(request), query_of(request)
    references = [first_value(query, name) for name in ("left", "right")]
    if not all(references):
        raise BadRequest("This page needs two programs, `left` and `right`.", advice=HOW)
    style = first_value(query, "diff")
    with app_state.store.reader() as session:
        left, right = (find_program(session, reference) for reference in references)
        sides = (_side(app_state, session, "left", left, right), _side(app_state, session, "right", right, left))
    context = ProgramsContext(
        sides=sides,
        diff=diff(left.text, right.text, left_note=left.note, right_note=right.note),
        style=DiffStyle(style) if style in set(DiffStyle) else DiffStyle.AUTO,
        unfold=row_id(first_value(query, "unfold")),
    )
    return render(request, "pages/programs.html", context, fragment="fragments/unfolded.html")


@router.get("/programs/{kind}/{program_id}.go", name="program")
def program_page(request: Request, kind: Literal["attempt", "revision"], program_id: RowId) -> Response:
    """A draft or a revision exactly as the model wrote it, as plain text."""
    with state_of(request).store.reader() as session:
        body = program_text(session, kind, program_id).encode("utf-8", "replace")
    return Response(body, media_type="text/plain; charset=utf-8", headers=tagged(request, body))


def _side(
    app_state: AppState, session: Session, name: str, shown: NamedProgram, other: NamedProgram
) -> ProgramSide:
    run = shown.run or (other.run if other.problem_id == shown.problem_id else None)
    others = [one for one in other_runs(session, shown.problem_id) if run is None or one.id != run.id]
    return ProgramSide(
        name=name,
        shown=shown,
        evidence=evidence_of(shown.program, find_statement(session, shown.problem_id)),
        run=run,
        arms=_arms(app_state, session, run, shown.problem_id) if run and run.kind is not RunKind.RERUN else (),
        runs=tuple(
            (one, sample_reference(one.id, shown.problem_id, one.arms[0].name, shown.sample))
            for one in others
            if one.arms
        ),
        solution=solution_reference(shown.problem_id) if has_solution(session, shown.problem_id) else "",
    )


def _arms(app_state: AppState, session: Session, run: RunHead, problem_id: int) -> tuple[OfferedArm, ...]:
    row = app_state.facts(session, run).problem_of(problem_id)
    if row is None:
        return ()
    offered = []
    for arm in run.arms:
        facts = row.arm(arm.id)
        marks = facts.marks if facts else ""
        samples = tuple(
            OfferedSample(
                number=number, reference=sample_reference(run.id, problem_id, arm.name, number), mark=mark
            )
            for number, mark in enumerate(marks[:OFFERED_SAMPLES])
        )
        offered.append(OfferedArm(arm=arm, samples=samples, left_out=max(0, len(marks) - OFFERED_SAMPLES)))
    return tuple(offered)
