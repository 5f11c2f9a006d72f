"""What a run was, as its report says it: base, sets, sampling, ruler, and what to know before reading its numbers.

In: a session and a run's id. Out: one frozen `RunSettings`.
"""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.reports.run_settings import RunSettings
from models import Arm, Checkpoint, ProblemSet, ProblemSetVersion, RulerIdentity, Run, RunProblem
from models.enums import RunState

_SAMPLING = ("max_new_tokens", "temperature", "top_p")


def read_settings(session: Session, run_id: int) -> RunSettings:
    """What the run was.

    Raises:
        NotFound: there is no such run.
    """
    run = session.get(Run, run_id)
    if run is None:
        raise NotFound(f"There is no run {run_id}.", advice="The list of runs shows all that are in this store.")
    base = run.base_checkpoint
    ruler = session.get(RulerIdentity, run.ruler_id) if run.ruler_id is not None else None
    return RunSettings(
        id=run.id,
        name=run.name,
        kind=run.kind,
        state=run.state,
        base=base.name if base else "",
        base_hash=base.content_hash if base else "",
        problem_sets=_sets_of(session, run_id),
        problems=session.scalar(select(func.count()).where(RunProblem.run_id == run_id)) or 0,
        samples=run.samples,
        sampling=tuple(sorted((name, str(value)) for name, value in run.sampling.items())),
        seed=run.seed,
        feedback=run.feedback,
        gated=run.gated,
        rounds=run.rounds,
        budget=run.budget,
        ruler=ruler.digest if ruler else "",
        go_version=ruler.go_version if ruler else "",
        notes=_notes(session, run),
    )


def read_arm_sampling(session: Session, run_id: int, arm: str) -> tuple[tuple[str, str], ...]:
    """Temperature, top_p and the most new tokens of one arm; empty where nobody told."""
    settings = session.scalars(select(Arm.settings).where(Arm.run_id == run_id, Arm.name == arm)).first() or {}
    return tuple((name, str(settings[name])) for name in _SAMPLING if name in settings)


def _notes(session: Session, run: Run) -> tuple[str, ...]:
    notes = (
        []
        if run.state is RunState.DONE
        else ["The run is not finished: its numbers are of what was counted so far."]
    )
    deleted = session.scalars(
        select(Checkpoint.name)
        .where(
            Checkpoint.id.in_(select(Arm.checkpoint_id).where(Arm.run_id == run.id))
            | (Checkpoint.id == run.base_checkpoint_id),
            Checkpoint.deleted_at.is_not(None),
        )
        .order_by(Checkpoint.name)
    )
    notes += [
        f"The files of checkpoint {name} are not here any more, or never were: the run cannot be repeated."
        for name in deleted
    ]
    return (*notes, *_other_sampling(run))


def _other_sampling(run: Run) -> list[str]:
    """Arms that draw otherwise than the drafts do, which alone can move their numbers."""
    return [
        f"{arm.name} draws with {name} {arm.settings[name]}, the drafts with {run.sampling[name]}."
        for arm in run.arms
        if arm.kind.repairs
        for name in _SAMPLING
        if name in arm.settings and name in run.sampling and arm.settings[name] != run.sampling[name]
    ]


def _sets_of(session: Session, run_id: int) -> tuple[str, ...]:
    versions = select(RunProblem.version_id).where(RunProblem.run_id == run_id).distinct()
    rows = session.execute(
        select(ProblemSet.name, ProblemSetVersion.number)
        .join(ProblemSetVersion.problem_set)
        .where(ProblemSetVersion.id.in_(versions))
        .order_by(ProblemSet.name, ProblemSetVersion.number)
    )
    return tuple(f"{name}@{number}" for name, number in rows)
