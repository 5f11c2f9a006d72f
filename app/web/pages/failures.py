"""`/runs/{id}/failures` and `/failures`: like failures as one row, of one run or of all runs together.

`/failures.csv` takes the query of the page; a run's files are those of the report table `failures`.
"""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from app.addresses import failures_url
from app.queries.runs import RunHead, find_run
from app.reports.failures import FailureArm, FailureFilter, FailureGroup, Failures, FailureSort, chosen
from app.state import state_of
from app.web.failure_files import failure_filter, failures_file
from app.web.parameters import RowId, query_of
from app.web.rendering.spark import Spark, spark
from app.web.respond import render
from models.enums import Verdict

router = APIRouter()
MOST_GROUPS = 200
"""Groups on the page; the files have all."""


@dataclass(frozen=True, kw_only=True)
class GroupRow:
    """One group, laid out."""

    group: FailureGroup
    spark: Spark | None


@dataclass(frozen=True, kw_only=True)
class FailuresContext:
    """The page of failures."""

    run: RunHead | None
    """None: all runs together."""
    runs: int
    older_runs: int
    """Runs that are left out, because the page puts the newest together."""
    arms: tuple[FailureArm, ...]
    filter: FailureFilter
    classes: dict[Verdict, int]
    """Groups of each verdict, whatever the filter."""
    sorts: tuple[FailureSort, ...]
    rows: tuple[GroupRow, ...]
    """The first of those that match."""
    matched: int
    total: int
    programs: int
    """Failed programs in the groups that match."""


@router.get("/runs/{run_id}/failures", name="run_failures")
def run_failures_page(request: Request, run_id: RowId) -> Response:
    app_state = state_of(request)
    with app_state.store.reader() as session:
        run = find_run(session, run_id)
        found = app_state.failures(session, run)
    return _page(request, run, found, 0)


@router.get("/failures", name="failures")
def failures_page(request: Request) -> Response:
    app_state = state_of(request)
    with app_state.store.reader() as session:
        found, older = app_state.all_failures(session)
    return _page(request, None, found, older)


router.add_api_route("/failures.csv", failures_file, name="failures_csv", response_class=Response)


def _page(request: Request, run: RunHead | None, found: Failures, older: int) -> Response:
    wanted = failure_filter(request)
    if any("" in values for values in query_of(request).values()):
        # A form sends its empty fields too; drop them from the address that people share.
        return RedirectResponse(failures_url(run.id if run else None, wanted.query()), status_code=303)
    groups = chosen(found, wanted)
    classes: dict[Verdict, int] = {}
    for group in found.groups:
        classes[group.verdict] = classes.get(group.verdict, 0) + 1
    context = FailuresContext(
        run=run,
        runs=found.runs,
        older_runs=older,
        arms=found.arms,
        filter=wanted,
        classes=dict(sorted(classes.items(), key=lambda one: -one[1])),
        sorts=tuple(FailureSort),
        rows=tuple(
            GroupRow(group=group, spark=spark(group.by_sample, found.samples)) for group in groups[:MOST_GROUPS]
        ),
        matched=len(groups),
        total=len(found.groups),
        programs=sum(group.failed for group in groups),
    )
    return render(request, "pages/failures.html", context)
