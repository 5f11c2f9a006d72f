"""`tekhne bench run`: a whole run of the demo pair, and in which share of it generation and execution were busy.

A run of the problems of both own sets is done in a temporary store exactly as `tekhne run` does it: drafts, verdicts,
repairs, rows. On the engine's and the executor's own notes rests when which of them worked; the whole is the run's
time, from the first work of its job to the last, models loaded within.
"""

import os
import tempfile
import time
from dataclasses import dataclass

from sqlalchemy import func, select

import worker.demo as demo
from app.actions.runs import create_run
from benchmarks.busy_shares import Shares, gaps, shares
from benchmarks.report import BenchReport, Figure, at_most
from cli.errors import CommandError
from cli.store import open_store
from models import Attempt, Job, Revision, Store
from models.arm_kinds import ArmKind
from models.enums import JobKind, JobState
from models.job import BULK
from models.specification import ArmSpecification, RunSpecification, Sampling
from settings import load_settings
from worker.busy import Stretch
from worker.handlers import handlers_for
from worker.jobs.performing import perform
from worker.problem_sets.own_sets import OWN_SETS
from worker.problem_sets.storing import install_own_sets
from worker.service import Service
from worker.training.registering import register_critic

CORES = 2
NEITHER_BAR_PERCENT = 5.0
SAMPLING = Sampling()
JOB = "bench"


@dataclass(frozen=True, kw_only=True)
class _Run:
    """One run as it went."""

    whole: Stretch
    shares: Shares
    loading: float
    longest_gap: float
    drafts: int
    revisions: int
    ruler: str


def measure(problems: int = 25, samples: int = 10) -> BenchReport:
    """Do the run on two cores.

    Args:
        problems: of each of the two sets.
        samples: drafts a problem.
    """
    cores = _hold_to_cores()
    with tempfile.TemporaryDirectory(prefix="tekhne-bench-") as folder:
        store = open_store(f"sqlite:///{folder}/store.db")
        try:
            run_id = _prepare(store, problems, samples)
            done = _do(store, run_id)
        finally:
            store.close()
    return BenchReport(bench="run", figures=_figures(done, cores), ruler=done.ruler)


def _hold_to_cores() -> int:
    """Keep this process and all that it starts on two cores; how many there are."""
    if not hasattr(os, "sched_setaffinity"):
        return os.cpu_count() or 1
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    return len(os.sched_getaffinity(0))


def _prepare(store: Store, problems: int, samples: int) -> int:
    """The run and its job; the store knows no verdict yet."""
    register_critic(store, demo.CRITIC, base=str(demo.BASE))
    arms = (
        ArmSpecification(kind=ArmKind.CRITIC, checkpoint=demo.CRITIC.name, sampling=SAMPLING),
        ArmSpecification(kind=ArmKind.RESAMPLE, sampling=SAMPLING),
    )
    wanted = RunSpecification(
        name="bench", problem_sets=tuple(OWN_SETS.values()), base=demo.BASE.name, arms=arms, samples=samples,
        sampling=SAMPLING, limit=problems,
    )  # fmt: skip
    with store.writer() as session:
        install_own_sets(session)
        run_id = create_run(session, wanted).id
        session.add(Job(id=JOB, kind=JobKind.RUN, queue=BULK, payload={"run_id": run_id}, run_id=run_id))
    return run_id


def _do(store: Store, run_id: int) -> _Run:
    with Service(load_settings(), store) as service:
        started = time.monotonic()
        perform(store, JOB, handlers_for(service), "bench")
        whole = Stretch(started, time.monotonic())
        generation, execution = service.generation.stretches(), service.execution.stretches()
        ruler = service.ruler.fingerprint.digest
    with store.reader() as session:
        job = session.get_one(Job, JOB)
        if job.state is not JobState.DONE:
            raise CommandError(f"The run of the bench {job.state}: {job.error}")
        drafts = session.scalar(select(func.count()).select_from(Attempt).where(Attempt.run_id == run_id)) or 0
        revisions = (
            session.scalar(select(func.count()).select_from(Revision).where(Revision.run_id == run_id)) or 0
        )
    first = min(stretch.start for stretch in generation)
    pauses = gaps([*generation, *execution], Stretch(first, whole.end))
    return _Run(
        whole=whole,
        shares=shares(generation, execution, whole),
        loading=first - started,
        longest_gap=pauses[0].seconds if pauses else 0.0,
        drafts=drafts,
        revisions=revisions,
        ruler=ruler,
    )


def _figures(done: _Run, cores: int) -> list[Figure]:
    wall = done.whole.seconds

    def percent(seconds: float) -> float:
        return 100 * seconds / wall

    return [
        Figure(name="cores", value=cores, unit="cores"),
        Figure(name="drafts", value=done.drafts, unit="drafts"),
        Figure(name="revisions", value=done.revisions, unit="revisions"),
        Figure(name="wall_seconds", value=wall, unit="s"),
        Figure(name="loading_seconds", value=done.loading, unit="s, models, within the wall time"),
        Figure(name="drafts_per_second", value=done.drafts / wall, unit="drafts/s, repaired and stored"),
        Figure(name="generation_busy_percent", value=percent(done.shares.first), unit="% of the wall time"),
        Figure(name="execution_busy_percent", value=percent(done.shares.second), unit="% of the wall time"),
        Figure(name="both_busy_percent", value=percent(done.shares.both), unit="% of the wall time"),
        at_most("neither_busy_percent", percent(done.shares.neither), "% of the wall time", NEITHER_BAR_PERCENT),
        Figure(name="longest_pause_seconds", value=done.longest_gap, unit="s, neither busy, models loaded"),
    ]
