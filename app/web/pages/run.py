"""`/runs/{id}`: what repair did in one run, and whether that is real; each number leads to the problems behind it."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from app.queries.runs import RunHead, find_run
from app.reports.paired import PairedResult
from app.reports.report import ArmReport, CriticVsResampling, RepairReport, Report
from app.state import AppState, state_of
from app.web.pages.respond import render
from app.web.pages.row_id import RowId
from app.web.pages.run_plots import pass_at_k_plot, pass_at_t_plot
from app.web.pages.run_progress import RunProgress, progress_of
from app.web.rendering.addresses import problem_url
from app.web.rendering.matrix import Matrix, matrix
from app.web.rendering.plot import Plot
from app.web.rendering.waterfall import Bar, waterfall
from models.enums import ArmKind, RunKind

router = APIRouter()


@dataclass(frozen=True, kw_only=True)
class RepairView:
    """One repairing arm, laid out."""

    anchor: str
    """The section's id on the page."""
    is_open: bool
    """The run's critic; the others are shut until asked for."""
    report: RepairReport
    pair: PairedResult
    """The arm against the base, problem by problem."""
    duel: CriticVsResampling | None
    """The arm against resampling; None for resampling itself."""
    bars: tuple[Bar, ...]
    matrix: Matrix
    tokens_plot: Plot | None


@dataclass(frozen=True, kw_only=True)
class RunContext:
    """The page of one run."""

    run: RunHead
    report: Report
    progress: RunProgress
    repairs: tuple[RepairView, ...]
    """Critics first; resampling last."""
    widest: ArmReport | None
    """The arm with most samples, whose k are the rows of the table; None in a run without arms."""
    plot: Plot | None
    """pass@k; None before there are scored samples."""


@router.get("/runs/{run_id}", name="run")
def run_page(request: Request, run_id: RowId) -> Response:
    """The run; a re-run is one problem, and its statistics would say nothing: it leads to that problem."""
    app_state = state_of(request)
    with app_state.store.reader() as session:
        run = find_run(session, run_id)
        if run.kind is RunKind.RERUN and (rows := app_state.facts(session, run).problems):
            return RedirectResponse(problem_url(run.id, rows[0].address), status_code=303)
        context = read_run_page(app_state, session, run_id)
    return render(request, "pages/run.html", context)


def read_run_page(app_state: AppState, session: Session, run_id: int) -> RunContext:
    """The page's context.

    Raises:
        NotFound: there is no such run.
    """
    run = find_run(session, run_id)
    report = app_state.report(session, run)
    critic = run.critic_arm.name if run.critic_arm else ""
    views = sorted(
        (_view(report, one, f"repair-{place}", critic) for place, one in enumerate(report.repairs)),
        key=lambda view: view.report.kind is ArmKind.RESAMPLE,
    )
    return RunContext(
        run=run,
        report=report,
        progress=progress_of(app_state, session, run, run.revision_number),
        repairs=tuple(views),
        widest=max(report.arms, key=lambda arm: len(arm.pass_at_k), default=None),
        plot=pass_at_k_plot(report),
    )


def _view(report: Report, repair: RepairReport, anchor: str, critic: str) -> RepairView:
    base = next(arm for arm in report.arms if arm.kind is ArmKind.BASE)
    duel = next((one for one in report.duels if one.arm == repair.arm), None)
    return RepairView(
        anchor=anchor,
        is_open=repair.arm == critic,
        report=repair,
        pair=next(pair for pair in report.pairs if pair.right == repair.arm),
        duel=duel,
        bars=waterfall(base.rules[0], repair.step, repair.arm),
        matrix=matrix(repair.repairs.transitions),
        tokens_plot=pass_at_t_plot(duel.equal_tokens) if duel else None,
    )
