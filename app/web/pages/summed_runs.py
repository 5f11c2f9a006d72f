"""A listed run with its sums and its sentence, as Overview and Runs both show it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.queries.jobs import JobLine
from app.queries.run_sums import RunSums
from app.queries.runs import ListedRun
from app.runs.steering import ACTIVE
from app.state import AppState


@dataclass(frozen=True, kw_only=True)
class SummedRun:
    """One run of a list."""

    run: ListedRun
    sums: RunSums
    done_problems: int
    """Problems that every arm has results for."""
    job: JobLine | None
    """The unfinished job that does it; None where nothing is under way."""
    verdict: str
    """The run in a sentence; empty where it was not asked for, or is not known yet."""


def summed(
    app_state: AppState, session: Session, run: ListedRun, job: JobLine | None, *, with_verdict: bool
) -> SummedRun:
    """A run that goes on has no verdict: who looks at a test until it says something is misled by it."""
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
    """What changes whenever the run looks different in a list: revision, state, and whether its sentence is known."""
    waits = with_verdict and run.state not in ACTIVE
    known = not waits or app_state.kept_reports.peek(run.id, run.version) is not None
    return f"{run.id}-{run.revision_number}-{run.state}{'' if known else '-waits'}"


def live_address(
    app_state: AppState, runs: Sequence[ListedRun], *, with_verdict: bool, is_newest: bool = True
) -> str:
    """Where a list of these runs hears what happens to them, and of newer ones where it begins with the newest."""
    marks = ",".join(mark_of_run(app_state, run, with_verdict=with_verdict) for run in runs)
    newest = f"&newest={runs[0].id if runs else 0}" if is_newest else ""
    return f"/live?marks={marks}{newest}{'&cards=1' if with_verdict else ''}"
