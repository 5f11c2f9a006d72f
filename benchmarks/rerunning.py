"""From a click on "Re-run critic" to what a reader sees of it: the demo pair, a real worker, real Go.

A worker first does a small run of the demo pair. Then failed drafts of that run are repaired again, one after the
other, each with its own seed. Times begin before the request that the button sends and end when the message arrives on
the stream that the page listens to.
"""

import html
import re
import statistics
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
from dbos import DBOS
from sqlalchemy import select

import worker.demo as demo
from app.actions.jobs import JobQueue
from app.actions.runs import create_run, start_run
from app.web.security.changes import CSRF_COOKIE
from benchmarks import first_screen
from benchmarks.report import Figure, at_most
from benchmarks.serving import serving, working
from cli.errors import CommandError
from cli.store import open_store
from models import Attempt, Run, Store
from models.arm_kinds import ArmKind
from models.enums import RunState, Verdict
from models.specification import ArmSpecification, RunSpecification
from settings import Settings
from worker.problem_sets.own_sets import OWN_SETS
from worker.problem_sets.storing import install_own_sets
from worker.training.registering import register_critic

FROM_THE_PAGE = {"HX-Request": "true", "HX-Request-Type": "partial"}
PATTERNS = {
    "event": r"^data: ",
    "token": r'<pre class="written"[^>]*>.',
    "verdict": r'<span class="verdict ',
}
"""What a line of the stream contains when the page shows the event, the first token, the verdict."""
RUN_SECONDS = 600
FIRST_EVENT_BAR_MS = 300.0
VERDICT_BAR_SECONDS = 5.0


@dataclass(frozen=True, kw_only=True)
class Click:
    """Seconds from the click until the page shows it."""

    event: float
    """The job, queued or further along."""
    token: float
    """The first text that the critic writes."""
    verdict: float


def figures(clicks: int, chromium: str) -> Iterator[Figure]:
    """Medians over the clicks, the slowest verdict, and the way there if a `chromium` is named.

    Raises:
        CommandError: the worker did not finish the run.
    """
    done, way = _measure(clicks, chromium)
    yield at_most("rerun_first_event_ms", _median_ms(click.event for click in done), "ms", FIRST_EVENT_BAR_MS)
    yield Figure(name="rerun_first_token_ms", value=_median_ms(click.token for click in done), unit="ms")
    verdict = statistics.median(click.verdict for click in done)
    yield at_most("rerun_verdict_s", round(verdict, 2), "s", VERDICT_BAR_SECONDS)
    slowest = max(click.verdict for click in done)
    yield at_most("rerun_slowest_verdict_s", round(slowest, 2), "s", VERDICT_BAR_SECONDS)
    if way is not None:
        yield from first_screen.figures(way)


def _median_ms(seconds: Iterable[float]) -> float:
    return round(statistics.median(seconds) * 1000, 1)


def _measure(clicks: int, chromium: str) -> tuple[list[Click], first_screen.Way | None]:
    with tempfile.TemporaryDirectory(prefix="tekhne-bench-") as name:
        folder = Path(name)
        settings = Settings(db=str(folder / "store.db"), data_dir=folder)
        store = open_store(settings.store_url)
        queue = JobQueue(store, settings.jobs_url)
        DBOS.migrate(settings.jobs_url)
        try:
            with serving(settings.store_url, folder) as (address, _), working(settings.store_url, folder):
                run_id, critic_id = _finished_run(store, queue)
                with httpx.Client(base_url=address, timeout=60) as client:
                    done = [_click(client, form) for form in _forms(store, run_id, critic_id, clicks)]
                return done, first_screen.walk(chromium, address, run_id) if chromium else None
        finally:
            queue.close()
            store.close()


def _finished_run(store: Store, queue: JobQueue) -> tuple[int, int]:
    """A small run of the demo pair, done by the worker. Returns its id and the critic's."""
    critic_id = register_critic(store, demo.CRITIC, base=str(demo.BASE))
    arms = (ArmSpecification(kind=ArmKind.CRITIC, checkpoint=demo.CRITIC.name),)
    wanted = RunSpecification(
        name="bench", problem_sets=(OWN_SETS["fresh"],), base=demo.BASE.name, arms=arms, samples=4, limit=4
    )
    with store.writer() as session:
        install_own_sets(session)
        run_id = create_run(session, wanted).id
    start_run(store, queue, run_id)
    deadline = time.monotonic() + RUN_SECONDS
    while time.monotonic() < deadline:
        with store.reader() as session:
            run = session.get_one(Run, run_id)
            if run.state is RunState.DONE:
                return run_id, critic_id
            if run.state is RunState.FAILED:
                raise CommandError(f"The run to repair again failed: {run.error}")
        time.sleep(0.2)
    raise CommandError(f"The run to repair again did not end in {RUN_SECONDS} seconds.")


def _forms(store: Store, run_id: int, critic_id: int, clicks: int) -> Iterator[dict[str, str]]:
    """What the button sends, for failed drafts in turn, with the defaults of the page."""
    with store.reader() as session:
        drafts = session.execute(
            select(Attempt.id, Attempt.problem_id)
            .where(Attempt.run_id == run_id, Attempt.verdict != Verdict.PASSED)
            .order_by(Attempt.id)
        ).all()
    if not drafts:
        raise CommandError("No draft of the run failed: there is nothing to repair again.")
    for number in range(clicks):
        attempt_id, problem_id = drafts[number % len(drafts)]
        yield {
            "run_id": str(run_id),
            "problem_id": str(problem_id),
            "attempt_id": str(attempt_id),
            "repairer": f"{ArmKind.CRITIC}:{critic_id}",
            "seed": str(1000 + number),
        }


def _click(client: httpx.Client, form: dict[str, str]) -> Click:
    client.get("/")
    form = {**form, "csrf": client.cookies[CSRF_COOKIE]}
    started = time.perf_counter()
    answer = client.post(f"/runs/{form['run_id']}/rerun", data=form, headers=FROM_THE_PAGE)
    answer.raise_for_status()
    stream = html.unescape(re.findall(r'hx-sse:connect="([^"]+)"', answer.text)[0])
    seen: dict[str, float] = {}
    with client.stream("GET", stream) as events:
        for line in events.iter_lines():
            for name, pattern in PATTERNS.items():
                if name not in seen and re.search(pattern, line):
                    seen[name] = time.perf_counter() - started
            if "verdict" in seen:
                # A short answer may come in one message with its verdict.
                return Click(**{"token": seen["verdict"], **seen})
    raise CommandError(f"A re-run ended without a verdict; it was followed at {stream}.")
