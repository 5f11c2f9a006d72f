"""`/runs/{id}/problems/{task}`: one problem of one run, down to the line of Go that failed.

The address holds the whole state: `arm` and `sample` choose what is shown, `round` the revision, `diff` its style,
`space=ignore`, `fold=no` and `tokens=on` how it is shown, `rerun` a re-run in place of the published revision, and
`against` what that is compared with; the rest is the list's filter, which `next` and `previous` follow. Samples count
from 0, as in the store and the CSV.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from markupsafe import Markup

from app.errors import NotFound
from app.queries.labels import Reviewing, find_reviewing, with_labelled
from app.queries.last_reruns import find_last_reruns
from app.queries.problem_detail import (
    ProblemStatement,
    ProgramView,
    find_draft,
    find_revisions,
    find_samples,
    find_statement,
)
from app.queries.problem_filter import ProblemFilter, read_filter
from app.queries.problem_list import Neighbours, ProblemChange, StripRow, change_of, neighbours, strips
from app.queries.problem_states import ArmFacts
from app.queries.reruns import RerunForm, RerunRow, edited_prompt, find_rerun_form, find_reruns
from app.queries.revision_tokens import ShownToken, find_confidence
from app.queries.runs import ArmHead, RunHead, find_run
from app.queries.sample_choice import LeftSide, SampleChoice, choose, chosen_arm
from app.queries.shown_rerun import ShownRerun, find_shown_rerun
from app.queries.twins import TwinView, find_twin
from app.state import AppState, Session, state_of
from app.web.evidence import TraceEvidence, evidence_of, numbered_tests
from app.web.parameters import RowId, query_of
from app.web.rendering.diff import Diff, DiffView, alone, diff
from app.web.rendering.go_code import coloured
from app.web.rendering.hunks import DiffLine, Hunk
from app.web.rendering.text import written_by
from app.web.rendering.token_marks import MarkedToken
from app.web.respond import render
from app.web.reviewer import reviewer_of
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
    """The shown round, or the re-run's revision; None for an arm that does not repair, and for a draft that was not
    repaired."""
    published: ProgramView | None
    """Where a re-run is shown: the run's own last revision of the same draft; None if there is none."""
    left: ProgramView | None
    """What stands on the left of the diff: the draft, or the published revision beside a re-run's."""
    heads: tuple[str, str]
    """What stands on the left and on the right, and who wrote it."""
    evidence: tuple[TraceEvidence | None, TraceEvidence | None]
    """Why draft and revision got their verdicts; None before they were executed."""
    diff: Diff | None
    """Left against the shown revision; None without a revision."""
    underlined: tuple[ShownToken, ...] | None
    """The revision's tokens, where the unlikely ones are underlined; empty where none are kept, None if not asked."""
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
    rerun: ShownRerun | None
    """The re-run that is shown; None: what the run itself holds."""
    rerun_form: RerunForm | None
    """None if nothing can be repaired: no draft, or no base."""
    reviewing: Reviewing | None = None
    """What is thought of the shown programs; None in the parts of the page that are replaced while it is open."""


@router.get("/runs/{run_id}/problems/{address:path}", name="problem")
def problem_page(request: Request, run_id: RowId, address: str) -> Response:
    with state_of(request).store.reader() as session:
        context = problem_context(state_of(request), session, run_id, address, query_of(request))
        who, shown = reviewer_of(request), (context.draft, context.revision)
        reviewing = find_reviewing(session, shown, who.name, is_logged_in=who.is_logged_in)
        context = replace(context, reviewing=reviewing)
    return render(request, "pages/problem.html", context)


def problem_context(
    app_state: AppState, session: Session, run_id: int, address: str, query: Mapping[str, Sequence[str]]
) -> ProblemContext:
    """Everything that the page shows under this address.

    Raises:
        NotFound: there is no such run, or no such problem in it.
    """
    run = find_run(session, run_id)
    facts = app_state.facts(session, run)
    row = facts.problem_at(address)
    if row is None:
        raise NotFound(f"Run {run.id} has no problem “{address}”.", advice="The list of problems shows all.")
    shown = chosen_arm(run, query)
    choice = choose(run, row, find_samples(session, run, row.problem_id, shown) if shown else (), query)
    reruns = find_reruns(session, run.id, row.problem_id)
    rerun = find_shown_rerun(session, reruns, row.problem_id, choice.rerun, choice.rerun_sample)
    choice = _choice_of(choice, rerun)
    programs = _programs(session, run, row.problem_id, choice, rerun)
    shown_revision = programs.revision if choice.underlines_tokens else None
    tokens = find_confidence(session, shown_revision.id) if shown_revision else None
    statement = find_statement(session, row.problem_id)
    twin = find_twin(session, run, facts, row, choice)
    wanted = with_labelled(session, run_id, read_filter(query, [arm.name for arm in run.arms]).filter)
    return ProblemContext(
        run=run,
        problem=statement,
        address=row.address,
        origin=row.origin,
        origin_reason=row.origin_reason,
        filter=wanted,
        near=neighbours(
            run, facts, wanted, find_last_reruns(session, run.id) if wanted.rerun else {}, row.problem_id
        ),
        strips=strips(run, row),
        **_change(row.arm(choice.arm.id) if choice.arm and choice.arm.kind.repairs else None),
        choice=choice,
        **vars(programs),
        heads=_heads(run, choice, programs, rerun),
        evidence=(evidence_of(programs.draft, statement), evidence_of(programs.revision, statement)),
        diff=_diff(programs.left, programs.revision, _view(choice, tokens)),
        underlined=tokens,
        alone=_alone(programs, choice),
        hidden_lines=numbered_tests(statement),
        **_statement_lines(statement, _edited(session, run, choice, rerun)),
        twin=twin,
        twin_prompts=_beside(twin, statement.prompt, twin.prompt) if twin else None,
        twin_programs=_programs_beside(twin, programs.revisions[-1] if programs.revisions else programs.draft),
        reruns=reruns,
        rerun=rerun,
        rerun_form=_rerun_form(session, run, statement, programs.draft, reruns),
    )


@dataclass(frozen=True, kw_only=True)
class _Programs:
    """The fields of the context that hold the shown programs."""

    draft: ProgramView | None
    revisions: tuple[ProgramView, ...]
    revision: ProgramView | None
    published: ProgramView | None
    left: ProgramView | None


def _choice_of(choice: SampleChoice, rerun: ShownRerun | None) -> SampleChoice:
    """A re-run decides which sample is shown; an address that names none shows none."""
    if rerun is None:
        return replace(choice, rerun=None, rerun_sample=None, against=LeftSide.DRAFT)
    return replace(choice, sample=choice.sample if rerun.row.sample is None else rerun.row.sample)


def _programs(
    session: Session, run: RunHead, problem_id: int, choice: SampleChoice, rerun: ShownRerun | None
) -> _Programs:
    if choice.arm is None:
        return _Programs(draft=None, revisions=(), revision=None, published=None, left=None)
    draft = find_draft(session, run, problem_id, choice.arm, choice.sample)
    revisions = find_revisions(session, run, problem_id, choice.arm, choice.sample)
    if rerun is None:
        shown = next((one for one in revisions if one.round == choice.round), revisions[-1] if revisions else None)
        return _Programs(draft=draft, revisions=revisions, revision=shown, published=None, left=draft)
    repairing = _repairing_arm(run, choice)
    held = find_revisions(session, run, problem_id, repairing, choice.sample) if repairing else ()
    published = held[-1] if held else None
    draft = rerun.draft or draft
    left = published if published and choice.against is LeftSide.PUBLISHED else draft
    return _Programs(draft=draft, revisions=(), revision=rerun.revision, published=published, left=left)


def _alone(programs: _Programs, choice: SampleChoice) -> list[Hunk]:
    """The draft, where no revision stands beside it."""
    draft = programs.draft
    return alone(draft.text, draft.note, _view(choice)) if draft and not programs.revision else []


def _heads(run: RunHead, choice: SampleChoice, programs: _Programs, rerun: ShownRerun | None) -> tuple[str, str]:
    repairing = _repairing_arm(run, choice)
    writer = repairing.checkpoint if repairing else ""
    if rerun is None:
        called = programs.revision.called if programs.revision else "revision"
        return written_by("draft", run.base), written_by(called, writer)
    is_draft = programs.left is programs.draft
    left = written_by("draft", run.base) if is_draft else written_by("published revision", writer)
    return left, written_by(rerun.title, rerun.row.critic)


def _repairing_arm(run: RunHead, choice: SampleChoice) -> ArmHead | None:
    """The arm whose revision is the published one: the shown arm, or the run's critic beside the base."""
    return choice.arm if choice.arm and choice.arm.kind.repairs else run.critic_arm


def _edited(session: Session, run: RunHead, choice: SampleChoice, rerun: ShownRerun | None) -> str:
    """The edited prompt of the re-run that is shown; empty if there is none."""
    arm = rerun.run.arms[0] if rerun else choice.arm if run.kind is RunKind.RERUN else None
    return edited_prompt(session, arm.id) if arm else ""


def _change(repaired: ArmFacts | None) -> dict[str, Any]:
    """What the shown arm did to the problem; nothing where it does not repair."""
    fixed, broken = (repaired.fixed, repaired.broken) if repaired else (0, 0)
    return {"change": change_of(repaired), "fixed": fixed, "broken": broken}


def _statement_lines(problem: ProblemStatement, edited: str) -> dict[str, Any]:
    texts = {
        "prompt": problem.prompt,
        "edited": edited,
        "example": problem.example_tests,
        "solution": problem.canonical_solution,
    }
    return {f"{name}_lines": _lines(text) for name, text in texts.items()}


def _lines(source: str | None) -> list[Markup]:
    """The lines of a text that need not be there, as HTML."""
    return coloured(source.strip("\n")) if source else []


def _rerun_form(
    session: Session,
    run: RunHead,
    problem: ProblemStatement,
    draft: ProgramView | None,
    reruns: tuple[RerunRow, ...],
) -> RerunForm | None:
    """Each re-run is offered a seed of its own, so that asking twice writes two revisions."""
    if draft is None or run.kind is RunKind.RERUN:
        return None
    return find_rerun_form(session, run, problem, draft.id, seed=reruns[0].number if reruns else 0)


def _programs_beside(twin: TwinView | None, own: ProgramView | None) -> Diff | None:
    return _beside(twin, own.text, twin.program.text) if twin and twin.program and own else None


def _beside(twin: TwinView, own: str, other: str) -> Diff:
    """The original on the left, whichever of the two the page is about."""
    return diff(own, other) if twin.is_twin else diff(other, own)


def _view(choice: SampleChoice, tokens: tuple[ShownToken, ...] | None = None) -> DiffView:
    marked = tuple(MarkedToken(one.text, one.mark, one.words) for one in tokens or ())
    return DiffView(ignores_space=choice.ignores_space, is_whole=choice.is_whole, right_tokens=marked)


def _diff(left: ProgramView | None, revision: ProgramView | None, view: DiffView) -> Diff | None:
    if left is None or revision is None:
        return None
    return diff(left.text, revision.text, left_note=left.note, right_note=revision.note, view=view)
