"""`/runs/{id}`: what repair did in one run and whether it is real; every number links to its problems.

In: the run's report. Out: one context for the whole page; `RunProgress` is the part that is live while the run is
active.
"""

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from app.addresses import problem_url, problems_url
from app.queries.jobs import UnfinishedJob, read_work
from app.queries.last_reruns import RerunState
from app.queries.origins import UnknownReads, unknown_reads
from app.queries.overlaps import RunOverlap, read_run_overlap
from app.queries.run_sums import RunSums
from app.queries.runs import RunHead, find_run
from app.reporting import StoredInputs
from app.reports.equal_tokens import EqualTokens
from app.reports.estimates import Estimate
from app.reports.paired import PairedResult
from app.reports.report import ArmReport, CriticVsResampling, RepairReport, Report
from app.reports.tables import report_tables
from app.reports.tables.table import Cell, Column, Question, ReportTable, Section, TableInputs
from app.reports.verdict import budget_in_words
from app.state import AppState, Session, state_of
from app.web.parameters import RowId
from app.web.rendering.plot import Plot, PlotPoint, PlotSeries, draw
from app.web.rendering.repair_charts import Matrix, WaterfallBar, matrix, waterfall
from app.web.rendering.text import THIN_SPACE, count, percent
from app.web.respond import render
from models.arm_kinds import ArmKind
from models.enums import RunKind, RunState

router = APIRouter()
UNDER_WAY = (RunState.QUEUED, RunState.RUNNING, RunState.PAUSED)
"""More results may still come without anybody starting the run again."""
LAST_LINEAR = 20
"""A plot of pass@k whose largest k is no larger has a linear axis: the few ks stand apart."""
MOST_ROWS = 100
"""Rows that a section shows; the file has all of them."""


@dataclass(frozen=True, kw_only=True)
class RunProgress:
    """How far a run is and who works on it."""

    run_id: int
    state: RunState
    job: UnfinishedJob | None
    """None before the run was started and once it is over."""
    workers_alive: int
    last_seen: datetime | None
    """The last heartbeat of any worker, if none is alive."""
    sums: RunSums
    """The results so far."""

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY


@dataclass(frozen=True, kw_only=True)
class RepairView:
    """One repairing arm, laid out."""

    anchor: str
    """The section's id on the page."""
    is_open: bool
    """True for the run's critic; the other arms start folded."""
    report: RepairReport
    pair: PairedResult
    """The arm against the base, problem by problem."""
    duel: CriticVsResampling | None
    """The arm against resampling; None for resampling itself."""
    rival_fixed_on: int
    """Problems that a list of the rival's fixes shows; 0 where the run has no such arm."""
    budget: str
    """What resampling was given, in words; empty without a duel."""
    bars: tuple[WaterfallBar, ...]
    matrix: Matrix
    tokens_plot: Plot | None


@dataclass(frozen=True, kw_only=True)
class TableView:
    """One table of the run's page."""

    name: str
    """In the address of its file."""
    title: str
    description: str
    question: Question
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    """The first rows of a generic section; empty for tables that are shown in another way, or not at all."""
    row_count: int


@dataclass(frozen=True, kw_only=True)
class RunContext:
    """The page of one run."""

    run: RunHead
    report: Report
    shows_results: bool
    """False before the first verdict: tables of zeros would look like results."""
    progress: RunProgress
    repairs: tuple[RepairView, ...]
    """Critics first, resampling last."""
    widest: ArmReport | None
    """The arm with the most samples, whose k are the table's rows; None in a run without arms."""
    plot: Plot | None
    """pass@k; None before any sample is scored."""
    unknown_reads: tuple[UnknownReads, ...]
    """Checkpoints of which the page asks what they read."""
    overlap: RunOverlap | None
    """Problems that its checkpoints saw nearly word for word; None where none is known."""
    tables: tuple[TableView, ...]
    """Every registered report table: a link to its file, and its rows if the page has no layout of its own for it."""
    files: tuple[tuple[str, tuple[TableView, ...]], ...]
    """The same tables by the question that they answer, for one compact list of files."""


@router.get("/runs/{run_id}", name="run")
def run_page(request: Request, run_id: RowId) -> Response:
    """The run. A re-run is shown at its problem; one of many problems in the list of the run that it belongs to."""
    app_state = state_of(request)
    with app_state.store.reader() as session:
        run = find_run(session, run_id)
        if run.kind is RunKind.RERUN and (rows := app_state.facts(session, run).problems):
            own = problem_url(run.id, rows[0].address)
            many = problems_url(run.parent_id or run.id, last_rerun=RerunState.ANY)
            return RedirectResponse(own if len(rows) == 1 else many, status_code=303)
        context = read_run_page(app_state, session, run_id)
    return render(request, "pages/run.html", context)


def read_run_page(app_state: AppState, session: Session, run_id: int) -> RunContext:
    """The page's context.

    Raises:
        NotFound: there is no such run.
    """
    run = find_run(session, run_id)
    report = app_state.report(session, run)
    inputs = StoredInputs(session=session, run_id=run_id, make_report=lambda: report)
    critic = run.critic_arm.name if run.critic_arm else ""
    views = sorted(
        (_view(report, one, f"repair-{place}", critic) for place, one in enumerate(report.repairs)),
        key=lambda view: not view.report.kind.reads_draft,
    )
    tables = tuple(table_view(table, inputs) for table in report_tables())
    return RunContext(
        run=run,
        report=report,
        shows_results=any(arm.scored or arm.unscored for arm in report.arms),
        progress=progress_of(app_state, session, run),
        repairs=tuple(views),
        widest=max(report.arms, key=lambda arm: len(arm.pass_at_k), default=None),
        plot=_pass_at_k_plot(report),
        unknown_reads=unknown_reads(session, run_id),
        overlap=read_run_overlap(session, run_id),
        tables=tables,
        files=_by_question(tables),
    )


def _by_question(tables: tuple[TableView, ...]) -> tuple[tuple[str, tuple[TableView, ...]], ...]:
    groups = [(question.value, tuple(one for one in tables if one.question is question)) for question in Question]
    return tuple(group for group in groups if group[1])


def progress_of(app_state: AppState, session: Session, run: RunHead) -> RunProgress:
    work = read_work(session)
    return RunProgress(
        run_id=run.id,
        state=run.state,
        job=work.job_of(run.id),
        workers_alive=work.workers_alive,
        last_seen=None if work.workers_alive else work.last_seen,
        sums=app_state.sums(session, run),
    )


def _view(report: Report, repair: RepairReport, anchor: str, critic: str) -> RepairView:
    base = next(arm for arm in report.arms if arm.kind == ArmKind.BASE)
    duel = next((one for one in report.duels if one.arm == repair.arm), None)
    rival = duel.equal_samples.rival if duel else ""
    return RepairView(
        anchor=anchor,
        is_open=repair.arm == critic,
        report=repair,
        pair=next(pair for pair in report.pairs if pair.right == repair.arm),
        duel=duel,
        rival_fixed_on=next((one.repairs.repaired_problems for one in report.repairs if one.arm == rival), 0),
        budget=budget_in_words(report.run, duel.equal_samples) if duel else "",
        bars=waterfall(base.rules[0], repair.step, repair.arm),
        matrix=matrix(repair.repairs.transitions),
        tokens_plot=_pass_at_t_plot(duel.equal_tokens, base) if duel else None,
    )


def table_view(table: ReportTable, inputs: TableInputs) -> TableView:
    """The table for the page; its rows are made only for a generic section."""
    is_generic = table.section is Section.GENERIC
    rows = [tuple(map(_text, row)) for row in table.rows(inputs)] if is_generic else []
    return TableView(
        name=table.name,
        title=table.title,
        description=table.description,
        question=table.question,
        columns=table.columns_of(inputs) if is_generic else (),
        rows=tuple(rows[:MOST_ROWS]),
        row_count=len(rows),
    )


def _text(cell: Cell) -> str:
    if cell is None or cell == "":
        return "–"
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int):
        return count(cell)
    return f"{cell:.4g}" if isinstance(cell, float) else str(cell)


def _pass_at_k_plot(report: Report) -> Plot | None:
    """One line an arm, with the interval of each k as its error bar."""
    ks = sorted({one.k for arm in report.arms for one in arm.pass_at_k})
    series = [_arm_series(arm) for arm in report.arms]
    ticks = [float(k) for k in ks]
    title = "pass@k by arm, with 95% intervals"
    linear = max(ks, default=1) <= LAST_LINEAR
    return draw(title, "k (samples per problem)", series, y_label="pass@k", x_ticks=ticks, linear=linear)


def _arm_series(arm: ArmReport) -> PlotSeries:
    points = []
    for one in arm.pass_at_k:
        if not isinstance(one.estimate, Estimate):
            continue
        interval = one.estimate.interval
        words = f" ({percent(interval.low)} to {percent(interval.high)})" if interval else ""
        points.append(
            PlotPoint(
                x=float(one.k),
                y=one.estimate.value,
                low=interval.low if interval else None,
                high=interval.high if interval else None,
                title=f"{arm.name}: {arm.rate_name.replace('@k', f'@{one.k}')} {percent(one.estimate.value)}{words}",
            )
        )
    return PlotSeries(name=arm.name, kind=arm.kind.css_class, points=tuple(points))


def _pass_at_t_plot(curves: EqualTokens, base: ArmReport) -> Plot | None:
    """The critic and resampling at equal budgets of new tokens, and what the base's first draft reaches."""
    critic = [(point.tokens, point.critic) for point in curves.points]
    resampling = [(point.tokens, point.resampling) for point in curves.points]
    budgets = [point.tokens for point in curves.points]
    level = next(
        (at.estimate.value for at in base.pass_at_k if at.k == 1 and isinstance(at.estimate, Estimate)), None
    )
    first = () if level is None else tuple(PlotPoint(x=float(x), y=level) for x in budgets[:1] + budgets[-1:])
    sides = (
        PlotSeries(name=f"{base.name}, one draft", kind=base.kind.css_class, points=first, is_level=True),
        _token_series(curves.critic, ArmKind.CRITIC, critic),
        _token_series(curves.resampling, ArmKind.RESAMPLE, resampling),
    )
    title = "Share of problems solved within a budget of new tokens"
    return draw(title, "new tokens per problem (log scale)", sides, y_label="pass@t")


def _token_series(name: str, kind: ArmKind, points: list[tuple[int, float]]) -> PlotSeries:
    def point(tokens: int, share: float) -> PlotPoint:
        title = f"{name}: {percent(share)} within {count(tokens)}{THIN_SPACE}tokens"
        return PlotPoint(x=float(tokens), y=share, title=title)

    return PlotSeries(name=name, kind=kind.css_class, points=tuple(point(*one) for one in points))
