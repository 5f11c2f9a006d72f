"""`/`: what happened last, in a sentence and three numbers, what to do next, and the other newest runs.

In: the newest runs. Out: the newest finished run as the finding, the others as cards. In a store with one run a
strip of four steps leads through it. The work under way stands above when there is something to say, else below.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.addresses import problem_url, run_url
from app.queries.guide import find_examples
from app.queries.jobs import WorkStatus, read_work
from app.queries.runs import find_run, list_runs
from app.reports.estimates import Estimated
from app.reports.report import Report
from app.state import AppState, Session, state_of
from app.web.pages.runs import SummedRun, live_address, pinned_first, summed_all
from app.web.respond import render
from models.enums import RunState

router = APIRouter()
NEWEST = 8


@dataclass(frozen=True, kw_only=True)
class Headline:
    """One of the numbers beside the newest finding, with its interval."""

    label: str
    estimate: Estimated
    is_difference: bool
    note: str
    """What keeps it from being the whole truth; empty as a rule."""
    href: str


@dataclass(frozen=True, kw_only=True)
class GuideStep:
    """One step of the strip that leads through a store's first run."""

    title: str
    text: str
    href: str


@dataclass(frozen=True, kw_only=True)
class OverviewContext:
    """The page `/`."""

    finding: SummedRun | None
    """The newest finished run; None if there is none."""
    headlines: tuple[Headline, ...]
    """Its numbers; empty while its report is being computed."""
    steps: tuple[GuideStep, ...]
    """What to do next; empty once the store holds more runs than one."""
    runs: tuple[SummedRun, ...]
    """The other newest runs."""
    more: bool
    """Whether the store holds older runs than these."""
    work: WorkStatus
    live: str
    """The address of the page's event stream."""


@router.get("/", name="overview")
def overview_page(request: Request) -> Response:
    app_state = state_of(request)
    with app_state.store.reader() as session:
        listed = list_runs(session, rows=NEWEST)
        rows = pinned_first(session, listed.rows)
        work = read_work(session)
        runs = summed_all(app_state, session, rows, work, with_verdict=True)
        finished = [one for one in runs if one.run.state is RunState.DONE]
        finding = max(finished, key=lambda one: one.run.id, default=None)
        context = OverviewContext(
            finding=finding,
            headlines=_headlines(app_state, finding) if finding else (),
            steps=_steps(app_state, session, finding) if finding and len(runs) == 1 else (),
            runs=tuple(one for one in runs if one is not finding),
            more=listed.next_before is not None,
            work=work,
            live=live_address(app_state, rows, with_verdict=True),
        )
    return render(request, "pages/overview.html", context)


def _headlines(app_state: AppState, finding: SummedRun) -> tuple[Headline, ...]:
    """What the finding's report says of seen and unseen problems and of its critic, if it is known already."""
    report = app_state.reports_cache.peek(finding.run.id, finding.run.version)
    return tuple(_numbers_of(report)) if report is not None else ()


def _numbers_of(report: Report) -> Iterator[Headline]:
    duel = report.duels[0] if report.duels else None
    arm = duel.arm if duel else report.arms[0].name if report.arms else ""
    gap = next((one for one in report.gaps if one.arm == arm), None)
    page = run_url(report.run.id)
    if gap is not None:
        for label, estimate in (("seen in training", gap.seen), ("unseen", gap.unseen)):
            yield Headline(
                label=f"pass@1 of {arm}, {label}",
                estimate=estimate,
                is_difference=False,
                note="",
                href=f"{page}#gaps",
            )
    if duel is not None:
        result = duel.equal_samples
        yield Headline(
            label=f"{arm} − resampling",
            estimate=result.difference,
            is_difference=True,
            note="Seen and unseen problems differ." if result.differs_by_origin else "",
            href=f"{page}#repair-0",
        )


def _steps(app_state: AppState, session: Session, finding: SummedRun) -> tuple[GuideStep, ...]:
    run = find_run(session, finding.run.id)
    found = find_examples(app_state.facts(session, run))
    by = run.critic_arm.name if run.critic_arm else ""
    recited = "It passes, but it is the canonical solution, written from memory."
    broken = "The draft passed; what the critic made of it does not."
    steps = (
        ("A real fix", "A draft that failed, and the revision that passes.", found.real_fix, ""),
        ("A false fix", recited if found.false_is_recited else broken, found.false_fix, ""),
        ("Press re-run", "Repair a failed draft again while you watch.", found.failure, ""),
    )
    strip = [
        GuideStep(title=title, text=text, href=f"{problem_url(run.id, address, arm=by)}{anchor}")
        for title, text, address, anchor in steps
        if address
    ]
    gap = "How much of the score is memory: problems of the training data beside others."
    strip.insert(2, GuideStep(title="Seen against unseen", text=gap, href=f"{run_url(run.id)}#gaps"))
    return tuple(strip)
