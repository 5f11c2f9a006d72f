"""Live runs: the lists of Overview and Runs (`/live`), and the page of one run (`/runs/{id}/live`).

In: what the page showed when it was drawn, from the stream's address. Out: parts addressed by their own element ids. A
new run is announced, never inserted above what the reader is reading. The page of one run gets its progress panel at
once, its numbers a few seconds after new results, and its whole body when the state changes; the browser changes the
texts in place.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.queries.jobs import WorkStatus, read_work
from app.queries.runs import ListedRun, RunHead, count_newer_runs, find_run, listed_runs
from app.state import AppState, state_of
from app.web.live.stream import Drawn, stream
from app.web.pages.run import RunProgress, progress_of, read_run_page
from app.web.pages.runs import SummedRun, mark_of_run, summed
from app.web.parameters import RowId, row_id
from app.web.respond import draw, shell_of

router = APIRouter()
MOST_RUNS = 100
REST_SECONDS, REST_SHARE = 4.0, 20
"""The numbers of a run's page rest for so long, and at least so many times as long as it took to make them."""


@router.get("/live")
def run_list_events(request: Request, marks: str = "", newest: str = "", cards: bool = False) -> Response:
    app_state = state_of(request)
    return stream(LiveRunList(app_state, shown_runs(marks, newest, with_verdict=cards)), app_state)


@router.get("/runs/{run_id}/live")
def run_events(request: Request, run_id: RowId, state: str = "", revision: int = 0) -> Response:
    app_state = state_of(request)
    with app_state.store.reader() as session:
        find_run(session, run_id)
    return stream(LiveRun(request, app_state, run_id, state=state, revision=revision), app_state)


@dataclass(frozen=True, kw_only=True)
class ShownRuns:
    """What an open page said about itself when it opened the stream."""

    marks: dict[int, str]
    """The mark of each run that it lists, as `mark_of_run` makes it."""
    newest: int | None
    """The newest run it knows; None on older pages of a list, which do not announce newer runs."""
    with_verdict: bool
    """Whether it shows cards with a sentence, or rows."""


def shown_runs(marks: str, newest: str, *, with_verdict: bool) -> ShownRuns:
    """Read the stream's address; anything unreadable is left out."""
    pairs = ((row_id(mark.partition("-")[0]), mark) for mark in marks.split(",")[:MOST_RUNS])
    return ShownRuns(
        marks={run_id: mark for run_id, mark in pairs if run_id is not None},
        newest=int(newest) if newest == "0" else row_id(newest),
        with_verdict=with_verdict,
    )


class LiveRunList:
    """The work line and the listed runs of one open page."""

    seconds = 0.25

    def __init__(self, app_state: AppState, page: ShownRuns) -> None:
        self._app_state = app_state
        self._page = page
        self._sent_marks = dict(page.marks)
        self._sent_work: object = None

    def poll(self) -> object:
        page = self._page
        with self._app_state.store.reader() as session:
            self._runs = listed_runs(session, page.marks)
            self._work = read_work(session)
            self._newer = count_newer_runs(session, page.newest) if page.newest is not None else 0
        self._marks = [mark_of_run(self._app_state, run, with_verdict=page.with_verdict) for run in self._runs]
        return (self._work.visible_state, self._newer, self._marks)

    def draw(self) -> Drawn:
        work = (self._work.visible_state, self._newer)
        html = draw(
            self._app_state,
            "macros/live.html",
            "run_list",
            runs=self._changed(self._runs, self._marks, self._work),
            work=self._work if work != self._sent_work else None,
            newer=self._newer,
            as_cards=self._page.with_verdict,
        )
        self._sent_work = work
        return Drawn(html=html)

    def _changed(self, runs: Sequence[ListedRun], marks: Sequence[str], work: WorkStatus) -> list[SummedRun]:
        """The runs that look different from what the page was last sent."""
        found = []
        with_verdict = self._page.with_verdict
        with self._app_state.store.reader() as session:
            for run, mark in zip(runs, marks, strict=True):
                if self._sent_marks.get(run.id) != mark:
                    job = work.job_of(run.id)
                    found.append(summed(self._app_state, session, run, job, with_verdict=with_verdict))
                    # Summing may have made the verdict known.
                    self._sent_marks[run.id] = mark_of_run(self._app_state, run, with_verdict=with_verdict)
        return found


class LiveRun:
    """One open page of one run; over once nothing can happen to the run by itself."""

    seconds = 0.25

    def __init__(self, request: Request, app_state: AppState, run_id: int, *, state: str, revision: int) -> None:
        """`state` and `revision`: the run's when the page was drawn."""
        self._app_state = app_state
        self._shell = shell_of(request, app_state)
        self._run_id = run_id
        self._state = state
        self._revision = revision
        self._rests_until = 0.0

    def poll(self) -> object:
        run, progress = self._read()
        return (progress, run.error, self._is_due(run))

    def draw(self) -> Drawn:
        run, progress = self._read()
        if run.state == self._state and not self._is_due(run):
            return Drawn(html=draw(self._app_state, "macros/live.html", "progress", now=progress))
        with self._app_state.store.reader() as session:
            began = time.monotonic()
            page = read_run_page(self._app_state, session, self._run_id)
            now = time.monotonic()
        self._rests_until = now + max(REST_SECONDS, REST_SHARE * (now - began))
        self._state, self._revision = page.run.state, page.run.revision_number
        html = draw(self._app_state, "macros/live.html", "run_body", page=page, shell=self._shell)
        return Drawn(html=html, is_over=not page.progress.is_under_way)

    def _is_due(self, run: RunHead) -> bool:
        """Whether there are results that the page's numbers do not count, and the numbers have rested."""
        return run.revision_number != self._revision and time.monotonic() >= self._rests_until

    def _read(self) -> tuple[RunHead, RunProgress]:
        with self._app_state.store.reader() as session:
            run = find_run(session, self._run_id)
            return run, progress_of(self._app_state, session, run)
