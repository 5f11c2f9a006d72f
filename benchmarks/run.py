"""`tekhne bench run`: a whole run of the demo pair, and the shares of it in which generation and execution were busy.

A run over the problems of both own sets is done in a temporary store exactly as `tekhne run` does it: drafts, verdicts,
repairs, rows. Engine and ruler note when they work. The wall time is that of the run's job, loading of models included.
"""

import os
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import func, select

import worker.demo as demo
from app.actions.runs import create_run
from benchmarks.report import BenchReport, Figure, at_most
from cli.errors import CommandError
from cli.store import open_store
from models import Attempt, Job, Revision, Store
from models.arm_kinds import ArmKind
from models.enums import JobKind, JobState, TestsKind
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
class Shares:
    """Seconds of a stretch of time in which one kind of work, another, both and neither were done."""

    first: float
    second: float
    both: float
    neither: float
    whole: float


@dataclass(frozen=True, kw_only=True)
class _Run:
    """What was measured of one run."""

    whole: Stretch
    shares: Shares
    loading: float
    longest_gap: float
    drafts: int
    revisions: int
    ruler: str


def measure(*, problems: int, samples: int) -> BenchReport:
    """Do the run on two cores.

    Args:
        problems: of each of the two sets.
        samples: drafts per problem.
    """
    cores = hold_to_cores()
    with tempfile.TemporaryDirectory(prefix="tekhne-bench-") as folder:
        store = open_store(f"sqlite:///{folder}/store.db")
        try:
            run_id = _prepare(store, problems, samples)
            done = _do(store, run_id)
        finally:
            store.close()
    return BenchReport(bench="run", figures=_figures(done, cores), ruler=done.ruler)


def hold_to_cores() -> int:
    """Keep this process and all that it starts on two cores. Returns how many there are."""
    if not hasattr(os, "sched_setaffinity"):
        return os.cpu_count() or 1
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    return len(os.sched_getaffinity(0))


def _prepare(store: Store, problems: int, samples: int) -> int:
    """Store the run and its job in a store without verdicts. Returns the run's id."""
    register_critic(store, demo.CRITIC, base=str(demo.BASE))
    arms = (
        ArmSpecification(kind=ArmKind.CRITIC, checkpoint=demo.CRITIC.name, sampling=SAMPLING),
        ArmSpecification(kind=ArmKind.RESAMPLE, sampling=SAMPLING),
    )
    wanted = RunSpecification(
        name="bench", problem_sets=tuple(OWN_SETS.values()), base=demo.BASE.name, arms=arms, samples=samples,
        sampling=SAMPLING, limit=problems, gate=TestsKind.HIDDEN,
    )  # fmt: skip
    with store.writer() as session:
        install_own_sets(session)
        run_id = create_run(session, wanted).id
        session.add(Job(id=JOB, kind=JobKind.RUN, queue=BULK, payload={"run_id": run_id}, run_id=run_id))
    return run_id


def _do(store: Store, run_id: int) -> _Run:
    """Perform the run's job in this process."""
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


def shares(first: Iterable[Stretch], second: Iterable[Stretch], whole: Stretch) -> Shares:
    """How two kinds of work share the time `whole`; their stretches may overlap and reach beyond it."""
    first, second = list(first), list(second)
    of_first, of_second = covered(first, whole), covered(second, whole)
    of_any = covered([*first, *second], whole)
    return Shares(
        first=of_first,
        second=of_second,
        both=of_first + of_second - of_any,
        neither=whole.seconds - of_any,
        whole=whole.seconds,
    )


def covered(stretches: Iterable[Stretch], whole: Stretch) -> float:
    """Seconds of `whole` that lie in at least one of `stretches`."""
    return sum(stretch.seconds for stretch in _merged(stretches, whole))


def gaps(stretches: Iterable[Stretch], whole: Stretch) -> list[Stretch]:
    """The parts of `whole` that lie in none of `stretches`, longest first."""
    ends = [whole.start]
    found = []
    for stretch in _merged(stretches, whole):
        found.append(Stretch(ends[-1], stretch.start))
        ends.append(stretch.end)
    found.append(Stretch(ends[-1], whole.end))
    return sorted((gap for gap in found if gap.seconds > 0), key=lambda gap: gap.seconds, reverse=True)


def _merged(stretches: Iterable[Stretch], whole: Stretch) -> Iterator[Stretch]:
    """The parts within `whole`, in order; those that touch are one."""
    current: Stretch | None = None
    for stretch in sorted(stretches, key=lambda stretch: stretch.start):
        inside = Stretch(max(stretch.start, whole.start), min(stretch.end, whole.end))
        if inside.seconds == 0:
            continue
        if current is not None and inside.start <= current.end:
            current = Stretch(current.start, max(current.end, inside.end))
            continue
        if current is not None:
            yield current
        current = inside
    if current is not None:
        yield current
