"""`/runs`: every run as a row, the pinned ones first, then the newest, with the work under way.

`SummedRun` is a run as this page and the overview list it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.actions.runs import ACTIVE, LONGEST_TAG
from app.queries.jobs import UnfinishedJob, WorkStatus, read_work
from app.queries.run_sums import RunSums
from app.queries.runs import ListedRun, list_pinned, list_runs
from app.state import AppState, Session, state_of
from app.web.parameters import row_id
from app.web.respond import render

router = APIRouter()
WAITS = "-waits"
"""Ends the mark of a run whose verdict is not known yet."""


@dataclass(frozen=True, kw_only=True)
class SummedRun:
    """One run of a list with its sums."""

    run: ListedRun
    sums: RunSums
    done_problems: int
    """Problems that every arm has results for."""
    job: UnfinishedJob | None
    """The unfinished job that works on it; None if there is none."""
    verdict: str
    """The run in a sentence; empty if it was not asked for or is not known yet."""


@dataclass(frozen=True, kw_only=True)
class RunsContext:
    """The page `/runs`."""

    runs: tuple[SummedRun, ...]
    tag: str
    """Only runs with this tag are listed; empty for all."""
    before: int | None
    """This page lists runs with a smaller id; None on the first page."""
    next_before: int | None
    """`before` of the next page; None on the last page."""
    work: WorkStatus
    live: str
    """The address of the page's event stream."""


@router.get("/runs", name="runs")
def runs_page(request: Request) -> Response:
    app_state = state_of(request)
    before, tag = (
        row_id(request.query_params.get("before", "")),
        request.query_params.get("tag", "").strip()[:LONGEST_TAG],
    )
    with app_state.store.reader() as session:
        listed = list_runs(session, before=before, tag=tag)
        rows = pinned_first(session, listed.rows) if before is None and not tag else listed.rows
        work = read_work(session)
        context = RunsContext(
            runs=summed_all(app_state, session, rows, work, with_verdict=False),
            tag=tag,
            before=before,
            next_before=listed.next_before,
            work=work,
            live=live_address(app_state, rows, with_verdict=False, is_newest=before is None and not tag),
        )
    return render(request, "pages/runs.html", context)


def summed(
    app_state: AppState, session: Session, run: ListedRun, job: UnfinishedJob | None, *, with_verdict: bool
) -> SummedRun:
    """An unfinished run gets no verdict: stopping at the first significant test is misleading."""
    sums = app_state.sums(session, run)
    samples = sum(arm.n for arm in sums.arms)
    asked = with_verdict and run.state not in ACTIVE
    return SummedRun(
        run=run,
        sums=sums,
        done_problems=min((arm.problems for arm in sums.arms), default=0),
        job=job,
        verdict=app_state.verdict(session, run, samples) if asked else "",
    )


def mark_of_run(app_state: AppState, run: ListedRun, *, with_verdict: bool) -> str:
    """Differs whenever the run looks different in a list: revision, state, and whether its verdict is known."""
    awaits_verdict = with_verdict and run.state not in ACTIVE
    is_known = not awaits_verdict or app_state.reports_cache.peek(run.id, run.version) is not None
    return f"{run.id}-{run.revision_number}-{run.state}{'' if is_known else WAITS}"


def pinned_first(session: Session, runs: Sequence[ListedRun]) -> tuple[ListedRun, ...]:
    """The newest runs, with the pinned ones above them, old or new."""
    pinned = list_pinned(session)
    return (*pinned, *(run for run in runs if not run.pinned))


def summed_all(
    app_state: AppState, session: Session, runs: Sequence[ListedRun], work: WorkStatus, *, with_verdict: bool
) -> tuple[SummedRun, ...]:
    return tuple(summed(app_state, session, run, work.job_of(run.id), with_verdict=with_verdict) for run in runs)


def live_address(
    app_state: AppState, runs: Sequence[ListedRun], *, with_verdict: bool, is_newest: bool = True
) -> str:
    """The stream of a list of these runs; only a list that begins with the newest run announces newer ones."""
    marks = ",".join(mark_of_run(app_state, run, with_verdict=with_verdict) for run in runs)
    newest = f"&newest={max((run.id for run in runs), default=0)}" if is_newest else ""
    return f"/live?marks={marks}{newest}{'&cards=1' if with_verdict else ''}"
