"""Live runs: the lists of Overview and Runs (`/live`), and the page of one run (`/runs/{id}/live`).

In: what the page showed when it was drawn, from the stream's address. Out: parts addressed by their own element ids. A
new run is announced, never inserted above what the reader is reading. The page of one run gets its progress panel at
once, its numbers a few seconds after new results, and its whole body when the state changes; the browser changes the
texts in place.
"""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.looks import Drawn
from app.queries.jobs import WorkStatus, read_work
from app.queries.runs import ListedRun, RunHead, count_newer_runs, find_run, listed_runs
from app.state import AppState, state_of
from app.web.live.stream import shared_shell, stream
from app.web.pages.run import RunContext, RunProgress, progress_of, read_run_page
from app.web.pages.runs import WAITS, SummedRun, mark_of_run, summed
from app.web.parameters import RowId, row_id
from app.web.respond import draw

router = APIRouter()
MOST_RUNS = 100
REST_SECONDS, REST_SHARE = 4.0, 20
"""The numbers of a run's page rest for so long, and at least so many times as long as it took to make them."""


@router.get("/live")
def run_list_events(request: Request, marks: str = "", newest: str = "", cards: bool = False) -> Response:
    shown = {run_id: mark for mark in marks.split(",")[:MOST_RUNS] if (run_id := row_id(mark.partition("-")[0]))}
    part = LiveRunList(
        state_of(request),
        run_ids=frozenset(shown),
        newest=int(newest) if newest == "0" else row_id(newest),
        with_verdict=cards,
    )
    return stream(request, part, ShownRuns(marks=frozenset(shown.values())))


@router.get("/runs/{run_id}/live")
def run_events(request: Request, run_id: RowId, state: str = "", revision: int = 0) -> Response:
    app_state = state_of(request)
    with app_state.store.reader() as session:
        find_run(session, run_id)
    return stream(request, LiveRun(app_state, run_id), (state, revision))


@dataclass(frozen=True, kw_only=True)
class ListedRuns:
    """What can be seen of the listed runs and of the work."""

    runs: tuple[ListedRun, ...] = field(compare=False)
    marks: tuple[str, ...]
    """The mark of each run, as `mark_of_run` makes it."""
    work: WorkStatus = field(compare=False)
    work_line: tuple[object, ...]
    """What is said of the work and of newer runs."""
    newer: int


@dataclass(frozen=True, kw_only=True)
class ShownRuns:
    """What a page of runs shows."""

    marks: frozenset[str]
    work_line: tuple[object, ...] = ()

    def known(self, mark: str) -> str:
        """The mark under which it shows a run as `mark` says, or its verdict besides, which another process made; empty
        if it shows the run otherwise."""
        return next((one for one in (mark, mark.removesuffix(WAITS)) if one in self.marks), "")


class LiveRunList:
    """The work line and the runs of pages that list the same runs."""

    seconds = 0.25

    def __init__(
        self, app_state: AppState, *, run_ids: frozenset[int], newest: int | None, with_verdict: bool
    ) -> None:
        """
        Args:
            run_ids: the listed runs.
            newest: the newest run that the page knows; None on older pages of a list, which do not announce newer runs.
            with_verdict: whether it shows cards with a sentence, or rows.
        """
        self._app_state = app_state
        self._run_ids = run_ids
        self._newest = newest
        self._with_verdict = with_verdict
        self.key = ("runs", run_ids, newest, with_verdict)

    def read(self) -> ListedRuns:
        with self._app_state.store.reader() as session:
            runs = listed_runs(session, self._run_ids)
            work = read_work(session)
            newer = count_newer_runs(session, self._newest) if self._newest is not None else 0
        return ListedRuns(
            runs=runs,
            marks=tuple(map(self._mark, runs)),
            work=work,
            work_line=(work.visible_state, newer),
            newer=newer,
        )

    def draw(self, now: ListedRuns, shown: ShownRuns) -> Drawn:
        known = {run.id: shown.known(mark) for run, mark in zip(now.runs, now.marks, strict=True)}
        html = draw(
            self._app_state,
            "macros/live.html",
            "run_list",
            runs=self._summed([run for run in now.runs if not known[run.id]], now.work),
            work=now.work if now.work_line != shown.work_line else None,
            newer=now.newer,
            as_cards=self._with_verdict,
        )
        # Summing may have made a verdict known.
        marks = frozenset(known[run.id] or self._mark(run) for run in now.runs)
        return Drawn(html=html, shown=ShownRuns(marks=marks, work_line=now.work_line))

    def _summed(self, runs: Sequence[ListedRun], work: WorkStatus) -> list[SummedRun]:
        if not runs:
            return []
        with self._app_state.store.reader() as session:
            return [
                summed(self._app_state, session, run, work.job_of(run.id), with_verdict=self._with_verdict)
                for run in runs
            ]

    def _mark(self, run: ListedRun) -> str:
        return mark_of_run(self._app_state, run, with_verdict=self._with_verdict)


@dataclass(frozen=True, kw_only=True)
class FollowedRun:
    """What can be seen of one run."""

    run: RunHead
    progress: RunProgress
    is_due: bool
    """Whether there are results that the last drawn page does not count, and its numbers have rested."""


class LiveRun:
    """The page of one run, for pages that show a state and a revision of it; over once nothing can happen to the run by
    itself."""

    seconds = 0.25

    def __init__(self, app_state: AppState, run_id: int) -> None:
        self._app_state = app_state
        self._shell = shared_shell(app_state)
        self._run_id = run_id
        self.key = ("run", run_id)
        self._making = threading.Lock()
        self._page: RunContext | None = None
        self._rests_until = 0.0

    def read(self) -> FollowedRun:
        with self._app_state.store.reader() as session:
            run = find_run(session, self._run_id)
            progress = progress_of(self._app_state, session, run)
        is_due = self._page is not None and self._has_rested and _looks(run) != _looks(self._page.run)
        return FollowedRun(run=run, progress=progress, is_due=is_due)

    def draw(self, now: FollowedRun, shown: tuple[str, int]) -> Drawn:
        page = self._page_for(now.run, shown)
        if page is None:
            html = draw(self._app_state, "macros/live.html", "progress", now=now.progress)
            is_over = not now.progress.is_under_way and _looks(now.run) == shown
            return Drawn(html=html, shown=shown, is_over=is_over)
        html = draw(self._app_state, "macros/live.html", "run_body", page=page, shell=self._shell)
        return Drawn(html=html, shown=_looks(page.run), is_over=not page.progress.is_under_way)

    @property
    def _has_rested(self) -> bool:
        return time.monotonic() >= self._rests_until

    def _page_for(self, run: RunHead, shown: tuple[str, int]) -> RunContext | None:
        """A page that has what a page showing `shown` lacks: the last one, or a new one if the state is another or the
        numbers have rested. None: there is nothing new, or it has to rest."""
        with self._making:
            latest = _looks(self._page.run) if self._page else shown
            if latest != _looks(run) and (latest[0] != run.state or self._has_rested):
                self._page = self._made()
            return self._page if self._page and _is_news(self._page.run, run, shown) else None

    def _made(self) -> RunContext:
        with self._app_state.store.reader() as session:
            began = time.monotonic()
            page = read_run_page(self._app_state, session, self._run_id)
            ended = time.monotonic()
        self._rests_until = ended + max(REST_SECONDS, REST_SHARE * (ended - began))
        return page


def _is_news(drawn: RunHead, run: RunHead, shown: tuple[str, int]) -> bool:
    """Whether a page that was drawn of a run tells more than one that shows `shown`, which may be the later one."""
    return _looks(drawn) != shown and (_looks(drawn) == _looks(run) or drawn.revision_number > shown[1])


def _looks(run: RunHead) -> tuple[str, int]:
    """What an open page of a run says about itself."""
    return (run.state, run.revision_number)
