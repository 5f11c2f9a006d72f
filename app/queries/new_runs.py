"""What a new run begins with: the values of an earlier one, or what fits this store, and how fast such runs were here.

In: a session. Out: fields of the form of a new run, by name, and a frozen `ProgramPace`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.queries.checkpoints import bases_of_critics, list_names
from app.queries.problem_sets import list_set_names
from app.queries.runs import find_run
from models import Arm, Checkpoint, ProblemSetMember, Run, RunProblem
from models.arm_kinds import ArmKind
from models.enums import CheckpointKind, RunKind, RunState

MOST_SETS = 2
"""Sets that are ticked in a store without a run: one that its models have seen, and one that they have not."""


PACES, TELLING_PROGRAMS = 10, 100
"""Finished runs that are looked at for a pace, and how many programs make one of them telling."""


@dataclass(frozen=True, kw_only=True)
class ProgramPace:
    """How fast a finished run of a base was."""

    run_name: str
    seconds: float
    """Wall-clock seconds for each sample of each arm."""


def cloned_fields(session: Session, run_id: int) -> dict[str, Any]:
    """The form as it was filled in for a run.

    Raises:
        NotFound: there is no such run.
    """
    run = find_run(session, run_id)
    kinds = [arm.kind for arm in run.arms]
    return {
        "problem_sets": [one.name for one in run.sets],
        "limit": _limit(session, run_id) or "",
        "base": run.base,
        "critics": list(dict.fromkeys(arm.checkpoint for arm in run.arms if arm.kind == ArmKind.CRITIC)),
        "options": list(dict.fromkeys(kind.option.name for kind in kinds if kind.option is not None)),
        "samples": run.samples,
        "seed": run.seed,
        "rounds": run.rounds,
        "feedback": str(run.feedback),
        "gate": str(run.gate),
        "budget": str(run.budget),
        "ungated": not run.gated,
        "no_tokens": not run.token_confidence,
        **run.sampling,
    }


def _limit(session: Session, run_id: int) -> int | None:
    """How many problems the run took of each set, if that is not all of it; twins and originals count alike."""
    taken = session.execute(
        select(RunProblem.version_id, func.count())
        .where(RunProblem.run_id == run_id)
        .group_by(RunProblem.version_id)
    )
    parts = []
    for version_id, number in taken:
        members = select(func.count()).where(ProblemSetMember.version_id == version_id)
        if number < (session.scalar(members) or 0):
            parts.append(number)
    return max(parts, default=None)


def suggested_fields(session: Session) -> dict[str, Any]:
    """Sets, base and critic to begin with: those of the newest run, else a base that has a critic, with that critic."""
    bases = list_names(session, CheckpointKind.BASE, CheckpointKind.ENDPOINT)
    critics, sets = bases_of_critics(session), list_set_names(session)
    newest = session.execute(_experiments().limit(1)).first()
    base = newest.base if newest is not None and newest.base in bases else None
    if base is None:
        base = next((one for one in bases if one in critics.values()), next(iter(bases), ""))
    used = [one.name for one in find_run(session, newest.id).sets] if newest is not None else []
    chosen = [name for name in sets if name in used] or list(sets[:MOST_SETS])
    return {"base": base, "critics": critics_of(critics, base), "problem_sets": chosen}


def critics_of(critics: Mapping[str, str], base: str) -> list[str]:
    """The critic of a base that a new run begins with, in a list; empty if it has none."""
    return [name for name, of in critics.items() if of == base][:1]


def read_pace(session: Session, base: str) -> ProgramPace | None:
    """From the newest finished experiment of the base that is large enough to tell, else from the largest that is not.

    In a small one most of the time goes into loading models. None if no run was finished here.
    """
    finished = _experiments().where(
        Run.state == RunState.DONE,
        Checkpoint.name == base,
        Run.started_at.is_not(None),
        Run.finished_at.is_not(None),
    )
    known = []
    for run in session.execute(finished.limit(PACES)):
        arms, problems = (
            session.scalar(select(func.count()).select_from(table).where(table.run_id == run.id)) or 0
            for table in (Arm, RunProblem)
        )
        seconds, programs = (run.finished_at - run.started_at).total_seconds(), arms * problems * run.samples
        if programs and seconds > 0:
            known.append((programs, ProgramPace(run_name=run.name, seconds=seconds / programs)))
        if programs >= TELLING_PROGRAMS:
            break
    return max(known, key=lambda one: one[0])[1] if known else None


def _experiments() -> Select[*tuple[Any, ...]]:
    columns = (Run.id, Run.name, Run.samples, Run.started_at, Run.finished_at, Checkpoint.name.label("base"))
    return (
        select(*columns)
        .join(Checkpoint, Run.base_checkpoint_id == Checkpoint.id)
        .where(Run.kind == RunKind.EXPERIMENT)
        .order_by(Run.id.desc())
    )
