"""What a lineage of checkpoints forgot and learned: one set's problems × checkpoints, each step tested.

In: `forgetting_map(problem_set, measured, unmeasured, drifts)` takes the lineage in order, parents first, each
checkpoint with the settings and the base's arm of its run on the set (`MeasuredCheckpoint`); all runs have one
specification. Out: a `ForgettingMap`: the cells, one `ForgettingStep` for each checkpoint with a measured ancestor, and
the verdict in words. Nothing is read from a store here: `app.queries.forgetting` does that.

A step is the paired comparison of `paired` (1→0 is *broken*: solved by the parent, not by the checkpoint), with Holm's
correction over the steps. Its drift is the mean divergence KL(parent ‖ checkpoint) in nats per prompt token.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.reports.counts import number_of
from app.reports.differences import Looks
from app.reports.drift import DriftEstimate, DriftValues, drift_estimate
from app.reports.evidence import holm
from app.reports.paired import PairedResult, compare_arms
from app.reports.report import RunSettings
from app.reports.samples import ArmSamples, ProblemKey
from app.reports.twins import set_twins_apart
from app.reports.wording import evidence_in_words
from models.enums import Origin


@dataclass(frozen=True, kw_only=True)
class MeasuredCheckpoint:
    """A checkpoint of the lineage with its run."""

    id: int
    name: str
    ancestors: tuple[int, ...]
    """Ids of the checkpoints that its training began with, the nearest first."""
    run: RunSettings
    arm: ArmSamples
    """The base's arm of the run; problems of other sets are left out here."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MapCell:
    """One problem under one checkpoint; `scored` is 0 where there is no verdict."""

    passed: int
    scored: int
    run_id: int


@dataclass(frozen=True, kw_only=True, slots=True)
class MapRow:
    task_id: str
    problem_version: str
    cells: tuple[MapCell | None, ...]
    """One for each column; None where the run has no such problem."""
    moves: tuple[str, ...]
    """For each step `1→0`, `0→1` or empty."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MapColumn:
    checkpoint_id: int
    checkpoint: str
    run_id: int
    solved: int
    problems: int
    origins: str
    """How many of the problems its run calls seen, unseen and unknown."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ForgettingStep:
    """From a checkpoint's nearest measured ancestor to itself."""

    parent: str
    checkpoint: str
    parent_column: int
    column: int
    skipped: int
    """Checkpoints between the two that were not measured."""
    forgotten: int
    """1→0: problems that the parent solved and the checkpoint does not."""
    learned: int
    """0→1."""
    result: PairedResult
    drift: DriftEstimate | None
    """None: not measured."""
    sentence: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ForgettingMap:
    """Problems × checkpoints of a lineage on one set."""

    problem_set: str
    verdict: str
    specification: str
    """What all runs have in common, in words."""
    columns: tuple[MapColumn, ...]
    rows: tuple[MapRow, ...]
    """Problems that moved come first, then the rest in the set's order."""
    steps: tuple[ForgettingStep, ...]
    notes: tuple[str, ...]


def forgetting_map(
    problem_set: str,
    measured: Sequence[MeasuredCheckpoint],
    unmeasured: Sequence[str] = (),
    drifts: Mapping[tuple[int, int], DriftValues] | None = None,
) -> ForgettingMap:
    """The map of one lineage on one set.

    Args:
        measured: parents before children.
        unmeasured: names of the lineage's checkpoints without a run under this specification.
        drifts: by the ids of parent and checkpoint.
    """
    measured = [replace(one, arm=_of_set(one.arm, problem_set)) for one in measured]
    columns = tuple(_column(one) for one in measured)
    steps = _steps(measured, drifts or {})
    return ForgettingMap(
        problem_set=problem_set,
        verdict=_verdict(problem_set, measured, steps),
        specification=_specification(measured[0].run) if measured else "",
        columns=columns,
        rows=_rows(measured, steps),
        steps=steps,
        notes=tuple(_notes(measured, unmeasured, steps)),
    )


def _of_set(arm: ArmSamples, problem_set: str) -> ArmSamples:
    arm = set_twins_apart([arm])[0][0]
    rows = [row for row, one in enumerate(arm.problems) if one.problem_set.rpartition("@")[0] == problem_set]
    return arm.only(np.array(rows, dtype=np.intp))


def _column(one: MeasuredCheckpoint) -> MapColumn:
    return MapColumn(
        checkpoint_id=one.id,
        checkpoint=one.name,
        run_id=one.run.id,
        solved=int(np.sum(one.arm.c > 0)),
        problems=int(np.sum(one.arm.n > 0)),
        origins=_origins(one.arm),
    )


def _origins(arm: ArmSamples) -> str:
    counted = Counter(info.origin for info, scored in zip(arm.problems, arm.n, strict=True) if scored)
    return ", ".join(f"{counted[origin]} {origin}" for origin in Origin if counted[origin])


def _steps(
    measured: Sequence[MeasuredCheckpoint], drifts: Mapping[tuple[int, int], DriftValues]
) -> tuple[ForgettingStep, ...]:
    places = {one.id: place for place, one in enumerate(measured)}
    pairs = []
    for place, one in enumerate(measured):
        known = [(skipped, places[above]) for skipped, above in enumerate(one.ancestors) if above in places]
        if known:
            pairs.append((known[0][0], known[0][1], place))
    looks = Looks(family=max(1, len(pairs)))
    results = [
        compare_arms(_named(measured[parent]), _named(measured[place]), looks) for _, parent, place in pairs
    ]
    corrected = holm([result.evidence for result in results])
    return tuple(
        _step(measured, pair, replace(result, evidence=evidence), drifts)
        for pair, result, evidence in zip(pairs, results, corrected, strict=True)
    )


def _named(one: MeasuredCheckpoint) -> ArmSamples:
    return replace(one.arm, name=one.name)


def _step(
    measured: Sequence[MeasuredCheckpoint],
    pair: tuple[int, int, int],
    result: PairedResult,
    drifts: Mapping[tuple[int, int], DriftValues],
) -> ForgettingStep:
    skipped, parent, place = pair
    above, below = measured[parent], measured[place]
    values = drifts.get((above.id, below.id))
    return ForgettingStep(
        parent=above.name,
        checkpoint=below.name,
        parent_column=parent,
        column=place,
        skipped=skipped,
        forgotten=result.problems.broken,
        learned=result.problems.fixed,
        result=result,
        drift=drift_estimate(values) if values is not None else None,
        sentence=_sentence(above.name, below.name, result),
    )


_MOVES = {"broken": "1→0", "fixed": "0→1"}


def _rows(measured: Sequence[MeasuredCheckpoint], steps: Sequence[ForgettingStep]) -> tuple[MapRow, ...]:
    places = [{key: row for row, key in enumerate(one.arm.keys)} for one in measured]
    order = dict.fromkeys(key for one in measured for key in one.arm.keys)
    ledgers = [
        {
            ProblemKey(task_id=one.task_id, version=one.problem_version): _MOVES.get(one.move, "")
            for one in step.result.ledger
            if one.scored
        }
        for step in steps
    ]
    rows = [_row(key, measured, places, [ledger.get(key, "") for ledger in ledgers]) for key in order]
    return tuple(sorted(rows, key=lambda row: not any(row.moves)))


def _row(
    key: ProblemKey,
    measured: Sequence[MeasuredCheckpoint],
    places: Sequence[Mapping[ProblemKey, int]],
    moves: Sequence[str],
) -> MapRow:
    cells = tuple(
        MapCell(passed=int(one.arm.c[at[key]]), scored=int(one.arm.n[at[key]]), run_id=one.run.id)
        if key in at
        else None
        for one, at in zip(measured, places, strict=True)
    )
    return MapRow(
        task_id=key.task_id,
        problem_version=key.version,
        cells=cells,
        moves=tuple(moves),
    )


def _sentence(parent: str, name: str, result: PairedResult) -> str:
    flips = result.problems
    if not flips.total:
        return f"{name} cannot be compared with {parent}: they share no problem with a verdict."
    counts = (
        f"From {parent} to {name} {flips.broken} of {flips.total} problems went 1→0 and {flips.fixed} went 0→1"
    )
    evidence = evidence_in_words(result.evidence, power=True)
    if result.evidence.disagreement:
        return f"{counts}: nothing is claimed ({evidence})."
    if not result.evidence.convincing:
        return f"{counts}: no more than chance would move ({evidence})."
    return (
        f"{counts}: {'forgetting' if flips.broken > flips.fixed else 'learning'}, more than chance ({evidence})."
    )


def _verdict(problem_set: str, measured: Sequence[MeasuredCheckpoint], steps: Sequence[ForgettingStep]) -> str:
    if not measured:
        return f"No checkpoint of this lineage has a finished run on {problem_set}."
    if not steps:
        return (
            f"Only {measured[0].name} has a finished run on {problem_set}: forgetting needs a run of a checkpoint that "
            "was trained from it, under the same specification."
        )
    return " ".join(step.sentence for step in steps)


def _specification(run: RunSettings) -> str:
    sampling = ", ".join(f"{name} {value}" for name, value in run.sampling)
    ruler = f"{run.go_version} ({run.ruler[:12]})" if run.ruler else "no ruler"
    return f"{number_of(run.samples, 'draft')} a problem, {sampling}, seed {run.seed}, ruler {ruler}"


def _learned_in_training(one: MeasuredCheckpoint, step: ForgettingStep) -> int:
    """How many problems that went 0→1 the checkpoint's run calls seen."""
    seen = {info.key for info in one.arm.problems if info.origin is Origin.SEEN}
    moved = (flip for flip in step.result.ledger if flip.scored and _MOVES.get(flip.move) == "0→1")
    return sum(ProblemKey(task_id=flip.task_id, version=flip.problem_version) in seen for flip in moved)


def _notes(
    measured: Sequence[MeasuredCheckpoint], unmeasured: Sequence[str], steps: Sequence[ForgettingStep]
) -> Iterator[str]:
    if unmeasured and measured:
        names = ", ".join(unmeasured[:5]) + (f" and {len(unmeasured) - 5} more" if len(unmeasured) > 5 else "")
        yield f"Without a run under this specification: {names}."
    yield from dict.fromkeys(f"Run {one.run.id}: {note}" for one in measured for note in one.run.notes)
    for step in steps:
        if read := _learned_in_training(measured[step.column], step):
            were = "that went 0→1 was" if step.learned == 1 else f"of {step.learned} that went 0→1 were"
            yield f"{step.checkpoint}: {read} {were} in its training: that is no evidence of skill."
        if step.skipped:
            between = number_of(step.skipped, "checkpoint")
            yield f"Between {step.parent} and {step.checkpoint} {between} without such a run."
        yield from (f"{step.checkpoint}: {warning}" for warning in step.result.warnings)
    if len(steps) > 1:
        yield f"{len(steps)} steps are compared: p-values are corrected for that (Holm), and intervals hold together."
