"""`tekhne run`: create a run (or find the unfinished one of the same words), do it here, print its report.

The work is a job like any other, done by this process: Ctrl-C or kill -9 loses nothing, the same command goes on, and
a running worker takes over what this process left.
"""

import os
import signal
import socket
import threading
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from sqlalchemy import select

from app.runs.creating import create_run, find_unfinished
from app.runs.specification import RunSpecification, Sampling, arms_of, name_of
from cli.demo import install_demo_pair
from cli.errors import CommandError
from cli.store import open_store
from models import Job, Run, Store
from models.enums import BudgetRule, JobKind, JobState, RunState, TestsKind
from models.queues import BULK
from settings import load_settings

REFRESH_SECONDS = 0.25

Names = Annotated[list[str], typer.Option("--problems", help="A problem set of the store; may be given again.")]
Critics = Annotated[list[str], typer.Option("--critic", help="A critic's checkpoint; may be given again.")]


def register(app: typer.Typer) -> None:
    app.command("run")(run)


def run(
    problems: Names,
    base: Annotated[str, typer.Option(help="The base's checkpoint, as `tekhne models list` names it.")],
    critic: Critics = [],  # noqa: B006 - typer copies its defaults
    prompted: Annotated[bool, typer.Option(help="Add an arm in which the base itself is asked in words.")] = False,
    resample: Annotated[bool, typer.Option(help="Add resampling, the critic's rival.")] = True,
    ablations: Annotated[bool, typer.Option(help="Add no trace, shuffled trace and no reflection.")] = False,
    samples: Annotated[int, typer.Option(help="Drafts a problem.")] = 10,
    temperature: Annotated[float, typer.Option(help="0 is greedy.")] = 0.8,
    top_p: Annotated[float, typer.Option()] = 0.95,
    max_new_tokens: Annotated[int, typer.Option()] = 512,
    seed: Annotated[int, typer.Option()] = 0,
    rounds: Annotated[int, typer.Option(help="Rounds of repair.")] = 1,
    feedback: Annotated[
        TestsKind, typer.Option(help="Which tests feed the critic; hidden tests score.")
    ] = TestsKind.EXAMPLE,
    gated: Annotated[bool, typer.Option(help="Repair failing drafts only.")] = True,
    budget: Annotated[BudgetRule, typer.Option(help="What resampling may spend.")] = BudgetRule.EQUAL_SAMPLES,
    limit: Annotated[int | None, typer.Option(help="Only the first so many problems of each set.")] = None,
    name: Annotated[str, typer.Option(help="Made from base and critics by default.")] = "",
) -> None:
    """Draft, execute, repair and report."""
    sampling = Sampling(temperature=temperature, top_p=top_p, max_new_tokens=max_new_tokens)
    wanted = RunSpecification(
        name=name or name_of(base, critic, prompted=prompted, resample=resample),
        problem_sets=tuple(problems),
        base=base,
        arms=arms_of(critic, sampling, prompted=prompted, resample=resample, ablations=ablations),
        samples=samples,
        sampling=sampling,
        seed=seed,
        feedback=feedback,
        gated=gated,
        rounds=rounds,
        budget=budget,
        limit=limit,
    )
    _do(wanted)


def _do(wanted: RunSpecification) -> None:
    from worker.extras import refuse_missing
    from worker.jobs.performing import perform
    from worker.jobs.workers import Heartbeat
    from worker.problem_sets.storing import install_own_sets
    from worker.toolchain import find_go

    settings = load_settings()
    # Before a run is made that nobody here could do.
    refuse_missing("torch")
    find_go(settings.go)
    store = open_store(settings.store_url)
    console = Console(stderr=True, highlight=False)
    install_demo_pair(store)
    with store.writer() as session:
        install_own_sets(session)
        found = find_unfinished(session, wanted)
        run_id = (found or create_run(session, wanted)).id
    console.print(f"Run {run_id}: {'going on where it was' if found else 'created'}.")
    worker_id = f"{socket.gethostname()}-cli-{os.getpid()}"
    from worker.handlers import handlers_for
    from worker.service import Service

    # Alive before it has the job: a worker's reaper would take it away again.
    with Service(settings, store) as service, Heartbeat(store, worker_id, service.describe()):
        job_id = _job(store, run_id)
        _cancel_on_signal(store, job_id)
        with _shown(store, job_id, console):
            perform(store, job_id, handlers_for(service), worker_id)
    _report(store, run_id, console)


def _job(store: Store, run_id: int) -> str:
    """The run's unfinished job, unless somebody alive is doing it; else a new one."""
    from worker.jobs.workers import living_workers

    key = f"run-{run_id}"
    with store.writer() as session:
        job = session.scalars(select(Job).where(Job.deduplication_key == key)).first()
        if job is not None and job.state is JobState.RUNNING and job.worker in living_workers(session):
            raise CommandError(f"Run {run_id} is being done by worker {job.worker}: watch it with `tekhne jobs`.")
        if job is None:
            job = Job(
                id=os.urandom(16).hex(), kind=JobKind.RUN, queue=BULK, payload={"run_id": run_id}, run_id=run_id,
                deduplication_key=key, state=JobState.RUNNING,
            )  # fmt: skip
            session.add(job)
        job.worker, job.tries, job.cancel_requested = f"{socket.gethostname()}-cli-{os.getpid()}", 0, False
        return job.id


def _cancel_on_signal(store: Store, job_id: str) -> None:
    """The first Ctrl-C pauses the run in order; the second ends the process."""

    def pause(number: int, _: object) -> None:
        signal.signal(number, signal.SIG_DFL)
        threading.Thread(target=_pause, args=(store, job_id), daemon=True).start()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, pause)


def _pause(store: Store, job_id: str) -> None:
    with store.writer() as session:
        job = session.get_one(Job, job_id)
        job.cancel_requested = True
        if job.run_id is not None:
            session.get_one(Run, job.run_id).state = RunState.PAUSED


class _shown:  # noqa: N801 - reads as what it does: `with _shown(store, job, console)`
    """A progress bar that follows a job's row while open."""

    def __init__(self, store: Store, job_id: str, console: Console) -> None:
        self._store, self._job_id = store, job_id
        self._progress = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
            TimeRemainingColumn(), TextColumn("{task.fields[repaired]} repaired"), console=console,
        )  # fmt: skip
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._follow, daemon=True)

    def __enter__(self) -> "_shown":
        self._progress.start()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._progress.stop()

    def _follow(self) -> None:
        task = self._progress.add_task("loading", total=None, repaired=0)
        ended = False
        while not ended:
            ended = self._stop.wait(REFRESH_SECONDS)
            with self._store.reader() as session:
                told = session.scalars(select(Job.progress).where(Job.id == self._job_id)).first() or {}
            if told.get("total"):
                self._progress.update(
                    task, description="drafted and executed", completed=told["done"], total=told["total"],
                    repaired=told.get("repaired", 0),
                )  # fmt: skip


def _report(store: Store, run_id: int, console: Console) -> None:
    from cli.report import print_report

    with store.reader() as session:
        done = session.get_one(Run, run_id)
        if done.state is RunState.PAUSED:
            console.print(f"Run {run_id} is paused; the same command goes on.")
            raise typer.Exit(130)
        if done.state is not RunState.DONE:
            raise CommandError(f"Run {run_id} {done.state}: {done.error or 'it was stopped'}")
        print_report(session, run_id)
    store.close()
