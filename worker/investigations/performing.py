"""The walk along a recipe: each step in order, each piece of its work once.

In: the handle of an investigation's job. A piece of work whose result is in the store under its key is not done again;
neither is one that an earlier try, or another investigation, finished. What a step left, later steps may name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Checkpoint, InvestigationStep, MemoryCard, Run, Store, WorkResult
from models.base import now
from models.enums import CheckpointKind, JobKind, JobState, RunState
from models.investigation import INVESTIGATION_PAYLOAD, Investigation
from models.problem import newest_version
from models.recipe import PlannedStep, Recipe, parse_recipe, works_of, would_do
from models.step_kinds import StepResult, Work
from models.transcript_sets import find_version
from models.work import STORE, CollectSpecification, TrainingSpecification
from settings import Settings
from worker.investigations.keys import work_key
from worker.investigations.works import WorkTools, perform_work
from worker.jobs.handle import JobHandle
from worker.jobs.performing import Handler
from worker.locating import checkpoint_folder
from worker.network.errors import NetworkError
from worker.service import Service
from worker.teachers.teacher import TeacherOptions, open_teacher


def investigate(handle: JobHandle, service: Service, handlers: Mapping[JobKind, Handler]) -> None:
    """Follow the recipe to its end.

    Args:
        handlers: of runs, memory cards, collecting and training.
    """
    investigation_id = int(handle.payload[INVESTIGATION_PAYLOAD])
    name, recipe = _begin(handle.store, investigation_id)
    _refuse_keyless(recipe)
    made: dict[str, list[StepResult]] = {}
    for place, step in enumerate(recipe.steps):
        handle.check()
        handle.progress(
            stage=f"step {place + 1} of {len(recipe.steps)}: {step.name}", done=place, total=len(recipe.steps)
        )
        row_id = _begin_step(handle.store, investigation_id, step)
        tools = WorkTools(
            service=service, handlers=handlers, label=f"{name}: {step.name}", whole=handle, step_id=row_id
        )
        made[step.name] = _do(tools, works_of(recipe, step, made))
    handle.progress(stage="done", done=len(recipe.steps), total=len(recipe.steps))


def _refuse_keyless(recipe: Recipe) -> None:
    """Before hours of work: a teacher that is unknown, or whose key this process does not have.

    Raises:
        TeacherError: the sentence names what to set.
    """
    for work in (work for step in recipe.steps for work in would_do(recipe, step)):
        if isinstance(work, CollectSpecification) and work.teacher != "base":
            named = ("url", "model", "command", "project", "location")
            options = TeacherOptions(**{field: getattr(work, field) for field in named})
            open_teacher(work.teacher, options, trusted=False)


def _do(tools: WorkTools, works: Sequence[Work]) -> list[StepResult]:
    """The results of a step, in the order of its work."""
    results: list[StepResult] = []
    is_new = False
    for work in works:
        tools.whole.check()
        with tools.store.reader() as session:
            key = work_key(session, work, tools.service.ruler.fingerprint.digest)
            found = known_result(session, tools.service.settings, key)
        if found is None:
            is_new = True
            found = perform_work(replace(tools, key=key), _named(work, key, tools.label))
            _keep(tools.store, key, found)
        results.append(found)
        _note_results(tools.store, tools.step_id, results)
    _end_step(tools.store, tools.step_id, reused=not is_new)
    return results


def known_result(session: Session, settings: Settings, key: str) -> StepResult | None:
    """What is kept under a key, if all that it names is still there."""
    row = session.get(WorkResult, key)
    if row is None:
        return None
    result = StepResult(**row.result)
    return result if _is_there(session, settings, result) else None


def _is_there(session: Session, settings: Settings, result: StepResult) -> bool:
    if result.run_id is not None:
        run = session.get(Run, result.run_id)
        if run is None or run.state is not RunState.DONE:
            return False
    if result.card_id is not None:
        card = session.get(MemoryCard, result.card_id)
        if card is None or card.finished_at is None:
            return False
    if any(newest_version(session, name) is None for name in result.problem_sets.values()):
        return False
    if result.transcripts not in ("", STORE) and find_version(session, result.transcripts) is None:
        return False
    return not result.checkpoint or _has_files(session, settings, result.checkpoint)


def _has_files(session: Session, settings: Settings, name: str) -> bool:
    row = session.scalar(select(Checkpoint).where(Checkpoint.name == name, Checkpoint.deleted_at.is_(None)))
    if row is None or row.kind is CheckpointKind.ENDPOINT:
        return row is not None
    try:
        return Path(checkpoint_folder(settings, row)).is_dir()
    except NetworkError:
        return False


def _begin(store: Store, investigation_id: int) -> tuple[str, Recipe]:
    with store.writer() as session:
        row = session.get_one(Investigation, investigation_id)
        recipe = parse_recipe(row.recipe, row.name)
        row.state, row.error, row.finished_at = JobState.RUNNING, "", None
        row.started_at = row.started_at or now()
        for step in row.steps:
            # An earlier try may have come further than the files that are left allow.
            step.state, step.error = JobState.QUEUED, ""
        return row.name, recipe


def _begin_step(store: Store, investigation_id: int, step: PlannedStep) -> int:
    with store.writer() as session:
        row = session.scalars(
            select(InvestigationStep).filter_by(investigation_id=investigation_id, name=step.name)
        ).one()
        row.state, row.error, row.finished_at = JobState.RUNNING, "", None
        row.started_at = row.started_at or now()
        return row.id


def _note_results(store: Store, row_id: int, results: list[StepResult]) -> None:
    with store.writer() as session:
        session.get_one(InvestigationStep, row_id).results = [one.model_dump(mode="json") for one in results]


def _keep(store: Store, key: str, result: StepResult) -> None:
    with store.writer() as session:
        session.merge(WorkResult(key=key, result=result.model_dump(mode="json"), created_at=now()))


def _end_step(store: Store, row_id: int, *, reused: bool) -> None:
    with store.writer() as session:
        row = session.get_one(InvestigationStep, row_id)
        row.state, row.finished_at = JobState.DONE, now()
        row.reused = reused


def _named(work: Work, key: str, label: str) -> Work:
    """What the work makes gets a name that no other work of the store has."""
    name = f"{label.replace(': ', '-')}-{key[:8]}"
    if isinstance(work, CollectSpecification):
        return work.model_copy(update={"transcript_set": name})
    return work.model_copy(update={"name": name}) if isinstance(work, TrainingSpecification) else work
