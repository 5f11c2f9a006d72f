"""`/runs/{id}/problems/{task}`: one problem of one run, down to the line of Go that failed.

The address holds the whole state: `arm` and `sample` choose what is shown, `round` the revision, `diff` its style,
`space=ignore` and `fold=no` how it is compared; the rest is the list's filter, which `next` and `previous` follow.
Samples count from 0, as in the store and the CSV.
"""

from dataclasses import dataclass
from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response
from markupsafe import Markup

from app.errors import NotFound
from app.queries.problem_detail import (
    ProblemStatement,
    ProgramView,
    find_draft,
    find_revisions,
    find_samples,
    find_statement,
    program_text,
)
from app.queries.problem_filter import ProblemFilter, read_filter
from app.queries.problem_list import Neighbours, ProblemChange, StripRow, change_of, neighbours, strips
from app.queries.reruns import RerunForm, RerunRow, edited_prompt, find_rerun_form, find_reruns
from app.queries.runs import RunHead, find_run
from app.queries.sample_choice import SampleChoice, choose, chosen_arm
from app.queries.twins import TwinView, find_twin
from app.state import Session, state_of
from app.web.evidence import Evidence, evidence_of, numbered_tests
from app.web.http import tagged
from app.web.parameters import RowId, query_of
from app.web.rendering.diff import Diff, DiffView, alone, diff
from app.web.rendering.go_code import coloured
from app.web.rendering.hunks import DiffLine, Hunk
from app.web.respond import render
from models.enums import Origin, RunKind

router = APIRouter()


@dataclass(frozen=True, kw_only=True)
class ProblemContext:
    """The page of one problem of one run."""

    run: RunHead
    problem: ProblemStatement
    address: str
    """The problem's part of the path."""
    origin: Origin
    """Whether the run's models saw it in training."""
    origin_reason: str
    filter: ProblemFilter
    """The filter of the list that this problem was opened from."""
    near: Neighbours
    """The problem's position in that list."""
    strips: tuple[StripRow, ...]
    change: ProblemChange
    fixed: int
    """How many samples the shown arm fixed, and how many it broke."""
    broken: int
    choice: SampleChoice
    """The shown arm and sample, and the diff style."""
    draft: ProgramView | None
    """None before the sample is drafted."""
    revisions: tuple[ProgramView, ...]
    """Every round of the shown sample."""
    revision: ProgramView | None
    """The shown round; None for an arm that does not repair, and for a draft that was not repaired."""
    evidence: tuple[Evidence | None, Evidence | None]
    """Why draft and revision got their verdicts; None before they were executed."""
    diff: Diff | None
    """Draft against the shown revision; None without a revision."""
    alone: list[Hunk]
    """The draft alone, if there is no revision."""
    prompt_lines: list[Markup]
    edited_lines: list[Markup]
    """The edited prompt that a re-run's critic was shown; empty if the prompt was not edited."""
    example_lines: list[Markup]
    hidden_lines: list[DiffLine]
    """The hidden tests, numbered as their messages number them: after the set-up."""
    solution_lines: list[Markup]
    """The canonical solution; empty if the set has none."""
    twin: TwinView | None
    """Its twin, or the problem whose twin it is; None where the run has neither."""
    twin_prompts: Diff | None
    """The original's prompt against the twin's."""
    twin_programs: Diff | None
    """The final programs of the shown arm and sample, the original's against the twin's."""
    reruns: tuple[RerunRow, ...]
    rerun_form: RerunForm | None
    """None if nothing can be repaired: no draft, or no base."""

    @property
    def is_folded(self) -> bool:
        """Whether any of the code is folded."""
        return any(hunk.is_folded for hunk in (self.diff.hunks if self.diff else self.alone))


@router.get("/runs/{run_id}/problems/{address:path}", name="problem")
def problem_page(request: Request, run_id: RowId, address: str) -> Response:
    app_state = state_of(request)
    query = query_of(request)
    with app_state.store.reader() as session:
        run = find_run(session, run_id)
        facts = app_state.facts(session, run)
        row = facts.problem_at(address)
        if row is None:
            raise NotFound(f"Run {run.id} has no problem “{address}”.", advice="The list of problems shows all.")
        shown = chosen_arm(run, query)
        choice = choose(run, row, find_samples(session, run, row.problem_id, shown) if shown else (), query)
        draft, revisions = _programs(session, run, row.problem_id, choice)
        statement = find_statement(session, row.problem_id)
        reruns, form = find_reruns(session, run.id, row.problem_id), _rerun_form(session, run, statement, draft)
        twin = find_twin(session, run, facts, row, choice)
        edited = edited_prompt(session, choice.arm.id) if choice.arm and run.kind is RunKind.RERUN else ""
    wanted = read_filter(query, [arm.name for arm in run.arms]).filter
    revision = next((one for one in revisions if one.round == choice.round), revisions[-1] if revisions else None)
    repaired = row.arm(choice.arm.id) if choice.arm and choice.arm.kind.repairs else None
    context = ProblemContext(
        run=run,
        problem=statement,
        address=row.address,
        origin=row.origin,
        origin_reason=row.origin_reason,
        filter=wanted,
        near=neighbours(run, facts, wanted, row.problem_id),
        strips=strips(run, row),
        change=change_of(repaired),
        fixed=repaired.fixed if repaired else 0,
        broken=repaired.broken if repaired else 0,
        choice=choice,
        draft=draft,
        revisions=revisions,
        revision=revision,
        evidence=(evidence_of(draft, statement), evidence_of(revision, statement)),
        diff=_diff(draft, revision, _view(choice)),
        alone=alone(draft.text, draft.note, _view(choice)) if draft and not revision else [],
        prompt_lines=_lines(statement.prompt),
        edited_lines=_lines(edited),
        example_lines=_lines(statement.example_tests),
        hidden_lines=numbered_tests(statement),
        solution_lines=_lines(statement.canonical_solution),
        twin=twin,
        twin_prompts=_beside(twin, statement.prompt, twin.prompt) if twin else None,
        twin_programs=_programs_beside(twin, revisions[-1] if revisions else draft),
        reruns=reruns,
        rerun_form=form,
    )
    return render(request, "pages/problem.html", context)


@router.get("/programs/{kind}/{program_id}.go", name="program")
def program_page(request: Request, kind: Literal["attempt", "revision"], program_id: RowId) -> Response:
    """A draft or a revision exactly as the model wrote it, as plain text."""
    with state_of(request).store.reader() as session:
        body = program_text(session, kind, program_id).encode("utf-8", "replace")
    return Response(body, media_type="text/plain; charset=utf-8", headers=tagged(request, body))


def _lines(source: str | None) -> list[Markup]:
    """The lines of a text that need not be there, as HTML."""
    return coloured(source.strip("\n")) if source else []


def _rerun_form(
    session: Session, run: RunHead, problem: ProblemStatement, draft: ProgramView | None
) -> RerunForm | None:
    if draft is None or run.kind is RunKind.RERUN:
        return None
    return find_rerun_form(session, run, problem, draft.id)


def _programs(
    session: Session, run: RunHead, problem_id: int, choice: SampleChoice
) -> tuple[ProgramView | None, tuple[ProgramView, ...]]:
    """The draft of the chosen sample, and every round of its repair."""
    if choice.arm is None:
        return None, ()
    draft = find_draft(session, run, problem_id, choice.arm, choice.sample)
    return draft, find_revisions(session, run, problem_id, choice.arm, choice.sample)


def _programs_beside(twin: TwinView | None, own: ProgramView | None) -> Diff | None:
    if twin is None or twin.program is None or own is None:
        return None
    return _beside(twin, own.text, twin.program.text)


def _beside(twin: TwinView, own: str, other: str) -> Diff:
    """The original on the left, whichever of the two the page is about."""
    return diff(own, other) if twin.is_twin else diff(other, own)


def _view(choice: SampleChoice) -> DiffView:
    return DiffView(ignores_space=choice.ignores_space, is_whole=choice.is_whole)


def _diff(draft: ProgramView | None, revision: ProgramView | None, view: DiffView) -> Diff | None:
    if draft is None or revision is None:
        return None
    return diff(draft.text, revision.text, left_note=draft.note, right_note=revision.note, view=view)
