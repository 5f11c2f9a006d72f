"""Collecting and training as jobs: they stand still while a user waits for a re-run, and can be paused.

A teacher that cannot go on, because its key is missing, its server is away or its quota is used up, pauses the job
with its sentence: resumed, it goes on where it stopped. A budget that is spent ends it; what was collected is kept.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from sqlalchemy import select

from models import Checkpoint
from models.enums import CheckpointKind, JobKind
from models.errors import TekhneError
from models.work import TrainingSpecification, collecting_of, training_of
from worker.checkpoints.publishing import push_checkpoint
from worker.engines import Engine
from worker.jobs.errors import JobCancelled, JobPaused
from worker.jobs.handle import JobHandle
from worker.jobs.performing import Handler
from worker.network.errors import ModelGone, WrongKind
from worker.problem_sets import ProblemSetContent
from worker.runs.plan import PlannedCheckpoint
from worker.service import Service
from worker.teachers.accounting import BudgetSpent
from worker.teachers.teacher import TeacherError
from worker.verdicts.judging import CachedJudge, Judge
from worker.verdicts.store import VerdictStore
from worker.work.collecting import CollectingTools, perform_collecting
from worker.work.training import TrainingPlace, discard, discard_left, perform_training

LOOK_SECONDS = 0.1
"""Between two looks at whether a user still waits."""


class GivingWay:
    """A job's handle, which stands still while a user waits for something else that this worker does."""

    def __init__(self, handle: JobHandle, service: Service) -> None:
        self._handle, self._service = handle, service

    @property
    def reached(self) -> Mapping[str, Any]:
        return self._handle.reached

    def check(self) -> None:
        self._handle.check()
        while self._service.is_interactive:
            time.sleep(LOOK_SECONDS)
            self._handle.check()

    def progress(self, **values: Any) -> None:
        self._handle.progress(**values)

    def event(self, kind: str, **data: Any) -> None:
        self._handle.event(kind, **data)


def long_handlers(service: Service) -> dict[JobKind, Handler]:
    return {JobKind.COLLECT: _collect_with(service), JobKind.TRAIN: _train_with(service)}


def _collect_with(service: Service) -> Handler:
    def collect(handle: JobHandle) -> None:
        wanted = collecting_of(handle.payload)
        tools = CollectingTools(engine=_engines_of(service), judge=_judges_of(service), job=handle.job_id)
        try:
            perform_collecting(service.store, service.settings, wanted, GivingWay(handle, service), tools=tools)
        except TeacherError as error:
            raise JobPaused(f"{error} Resume the job then.") from error
        except BudgetSpent as error:
            handle.progress(**{**handle.reached, "note": str(error)})

    return collect


def _train_with(service: Service) -> Handler:
    def train(handle: JobHandle) -> None:
        wanted = training_of(handle.payload)
        discard_left(service.store, service.settings)
        place = TrainingPlace(job=handle.job_id, command=_words(wanted, handle))
        try:
            made = perform_training(
                service.store, service.settings, wanted, GivingWay(handle, service), place=place
            )
            _publish(service, handle, made)
        except JobCancelled:
            if not handle.is_pausing:
                discard(service.settings, wanted.name, handle.job_id)
            raise

    return train


def _publish(service: Service, handle: JobHandle, made: int | None) -> None:
    """Put what was trained into the depot, if there is one. A training has not failed where that fails."""
    if made is None or not service.settings.depot:
        return
    with service.store.reader() as session:
        name = session.get_one(Checkpoint, made).name
    handle.event("stage", stage="putting the checkpoint into the depot")
    try:
        push_checkpoint(service.store, service.settings, name)
    except TekhneError as error:
        note = f"The checkpoint is here, and not in the depot: {error} Then `tekhne models push {name}`."
        handle.progress(**{**handle.reached, "note": note})


def _words(wanted: TrainingSpecification, handle: JobHandle) -> str:
    return f"job {handle.job_id[:8]}: {wanted.model_dump_json(exclude_defaults=True)}"


def _engines_of(service: Service) -> Any:
    """The worker's own engines: a base is loaded once, and its bulk rows give way to a user's."""

    def opened(name: str) -> AbstractContextManager[Engine]:
        with service.store.reader() as session:
            row = session.scalars(select(Checkpoint).where(Checkpoint.name == name)).first()
            if row is None:
                raise ModelGone(f"No checkpoint is called {name} any more.")
            if row.kind is CheckpointKind.CRITIC:
                raise WrongKind(f"{name} is a critic and cannot draft: name a base.")
            fields = ("id", "name", "kind", "location", "content_hash", "tokenizer_hash")
            planned = PlannedCheckpoint(**{field: getattr(row, field) for field in fields})
        return nullcontext(service.engine(planned, None))

    return opened


def _judges_of(service: Service) -> Any:
    @contextmanager
    def opened(problem_set: ProblemSetContent) -> Iterator[Judge]:
        ruler = service.ruler_with(tuple(problem_set.modules))
        yield CachedJudge(ruler, VerdictStore(service.store, ruler.fingerprint), busy=service.execution)

    return opened
