"""Performing one piece of work of a step: a function for each kind of specification.

In: the specification, and the handle of the step. Out: a `StepResult` that names what is now in the store. Runs, memory
cards, collecting and training are performed by the same handlers as their jobs. Each function goes on from what an
earlier try kept.
"""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Checkpoint, Job, Run, Store
from models.base import now
from models.enums import CheckpointKind, JobKind, JobState, RunState
from models.job import end_job
from models.new_runs import UNFINISHED, create_run, find_unfinished
from models.specification import RunSpecification
from models.step_kinds import (
    CardSpecification,
    DriftSpecification,
    GenerateSpecification,
    SplitSpecification,
    StepResult,
    TwinsSpecification,
    Work,
)
from models.transcript_sets import find_version
from models.work import STORE, CollectSpecification, WorkSpecification
from worker.generator.generating import generate_set, seed_hash
from worker.generator.keeping import keep, refuse_taken_name, verify
from worker.investigations.errors import NotPerformedHere, RunElsewhere, UnknownSet
from worker.investigations.handle import StepHandle
from worker.jobs.handle import JobHandle
from worker.jobs.performing import Handler
from worker.memory.card import plan_card
from worker.mutants import mutant_writer
from worker.overlap.storing import note_overlap
from worker.problem_sets import ProblemSetContent
from worker.problem_sets.slices import split_problem_set
from worker.problem_sets.storing import find_problem_set, put_problem_set
from worker.ruler import Ruler
from worker.service import Service
from worker.toolchain import find_go
from worker.training.drift import measure_drift, plan_drift
from worker.training.errors import NoDrift
from worker.twins.making import TwinTools, make_twins
from worker.twins.reading import twin_reader
from worker.verdicts.judging import MUTANT_LIMITS, CachedJudge, RulerJudge
from worker.verdicts.store import VerdictStore

AGAIN = (*UNFINISHED, RunState.FAILED, RunState.CANCELLED)
"""A run in these states is gone on with instead of begun anew."""


@dataclass(frozen=True, kw_only=True)
class WorkTools:
    """What all kinds of work share."""

    service: Service
    handlers: Mapping[JobKind, Handler]
    label: str
    """What a run is called: the investigation and the step."""
    whole: JobHandle
    """Of the investigation's job."""
    step_id: int
    key: str = ""
    """Of the piece of work that is performed."""

    def handle_for(self, payload: dict[str, Any]) -> StepHandle:
        """The step's handle, with the payload that a job of the work would have."""
        return StepHandle(self.whole, self.step_id, self.key, payload)

    @property
    def store(self) -> Store:
        return self.service.store


def perform_work(tools: WorkTools, work: Work) -> StepResult:
    """Do it, or what is left of it."""
    for kind, perform in _PERFORM.items():
        if isinstance(work, kind):
            return perform(tools, work)
    raise TypeError(f"Nothing performs a {type(work).__name__}.")


def _run(tools: WorkTools, work: RunSpecification) -> StepResult:
    job_id = tools.whole.job_id
    with tools.store.writer() as session:
        run = find_unfinished(session, work, AGAIN) or create_run(session, work)
        _take_over(session, run, job_id)
        run.state, run.error, run.finished_at = RunState.QUEUED, "", None
        run.name = tools.label[:200]
        # Pausing or cancelling the run stops the investigation, and both end in one state.
        session.get_one(Job, job_id).run_id = run.id
        run_id = run.id
    tools.handlers[JobKind.RUN](tools.handle_for({"run_id": run_id}))
    with tools.store.writer() as session:
        session.get_one(Job, job_id).run_id = None
        run = session.get_one(Run, run_id)
        run.state, run.finished_at = RunState.DONE, now()
        run.revision_number += 1
    return StepResult(run_id=run_id)


def _take_over(session: Session, run: Run, job_id: str) -> None:
    """The run's own job, if it has one, is not needed where it waits."""
    others = select(Job).where(Job.run_id == run.id, Job.finished_at.is_(None), Job.id != job_id)
    for other in session.scalars(others).all():
        if other.state is not JobState.QUEUED:
            raise RunElsewhere(
                f"Run {run.id} is being done by {other.worker}: wait for it or pause it, and start this again."
            )
        end_job(session, other, JobState.CANCELLED)


def _long(tools: WorkTools, work: WorkSpecification) -> StepResult:
    """Collecting and training, by the handlers of their jobs."""
    handler = tools.handlers.get(work.JOB_KIND)
    if handler is None:
        raise NotPerformedHere(
            f"No worker of this installation performs a {work.JOB_KIND}: leave out {tools.label}."
        )
    handle = tools.handle_for(work.as_payload())
    handler(handle)
    if isinstance(work, CollectSpecification):
        counted = {name: value for name, value in handle.reached.items() if isinstance(value, int | float)}
        with tools.store.reader() as session:
            version = find_version(session, work.transcript_set)
            return StepResult(transcripts=version.label if version else STORE, figures=counted)
    return _trained(tools, work)


def _trained(tools: WorkTools, work: WorkSpecification) -> StepResult:
    """The checkpoint in the folder of the training's name; its own name may be longer, where that was taken."""
    name = getattr(work, "name", "")
    with tools.store.reader() as session:
        newest = select(Checkpoint).order_by(Checkpoint.id.desc())
        row = next((one for one in session.scalars(newest) if Path(one.location).name == name), None)
    if row is None:
        raise NotPerformedHere(f"The training of {name} ended without a checkpoint.")
    return StepResult(checkpoint=row.name, is_critic=row.kind is CheckpointKind.CRITIC)


def _card(tools: WorkTools, work: CardSpecification) -> StepResult:
    tools.handlers[JobKind.MEMORY](tools.handle_for(work.model_dump()))
    return StepResult(card_id=plan_card(tools.store, work.checkpoint, work.problem_set).card_id)


def _drift(tools: WorkTools, work: DriftSpecification) -> StepResult:
    """On a set of which it has read everything, or from no parent, there is nothing to measure; the map says so."""
    handle = tools.handle_for({})

    def progress(done: int, total: int) -> None:
        handle.check()
        handle.progress(stage=f"measuring drift on {work.problem_set}", done=done, total=total)

    try:
        planned = plan_drift(tools.store, work.checkpoint, work.problem_set)
        measure_drift(tools.store, tools.service.settings, planned, progress)
    except NoDrift as error:
        return StepResult(note=str(error))
    return StepResult()


def _twins(tools: WorkTools, work: TwinsSpecification) -> StepResult:
    settings, handle = tools.service.settings, tools.handle_for({})
    originals = _problem_set(tools.store, work.problem_set)
    handle.progress(stage=f"making the twins of {work.problem_set}")
    ruler = tools.service.ruler_with(originals.modules)
    with ExitStack() as stack:
        strict = stack.enter_context(
            Ruler(
                go=settings.go,
                cache_dir=settings.cache_dir,
                cores=settings.judge_cores or None,
                unsafe_no_sandbox=settings.unsafe_no_sandbox,
                limits=MUTANT_LIMITS,
                modules=originals.modules,
            )
        )
        twin_tools = TwinTools(
            reader=twin_reader(settings),
            mutant_writer=mutant_writer(settings),
            judge=CachedJudge(ruler, VerdictStore(tools.store, ruler.fingerprint)),
            mutant_judge=CachedJudge(strict, VerdictStore(tools.store, strict.fingerprint)),
        )
        made = make_twins(originals, work.seed, twin_tools)
    handle.check()
    with tools.store.writer() as session:
        put_problem_set(session, made.content)
    return StepResult(problem_sets={"twins": made.content.name})


def _generate(tools: WorkTools, work: GenerateSpecification) -> StepResult:
    handle = tools.handle_for({})
    with tools.store.reader() as session:
        refuse_taken_name(session, work.name, seed_hash(work.seed))
    handle.progress(stage="drawing and running problems")
    made = generate_set(find_go(tools.service.settings.go), work.seed, work.count, work.name)
    handle.check()
    handle.progress(stage="confirming them by the ruler")
    verify(made, RulerJudge(tools.service.ruler))
    handle.check()
    with tools.store.writer() as session:
        version_id = keep(session, made, seed=work.seed).id
    note_overlap(tools.store, version_id)
    return StepResult(problem_sets={"set": work.name})


def _split(tools: WorkTools, work: SplitSpecification) -> StepResult:
    with tools.store.writer() as session:
        whole = _find_set(session, work.problem_set)
        split = split_problem_set(session, whole, held_out=work.held_out, seed=work.seed)
    return StepResult(problem_sets={"train": split.train.name, "held_out": split.held_out.name})


def _problem_set(store: Store, name: str) -> ProblemSetContent:
    with store.reader() as session:
        return _find_set(session, name)


def _find_set(session: Session, name: str) -> ProblemSetContent:
    found = find_problem_set(session, name)
    if found is None:
        raise UnknownSet(f"No problem set is called {name}: `tekhne problems list` shows what there is.")
    return found


_PERFORM: dict[type[Any], Callable[[WorkTools, Any], StepResult]] = {
    WorkSpecification: _long,
    RunSpecification: _run,
    CardSpecification: _card,
    DriftSpecification: _drift,
    TwinsSpecification: _twins,
    GenerateSpecification: _generate,
    SplitSpecification: _split,
}
