"""What the models of a run, or one checkpoint, saw in training, problem by problem and set by set.

In: a session. Out: frozen rows. `models.origins` decides; nothing is decided here.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from models import Arm, Checkpoint, Problem, ProblemSet, ProblemSetMember, ProblemSetVersion, Run, RunProblem
from models.enums import Origin
from models.origins import FoundOrigin, find_origins, forced_slices


@dataclass(frozen=True, kw_only=True)
class SetOrigin:
    """The problems of a set's newest version of which one and the same thing is known."""

    name: str
    version: int
    origin: Origin
    problems: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class UnknownReads:
    """A checkpoint of which it is not known what it read."""

    id: int
    name: str


def run_origins(session: Session, run_id: int) -> dict[int, FoundOrigin]:
    """The origin of each problem of the run by its row id, for all checkpoints of the run together."""
    problems = select(RunProblem.problem_id).where(RunProblem.run_id == run_id)
    return find_origins(session, _checkpoints(session, run_id), problems)


def count_origins(session: Session, run_id: int) -> dict[Origin, int]:
    """How many problems of the run are of each origin; origins without a problem are left out, and so are twins."""
    mine = select(RunProblem.problem_id).where(RunProblem.run_id == run_id)
    twins = set(session.scalars(select(Problem.id).where(Problem.id.in_(mine), Problem.twin_of.is_not(None))))
    every = run_origins(session, run_id)
    counted = Counter(found.origin for key, found in every.items() if key not in twins or len(twins) == len(every))
    return {origin: counted[origin] for origin in Origin if counted[origin]}


def unknown_reads(session: Session, run_id: int) -> tuple[UnknownReads, ...]:
    """The checkpoints of which somebody should say what they read, so that the run's origins are known."""
    ids = {number for found in run_origins(session, run_id).values() for number in found.unknown}
    rows = session.execute(
        select(Checkpoint.id, Checkpoint.name).where(Checkpoint.id.in_(ids)).order_by(Checkpoint.id)
    )
    return tuple(UnknownReads(id=row.id, name=row.name) for row in rows)


def notes_on_force(session: Session, run_id: int) -> list[str]:
    """One sentence for each held-out slice that a checkpoint of the run was trained on by force."""
    return force_in_words(session, _checkpoints(session, run_id))


def force_in_words(session: Session, checkpoint_ids: Collection[int | None]) -> list[str]:
    """The same for checkpoints and their ancestors."""
    return [
        f"{name} was trained by force on {held_out}, which was held out: its results there are no evidence of skill."
        for name, held_out in forced_slices(session, checkpoint_ids)
    ]


def forced_trainings(session: Session, checkpoint_id: int) -> tuple[tuple[str, str], ...]:
    """(checkpoint, held-out slice) for each that the checkpoint, or an ancestor of it, was trained on by force."""
    return tuple(forced_slices(session, [checkpoint_id]))


def origins_by_set(session: Session, checkpoint_id: int) -> tuple[SetOrigin, ...]:
    """What is known of the checkpoint and the newest version of every set."""
    other = aliased(ProblemSetVersion)
    newest = select(func.max(other.number)).where(other.problem_set_id == ProblemSet.id).scalar_subquery()
    members = session.execute(
        select(ProblemSet.name, ProblemSetVersion.number, ProblemSetMember.problem_id)
        .join(ProblemSetVersion, ProblemSetVersion.problem_set_id == ProblemSet.id)
        .join(ProblemSetMember, ProblemSetMember.version_id == ProblemSetVersion.id)
        .where(ProblemSetVersion.number == newest)
        .order_by(ProblemSet.name, ProblemSetMember.position)
    ).all()
    origins = find_origins(session, [checkpoint_id], select(ProblemSetMember.problem_id))
    counted = Counter(
        (row.name, row.number, origins[row.problem_id].origin, origins[row.problem_id].reason) for row in members
    )
    return tuple(
        SetOrigin(name=name, version=version, origin=origin, problems=problems, reason=reason)
        for (name, version, origin, reason), problems in counted.items()
    )


def _checkpoints(session: Session, run_id: int) -> list[int | None]:
    """The base first."""
    arms = select(Arm.checkpoint_id).where(Arm.run_id == run_id).order_by(Arm.position, Arm.id)
    base = session.scalars(select(Run.base_checkpoint_id).where(Run.id == run_id)).all()
    return [*base, *session.scalars(arms)]
