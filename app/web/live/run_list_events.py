"""The live parts of Overview and Runs: work and health, and each listed run that changed, where it stands.

In: what the page showed when it was drawn. Out: parts by their own ids; a run that came since is announced, not pushed
in above what somebody is reading.
"""

from dataclasses import dataclass

from fastapi import Request

from app.queries.jobs import WorkState, read_work
from app.queries.runs import ListedRun, listed_runs, newer_runs
from app.state import AppState
from app.web.live.messages import Drawn
from app.web.pages.row_id import row_id
from app.web.pages.shell import shell_of
from app.web.pages.summed_runs import SummedRun, mark_of_run, summed

MOST_RUNS = 100


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What a page said of itself when it asked for news."""

    marks: dict[int, str]
    """Of each run that it lists."""
    newest: int | None
    """The newest run it knows of; None on older pages of a list, which are not told of newer runs."""
    with_verdict: bool
    """Whether its runs are cards with a sentence, or rows."""


@dataclass(frozen=True, kw_only=True)
class LiveRuns:
    """What the parts read that the page reads too."""

    work: WorkState
    newer: int
    runs: tuple[SummedRun, ...]
    """Only those that changed."""


@dataclass(frozen=True, kw_only=True)
class _Sight:
    """How things stand."""

    work: WorkState
    newer: int
    runs: tuple[ListedRun, ...]
    marks: tuple[str, ...]


def shown(marks: str, newest: str, *, with_verdict: bool) -> Shown:
    """Read what stands in the stream's address; what cannot be read is left out."""
    pairs = ((row_id(mark.partition("-")[0]), mark) for mark in marks.split(",")[:MOST_RUNS])
    return Shown(
        marks={run_id: mark for run_id, mark in pairs if run_id is not None},
        newest=int(newest) if newest == "0" else row_id(newest),
        with_verdict=with_verdict,
    )


class RunListWatch:
    """One reader of one of the two pages."""

    seconds = 0.25

    def __init__(self, request: Request, app_state: AppState, page: Shown) -> None:
        self._request = request
        self._app_state = app_state
        self._page = page
        self._told = dict(page.marks)
        self._told_work: tuple[object, ...] | None = None
        self._sight: _Sight | None = None

    def look(self) -> object:
        self._sight = sight = self._look()
        return (sight.work.sign, sight.newer, sight.marks)

    def draw(self) -> Drawn:
        sight = self._sight or self._look()
        work = (sight.work.sign, sight.newer)
        html = self._app_state.templates.get_template("live/run_list.html").render(
            page=LiveRuns(work=sight.work, newer=sight.newer, runs=tuple(self._changed(sight))),
            shell=shell_of(self._request, self._app_state),
            with_work=work != self._told_work,
            as_cards=self._page.with_verdict,
        )
        self._told_work = work
        return Drawn(html=html.strip())

    def _look(self) -> _Sight:
        page = self._page
        with self._app_state.store.reader() as session:
            runs = listed_runs(session, page.marks)
            return _Sight(
                work=read_work(session),
                newer=newer_runs(session, page.newest) if page.newest is not None else 0,
                runs=runs,
                marks=tuple(mark_of_run(self._app_state, run, with_verdict=page.with_verdict) for run in runs),
            )

    def _changed(self, sight: _Sight) -> list[SummedRun]:
        """The runs whose mark is another than the page was last told."""
        with_verdict = self._page.with_verdict
        found = []
        with self._app_state.store.reader() as session:
            for run, mark in zip(sight.runs, sight.marks, strict=True):
                if self._told.get(run.id) == mark:
                    continue
                job = sight.work.job_of(run.id)
                found.append(summed(self._app_state, session, run, job, with_verdict=with_verdict))
                self._told[run.id] = mark_of_run(self._app_state, run, with_verdict=with_verdict)
        return found
