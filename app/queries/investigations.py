"""Investigations: listed, one with its steps, and what its steps made.

In: a session. Out: frozen rows, the newest first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.queries import row_of
from app.queries.checkpoints import learning_curve
from app.queries.jobs import ProgressStep, read_steps
from app.queries.origins import force_in_words
from app.reports.investigation_making import SetFacts, TrainingFacts
from models import (
    Arm,
    Checkpoint,
    Investigation,
    InvestigationStep,
    Job,
    ProblemOrigin,
    ProblemSet,
    ProblemSetMember,
    ProblemSetVersion,
    Run,
    RunProblem,
)
from models.enums import JobState, RunState
from models.investigation import investigation_key
from models.problem import newest_version
from models.step_kinds import StepResult, find_step_kind


@dataclass(frozen=True, kw_only=True)
class StepRow:
    """One step as it stands."""

    name: str
    kind: str
    label: str
    description: str
    state: JobState
    reused: bool
    error: str
    stage: str
    """What it does now; empty unless it is running."""
    steps: tuple[ProgressStep, ...]
    """Progress bars."""
    results: tuple[StepResult, ...]
    started_at: datetime | None
    finished_at: datetime | None

    @property
    def seconds(self) -> float | None:
        if self.started_at is None or self.finished_at is None or self.reused:
            return None
        return (self.finished_at - self.started_at).total_seconds()


@dataclass(frozen=True, kw_only=True)
class InvestigationRow:
    """One investigation in a list."""

    id: int
    name: str
    title: str
    state: JobState
    error: str
    done: int
    steps: int
    created_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class InvestigationView:
    """One investigation with its steps."""

    id: int
    name: str
    state: JobState
    error: str
    recipe: str
    recipe_hash: str
    job_id: str
    """Of its unfinished job; empty where there is none."""
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    steps: tuple[StepRow, ...]

    @property
    def is_under_way(self) -> bool:
        return self.state in (JobState.QUEUED, JobState.RUNNING)

    @property
    def done(self) -> int:
        return sum(step.state is JobState.DONE for step in self.steps)


def list_investigations(session: Session, most: int = 100) -> tuple[InvestigationRow, ...]:
    """The newest investigations."""
    done = func.count().filter(InvestigationStep.state == JobState.DONE)
    rows = session.execute(
        select(Investigation, done, func.count(InvestigationStep.id))
        .outerjoin(InvestigationStep)
        .group_by(Investigation.id)
        .order_by(Investigation.id.desc())
        .limit(most)
    )
    return tuple(
        row_of(InvestigationRow, row, title=_title(row.recipe), done=many, steps=of) for row, many, of in rows
    )


def _title(recipe: str) -> str:
    """The recipe's title, without reading all of it."""
    for line in recipe.splitlines():
        name, _, value = line.partition("=")
        if name.strip() == "title":
            return value.strip().strip("\"'")
        if line.startswith("["):
            break
    return ""


def find_investigation_view(session: Session, name: str) -> InvestigationView:
    """Raises NotFound where there is no investigation of that name."""
    row = session.scalars(select(Investigation).where(Investigation.name == name)).first()
    if row is None:
        raise NotFound(
            f"There is no investigation {name}.", advice="The list of investigations shows all there are."
        )
    job = session.scalar(select(Job.id).where(Job.deduplication_key == investigation_key(row.id)))
    return row_of(InvestigationView, row, steps=tuple(map(_step_row, row.steps)), job_id=job or "")


def _step_row(row: InvestigationStep) -> StepRow:
    kind = find_step_kind(row.kind)
    is_running = row.state is JobState.RUNNING
    return row_of(
        StepRow,
        row,
        label=kind.label if kind else row.kind,
        description=kind.description if kind else "A kind of step that this installation does not have.",
        results=tuple(StepResult(**one) for one in row.results),
        stage=str(row.progress.get("stage", "")) if is_running else "",
        steps=read_steps(row.progress) if is_running else (),
    )


def investigation_fingerprint(session: Session, name: str) -> object:
    """What differs whenever the page of an investigation looks different."""
    row = session.execute(
        select(Investigation.id, Investigation.state, Investigation.error).where(Investigation.name == name)
    ).first()
    if row is None:
        return None
    steps = session.execute(
        select(InvestigationStep.state, InvestigationStep.progress, InvestigationStep.error)
        .where(InvestigationStep.investigation_id == row.id)
        .order_by(InvestigationStep.position)
    ).all()
    return (row.state, row.error, tuple((state, str(progress), error) for state, progress, error in steps))


def investigation_version(session: Session, view: InvestigationView) -> str:
    """What differs whenever the report does: states of steps, and the versions of the runs that it shows."""
    runs = [one.run_id for step in view.steps for one in step.results if one.run_id is not None]
    revisions = session.execute(select(Run.id, Run.revision_number).where(Run.id.in_(runs)).order_by(Run.id)).all()
    steps = [(step.name, step.state, step.error, len(step.results)) for step in view.steps]
    return f"{view.recipe_hash}-{view.state}-{view.error}-{steps}-{revisions}"


def done_runs(session: Session, run_ids: Sequence[int]) -> set[int]:
    """Those of the runs that are still there."""
    states = (RunState.DONE, RunState.RUNNING, RunState.QUEUED, RunState.PAUSED)
    return set(session.scalars(select(Run.id).where(Run.id.in_(run_ids), Run.state.in_(states))))


def base_of_run(session: Session, run_id: int) -> int:
    """The id of the checkpoint that drafted; 0 where none is known."""
    return session.scalar(select(Run.base_checkpoint_id).where(Run.id == run_id)) or 0


def training_facts(session: Session, name: str) -> TrainingFacts | None:
    """What is known of a checkpoint that a step trained; None where it is not in the store any more."""
    row = session.scalars(select(Checkpoint).where(Checkpoint.name == name)).first()
    if row is None:
        return None
    above = session.get(Checkpoint, row.base_id or row.parent_id) if row.base_id or row.parent_id else None
    read = select(func.count()).select_from(ProblemOrigin).where(ProblemOrigin.checkpoint_id == row.id)
    record: dict[str, Any] = row.training
    transcripts = record.get("transcripts")
    curve = learning_curve(session, row.id)
    return TrainingFacts(
        id=row.id,
        name=row.name,
        is_critic=row.base_id is not None,
        parent=above.name if above else "",
        steps=curve[-1].step if curve else None,
        seconds=record.get("seconds"),
        problems=session.scalar(read) or 0,
        transcripts=transcripts if isinstance(transcripts, int) else None,
        curve=tuple((one.step, one.split, one.loss) for one in curve),
        force=tuple(force_in_words(session, [row.id])),
    )


def set_facts(session: Session, name: str) -> SetFacts | None:
    version = newest_version(session, name)
    if version is None:
        return None
    members = select(func.count()).select_from(ProblemSetMember).where(ProblemSetMember.version_id == version.id)
    return SetFacts(name=name, version=version.number, problems=session.scalar(members) or 0)


@dataclass(frozen=True, kw_only=True)
class CheckpointIdentity:
    """What identifies a checkpoint that the numbers depend on."""

    id: int
    name: str
    kind: str
    content_hash: str
    tokenizer_hash: str
    parameters: int | None


def checkpoint_identities(session: Session, run_ids: Sequence[int]) -> tuple[CheckpointIdentity, ...]:
    """The checkpoints of these runs."""
    wanted = select(Arm.checkpoint_id).where(Arm.run_id.in_(run_ids))
    rows = session.scalars(select(Checkpoint).where(Checkpoint.id.in_(wanted)).order_by(Checkpoint.id))
    return tuple(row_of(CheckpointIdentity, row) for row in rows)


def set_hashes(session: Session, run_ids: Sequence[int]) -> tuple[tuple[str, int, str], ...]:
    """(name, version, content hash) of each problem set that these runs used."""
    rows = session.execute(
        select(ProblemSet.name, ProblemSetVersion.number, ProblemSetVersion.content_hash)
        .join(ProblemSetVersion, ProblemSetVersion.problem_set_id == ProblemSet.id)
        .where(ProblemSetVersion.id.in_(select(RunProblem.version_id).where(RunProblem.run_id.in_(run_ids))))
        .order_by(ProblemSet.name)
    )
    return tuple((name, number, digest) for name, number, digest in rows)
