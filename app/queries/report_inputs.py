"""What a report is made from: the settings of a run, and its arms as tables built from the derived counts.

In: a session and a run's id. Out: frozen values. No attempt or revision is read: a run of a million samples costs a few
thousand rows of `run_problem_count`.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.queries.problem_sets import read_origins
from app.reports.compare import choose_arm
from app.reports.report import RunSettings
from app.reports.sample_tables import ProblemStrips, arm_from_strips
from app.reports.samples import ArmSamples, ProblemInfo, ProblemKey
from models import (
    Arm,
    Checkpoint,
    Problem,
    ProblemSet,
    ProblemSetVersion,
    RulerIdentity,
    Run,
    RunProblem,
    RunProblemCount,
)
from models.arm_kinds import ArmKind
from models.enums import Origin, RunState

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


VERSION_DIGITS = 12


class _ArmRow(NamedTuple):
    id: int
    name: str
    kind: ArmKind


def read_problems(session: Session, run_id: int) -> dict[int, ProblemInfo]:
    """The run's problems by row id, in the run's order."""
    origins = read_origins(session, run_id)
    rows = session.execute(
        select(
            Problem.id,
            Problem.task_id,
            Problem.content_hash,
            ProblemSet.name,
            ProblemSetVersion.number,
            ProblemSetVersion.id,
        )
        .select_from(RunProblem)
        .join(RunProblem.problem)
        .join(RunProblem.version)
        .join(ProblemSetVersion.problem_set)
        .where(RunProblem.run_id == run_id)
        .order_by(RunProblem.position, Problem.id)
    )
    return {
        problem_id: ProblemInfo(
            key=ProblemKey(task_id=task_id, version=content[:VERSION_DIGITS]),
            problem_set=f"{name}@{number}",
            origin=origins.get(version_id, Origin.UNKNOWN),
        )
        for problem_id, task_id, content, name, number, version_id in rows
    }


def read_arms(session: Session, run_id: int) -> list[ArmSamples]:
    """Every arm of the run, from the derived counts, over the problems that have results."""
    problems = read_problems(session, run_id)
    order = {problem_id: place for place, problem_id in enumerate(problems)}
    arms = _arms_of(session, run_id)
    counts: dict[int, list[Any]] = {arm.id: [] for arm in arms}
    # A recount writes a row for every problem, those without a sample yet as well.
    rows = session.execute(_COUNTS.where(RunProblemCount.run_id == run_id, RunProblemCount.marks != "")).all()
    for row in sorted(rows, key=lambda row: order[row.problem_id]):
        counts[row.arm_id].append(row)
    return [arm_from_strips(arm.name, arm.kind, _strips(counts[arm.id], problems)) for arm in arms]


def _arms_of(session: Session, run_id: int) -> list[_ArmRow]:
    rows = session.execute(
        select(Arm.id, Arm.name, Arm.kind).where(Arm.run_id == run_id).order_by(Arm.position, Arm.id)
    )
    return [_ArmRow(*row) for row in rows]


def read_verdicts(session: Session, run_id: int, arm: str | None) -> ArmSamples:
    """One arm with its final verdicts alone, which is all that a comparison reads: a tenth of the whole arm's time.

    Raises:
        NoSuchArm: the run has no arm of that name, or none at all.
    """
    chosen = choose_arm(_arms_of(session, run_id), arm)
    problems = read_problems(session, run_id)
    rows = session.execute(
        select(RunProblemCount.problem_id, RunProblemCount.marks).where(
            RunProblemCount.run_id == run_id, RunProblemCount.arm_id == chosen.id, RunProblemCount.marks != ""
        )
    )
    marks = {row.problem_id: row.marks for row in rows}
    strips = [
        ProblemStrips(info=info, marks=marks[problem_id], draft_marks="")
        for problem_id, info in problems.items()
        if problem_id in marks
    ]
    return arm_from_strips(chosen.name, chosen.kind, strips)


_COUNTS = select(
    RunProblemCount.problem_id,
    RunProblemCount.arm_id,
    RunProblemCount.marks,
    RunProblemCount.draft_marks,
    RunProblemCount.raw_marks,
    RunProblemCount.legacy_marks,
    RunProblemCount.example_marks,
    RunProblemCount.prompt_tokens,
    RunProblemCount.seconds,
    RunProblemCount.sample_details,
)


def _strips(rows: Sequence[Any], problems: dict[int, ProblemInfo]) -> list[ProblemStrips]:
    return [
        ProblemStrips(
            info=problems[row.problem_id],
            marks=row.marks,
            draft_marks=row.draft_marks,
            raw_marks=row.raw_marks,
            legacy_marks=row.legacy_marks,
            example_marks=row.example_marks,
            rounds=row.sample_details.get("rounds", ()),
            copied=row.sample_details.get("copied", ()),
            edit_size=row.sample_details.get("edit_size", ()),
            new_tokens=row.sample_details.get("new_tokens", ()),
            prompt_tokens=row.prompt_tokens,
            seconds=row.seconds,
        )
        for row in rows
    ]
