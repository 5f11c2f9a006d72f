"""What a map of forgetting is made from: the lineage of a base, a run of each checkpoint on one set, and drifts.

In: a session, a checkpoint's id, a set's name. Out: the report of `app.reports.forgetting`. All runs shown have one
specification (samples, sampling, seed, ruler): the one under which most checkpoints of the lineage were run, the newest
such where two have as many.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.queries.report_inputs import read_arms, read_settings
from app.reports.drift import DriftValues
from app.reports.forgetting import ForgettingMap, MeasuredCheckpoint, forgetting_map
from models import Checkpoint, Drift, ProblemSet, ProblemSetVersion, Run, RunProblem
from models.enums import CheckpointKind, RunKind, RunState


@dataclass(frozen=True, kw_only=True)
class LineagePoint:
    """A base of a lineage."""

    id: int
    name: str
    ancestors: tuple[int, ...]
    """The nearest first."""


def base_lineage(session: Session, checkpoint_id: int) -> tuple[LineagePoint, ...]:
    """The checkpoint with all its ancestors and descendants, parents before children.

    Raises:
        NotFound: there is no such checkpoint.
    """
    if session.get(Checkpoint, checkpoint_id) is None:
        raise NotFound(f"There is no checkpoint {checkpoint_id}.")
    rows = session.execute(
        select(Checkpoint.id, Checkpoint.name, Checkpoint.parent_id).where(Checkpoint.kind == CheckpointKind.BASE)
    ).all()
    parents = {number: parent for number, _, parent in rows}
    names = {number: name for number, name, _ in rows}
    own = {checkpoint_id, *_ancestors(checkpoint_id, parents)}
    points = [
        LineagePoint(id=number, name=names[number], ancestors=tuple(_ancestors(number, parents)))
        for number in sorted(names)
    ]
    shown = [point for point in points if point.id in own or checkpoint_id in point.ancestors]
    return tuple(sorted(shown, key=lambda point: (len(point.ancestors), point.id)))


def _ancestors(number: int, parents: Mapping[int, int | None]) -> Iterator[int]:
    seen, above = {number}, parents.get(number)
    while above is not None and above not in seen:
        yield above
        seen.add(above)
        above = parents.get(above)


def read_forgetting(session: Session, checkpoint_id: int, problem_set: str) -> ForgettingMap:
    """The map of the checkpoint's lineage on a set.

    Raises:
        NotFound: there is no such checkpoint.
    """
    points = base_lineage(session, checkpoint_id)
    runs = _runs_of_one_specification(session, [point.id for point in points], problem_set)
    measured = [
        MeasuredCheckpoint(
            id=point.id,
            name=point.name,
            ancestors=point.ancestors,
            run=read_settings(session, runs[point.id]),
            arm=next(arm for arm in read_arms(session, runs[point.id]) if not arm.kind.repairs),
        )
        for point in points
        if point.id in runs
    ]
    unmeasured = [point.name for point in points if point.id not in runs]
    drifts = read_drifts(session, [point.id for point in points], problem_set)
    return forgetting_map(problem_set, measured, unmeasured, drifts)


def _runs_of_one_specification(
    session: Session, checkpoint_ids: Sequence[int], problem_set: str
) -> dict[int, int]:
    """The newest finished run of each checkpoint under the specification that most of them have."""
    with_set = (
        select(RunProblem.run_id)
        .join(ProblemSetVersion, ProblemSetVersion.id == RunProblem.version_id)
        .join(ProblemSet)
        .where(ProblemSet.name == problem_set)
    )
    rows = session.execute(
        select(Run.id, Run.base_checkpoint_id, Run.samples, Run.sampling, Run.seed, Run.ruler_id)
        .where(
            Run.base_checkpoint_id.in_(checkpoint_ids),
            Run.kind == RunKind.EXPERIMENT,
            Run.state == RunState.DONE,
            Run.id.in_(with_set),
        )
        .order_by(Run.id)
    )
    by_specification: dict[tuple[object, ...], dict[int, int]] = {}
    for run_id, base_id, samples, sampling, seed, ruler in rows:
        greedy = sampling.get("temperature") == 0
        drawn = tuple(
            sorted((name, str(value)) for name, value in sampling.items() if not (greedy and name == "top_p"))
        )
        key = (samples, drawn, None if greedy else seed, ruler)
        by_specification.setdefault(key, {})[base_id] = run_id
    return max(by_specification.values(), key=lambda runs: (len(runs), max(runs.values())), default={})


def read_drifts(
    session: Session, checkpoint_ids: Sequence[int], problem_set: str
) -> dict[tuple[int, int], DriftValues]:
    """Of the set's versions the newest that was measured, by parent and checkpoint."""
    rows = session.scalars(
        select(Drift)
        .join(ProblemSetVersion, ProblemSetVersion.id == Drift.version_id)
        .join(ProblemSet)
        .where(ProblemSet.name == problem_set, Drift.checkpoint_id.in_(checkpoint_ids))
        .order_by(ProblemSetVersion.number)
    )
    return {
        (row.parent_id, row.checkpoint_id): DriftValues(
            nats=tuple(float(nats) for _, nats, _ in row.prompts),
            tokens=tuple(int(tokens) for _, _, tokens in row.prompts),
            trained_on=row.trained_on,
            too_long=row.too_long,
        )
        for row in rows
    }


def sets_of_lineage(session: Session, checkpoint_id: int) -> tuple[str, ...]:
    """The sets on which a checkpoint of the lineage has a finished run, by name."""
    ids = [point.id for point in base_lineage(session, checkpoint_id)]
    return tuple(
        session.scalars(
            select(ProblemSet.name)
            .join(ProblemSetVersion)
            .join(RunProblem, RunProblem.version_id == ProblemSetVersion.id)
            .join(Run, Run.id == RunProblem.run_id)
            .where(Run.base_checkpoint_id.in_(ids), Run.kind == RunKind.EXPERIMENT, Run.state == RunState.DONE)
            .distinct()
            .order_by(ProblemSet.name)
        )
    )
