"""`/runs/{id}/problems`: the problem list of one run, filtered, sorted and paged by the address alone."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from app.addresses import problems_url
from app.errors import BadRequest
from app.queries.labels import run_labels, with_labelled
from app.queries.last_reruns import RerunState, find_last_reruns
from app.queries.problem_filter import ProblemFilter, Sort, read_filter
from app.queries.problem_list import ProblemPage, problem_page, repair_arm_id
from app.queries.problem_states import PAIRED_STATES, ProblemState
from app.queries.reruns import RepairForm, find_repair_form
from app.queries.runs import RunHead, find_run
from app.state import state_of
from app.web.parameters import RowId, query_of, row_id
from app.web.respond import render, wants_fragment
from models.enums import Origin, RunKind, Verdict

router = APIRouter()


@dataclass(frozen=True, kw_only=True)
class ProblemsContext:
    """The problem list of one run."""

    run: RunHead
    filter: ProblemFilter
    errors: dict[str, str]
    """The fields of the filter that cannot be read, with the reason; the rest is applied."""
    state_counts: dict[ProblemState, int]
    """For each state that can be chosen, how many problems of the run have it, whatever the filter."""
    class_counts: dict[Verdict, int]
    """The same for the verdicts of the base's drafts."""
    origin_counts: dict[Origin, int]
    """How many problems of the run are of each origin."""
    label_counts: dict[str, int]
    """How many problems of the run have each label."""
    reruns: tuple[RerunState, ...]
    """How the last re-run can have ended; empty in a run without re-runs."""
    sorts: tuple[Sort, ...]
    repairing: tuple[str, ...]
    """The arms whose changes can be listed."""
    by: str
    """The arm whose changes are listed; empty in a run without repairing arms."""
    page: ProblemPage
    rerun_form: RepairForm | None
    """None if nothing can be repaired again: the run has no base, or is a re-run itself."""


@router.get("/runs/{run_id}/problems", name="problems")
def problems_page(request: Request, run_id: RowId) -> Response:
    app_state = state_of(request)
    query = query_of(request)
    with app_state.store.reader() as session:
        run = find_run(session, run_id)
        facts, reruns = app_state.facts(session, run), find_last_reruns(session, run.id)
        form = find_repair_form(session, run) if run.kind is not RunKind.RERUN else None
        read = read_filter(query, [arm.name for arm in run.arms])
        wanted, labels = with_labelled(session, run_id, read.filter), run_labels(session, run_id)
    if read.errors and wants_fragment(request):
        # A list under half of the filter would contradict the fields above it, so the list stays unchanged.
        raise BadRequest(" ".join(read.errors.values()), advice="The list stays as it was.")
    after = row_id(query.get("after", [""])[0])
    address = problems_url(run_id, read.filter.query(), after=after)
    if not wants_fragment(request) and not read.errors and any("" in values for values in query.values()):
        # A form sends its empty fields too; drop them from the address that people share.
        return RedirectResponse(address, status_code=303)
    context = ProblemsContext(
        run=run,
        filter=read.filter,
        errors=read.errors,
        state_counts=_offered(facts.state_counts(repair_arm_id(run, read.filter)), read.filter),
        class_counts={verdict: n for verdict, n in facts.draft_classes.items() if verdict is not Verdict.PASSED},
        origin_counts=facts.origin_counts,
        reruns=tuple(RerunState) if reruns or read.filter.rerun else (),
        sorts=tuple(Sort),
        repairing=tuple(arm.name for arm in run.arms if arm.kind.repairs),
        by=read.filter.by or (run.critic_arm.name if run.critic_arm else ""),
        label_counts=labels,
        page=problem_page(run, facts, wanted, reruns, after),
        rerun_form=form,
    )
    return render(
        request,
        "pages/problems.html",
        context,
        fragment="fragments/problem_table.html",
        status=400 if read.errors else 200,
        headers={"HX-Push-Url": address} if wants_fragment(request) else None,
    )


def _offered(counts: dict[ProblemState, int], wanted: ProblemFilter) -> dict[ProblemState, int]:
    """Without the cells of the 2×2 table, which only the run's page links to, unless one is chosen."""
    return {
        state: number
        for state, number in counts.items()
        if state in wanted.states or (number and state not in PAIRED_STATES)
    }
