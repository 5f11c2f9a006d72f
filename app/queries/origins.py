"""Whether a run's problems were seen in training: of each version of a set, and counted over the run.

In: a session and a run's id. Out: the closed enum `Origin`; a version that no checkpoint of the run has a word on is
`unknown`, never guessed.
"""

from collections import Counter

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import ProblemSetOrigin, Run, RunProblem
from models.enums import Origin


def read_origins(session: Session, run_id: int) -> dict[int, Origin]:
    """Of each version: seen where any checkpoint of the run saw it; otherwise what is known of the base."""
    run = session.get_one(Run, run_id)
    used = {run.base_checkpoint_id, *(arm.checkpoint_id for arm in run.arms)} - {None}
    rows = session.execute(
        select(ProblemSetOrigin.version_id, ProblemSetOrigin.checkpoint_id, ProblemSetOrigin.origin)
        .where(ProblemSetOrigin.checkpoint_id.in_(used))
        .where(ProblemSetOrigin.version_id.in_(select(RunProblem.version_id).where(RunProblem.run_id == run_id)))
    ).all()
    origins = {version: origin for version, checkpoint, origin in rows if checkpoint == run.base_checkpoint_id}
    return origins | {version: Origin.SEEN for version, _, origin in rows if origin is Origin.SEEN}


def count_origins(session: Session, run_id: int) -> dict[Origin, int]:
    """How many problems of the run are of each origin; origins without a problem are left out."""
    origins = read_origins(session, run_id)
    rows = session.execute(
        select(RunProblem.version_id, func.count())
        .where(RunProblem.run_id == run_id)
        .group_by(RunProblem.version_id)
    )
    counted: Counter[Origin] = Counter()
    for version_id, problems in rows:
        counted[origins.get(version_id, Origin.UNKNOWN)] += problems
    return {origin: counted[origin] for origin in Origin if counted[origin]}
