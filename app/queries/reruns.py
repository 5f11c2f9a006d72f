"""Re-runs of one problem: the form that starts one, and the history of those that were started.

In: a session, the parent run and the problem or draft. Out: the choices of the form with their defaults, and one
frozen row for each re-run, the newest first. A re-run that waits, failed or was cancelled is listed as well.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session

from app.queries import row_of
from app.queries.given_reflections import ReflectionChoice, find_reflection_choices
from app.queries.jobs import newest_job
from app.queries.problem_detail import ProblemStatement
from app.queries.runs import RunHead
from models import Arm, Attempt, Checkpoint, Reflection, Revision, Run, RunProblem, RunProblemCount
from models.arm_kinds import CheckpointNeed, TraceShown, arm_kinds
from models.enums import CheckpointKind, RunKind, RunState, Verdict
from models.reruns import RepairSpecification
from models.specification import Between, Sampling, bounds

LISTED_RERUNS = 20
EDITED = "a reader"
"""Who wrote a given reflection begins with this where somebody typed it."""
LISTED_CRITICS = 50


@dataclass(frozen=True, kw_only=True)
class Repairer:
    """One choice of the form: a kind of arm, and the checkpoint it takes."""

    value: str
    """`KIND:CHECKPOINT_ID`; the id is empty if the run's base does the repair."""
    label: str
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class RepairForm:
    """What can be chosen when stored drafts are repaired again."""

    run_id: int
    repairers: tuple[Repairer, ...]
    temperature: float
    top_p: float
    max_new_tokens: int
    samples: int
    seed: int
    limits: dict[str, Between]
    """What each number may be."""


@dataclass(frozen=True, kw_only=True)
class RerunForm(RepairForm):
    """The same for one draft, whose texts may be edited."""

    problem_id: int
    attempt_id: int
    prompt: str
    """The problem's; it may be edited."""
    trace: str
    """The trace of this draft that a critic of the run was shown; it may be edited. Empty if there was none."""
    reflections: tuple[ReflectionChoice, ...]
    """What can be given to the critic instead of its own reflection."""


@dataclass(frozen=True, kw_only=True)
class RerunRow:
    """One more repair of one problem."""

    run_id: int
    number: int
    """Among the re-runs of this problem in its run, the oldest is 1."""
    sample: int | None
    """The sample whose draft it repairs; None where the draft is gone."""
    state: RunState
    arm: str
    """The repairing arm's name."""
    critic: str
    """Its checkpoint; empty if it has none."""
    options: str
    """What was asked for, in words: `temperature 0.8, seed 12, edited trace`."""
    edited: str
    """What the reader edited, in words: `edited trace`; empty if nothing."""
    marks: str
    passed: int
    scored: int
    draft_marks: str
    fixed: int
    created_at: datetime
    error: str


@dataclass(frozen=True, kw_only=True)
class RerunPlace:
    """Where a re-run belongs, and the job that does it."""

    parent_id: int
    problem_id: int
    job_id: str


@dataclass(frozen=True, kw_only=True)
class BestRevision:
    """The most informative sample of a re-run."""

    arm_id: int
    problem_id: int
    sample: int


def find_rerun_place(session: Session, rerun_id: int, problem_id: int) -> RerunPlace | None:
    """None if there is no such re-run of this problem, or its job is forgotten."""
    row = session.execute(
        select(Run.parent_id, RunProblem.problem_id)
        .join(RunProblem, RunProblem.run_id == Run.id)
        .where(Run.id == rerun_id, Run.kind == RunKind.RERUN, RunProblem.problem_id == problem_id)
    ).first()
    job_id = newest_job(session, rerun_id)
    return RerunPlace(parent_id=row[0], problem_id=row[1], job_id=job_id) if row and row[0] and job_id else None


def find_repair_form(session: Session, run: RunHead, *, seed: int = 0) -> RepairForm | None:
    """None if the run has no base that could repair anything, such as an imported run. `seed` is offered."""
    base_id = session.scalar(select(Run.base_checkpoint_id).where(Run.id == run.id))
    if base_id is None:
        return None
    sampling = Sampling.stored(run.sampling)
    numbers = (*Sampling.model_fields, "samples", "seed")
    return RepairForm(
        run_id=run.id,
        repairers=_repairers(session, base_id, run),
        temperature=sampling.temperature,
        top_p=sampling.top_p,
        max_new_tokens=sampling.max_new_tokens,
        samples=RepairSpecification.default("samples"),
        seed=seed,
        limits={name: bounds(RepairSpecification, name) for name in numbers},
    )


def find_rerun_form(
    session: Session, run: RunHead, problem: ProblemStatement, attempt_id: int, *, seed: int
) -> RerunForm | None:
    """The same for one draft."""
    form = find_repair_form(session, run, seed=seed)
    if form is None:
        return None
    return row_of(
        RerunForm,
        form,
        problem_id=problem.id,
        attempt_id=attempt_id,
        prompt=problem.prompt,
        trace=_shown_trace(session, attempt_id),
        reflections=find_reflection_choices(session, attempt_id),
    )


def _shown_trace(session: Session, attempt_id: int) -> str:
    """The trace in the words that critics are trained on, not the ruler's own message."""
    own = [kind for kind in arm_kinds() if kind.repairs and kind.trace_shown is TraceShown.OWN]
    trace = session.scalar(
        select(Reflection.shown_trace)
        .join(Arm, Reflection.arm_id == Arm.id)
        .where(Reflection.attempt_id == attempt_id, Reflection.round == 1, Arm.kind.in_(own))
        .order_by(Reflection.run_id, Arm.position)
        .limit(1)
    )
    return trace or ""


def _repairers(session: Session, base_id: int, run: RunHead) -> tuple[Repairer, ...]:
    critics = session.execute(
        select(Checkpoint.id, Checkpoint.name, Checkpoint.kind)
        .where(
            Checkpoint.deleted_at.is_(None),
            or_(Checkpoint.base_id == base_id, Checkpoint.kind == CheckpointKind.ENDPOINT),
        )
        .order_by(Checkpoint.id.desc())
        .limit(LISTED_CRITICS)
    ).all()
    used = run.critic_arm.checkpoint if run.critic_arm else ""
    # A re-run has one problem, so there is nothing of another one to show.
    # A reflection is given by the form itself.
    kinds = [
        kind
        for kind in arm_kinds()
        if kind.repairs and not kind.needs_other_problem and not kind.reflection.is_given
    ]
    choices: list[Repairer] = []
    for checkpoint_id, name, checkpoint_kind in critics:
        need = CheckpointNeed.CRITIC if checkpoint_kind is CheckpointKind.CRITIC else CheckpointNeed.ANY
        able = [kind for kind in kinds if kind.needs is need]
        choices.extend(
            Repairer(
                value=f"{kind}:{checkpoint_id}",
                label=f"{kind.label}: {name}",
                chosen=name == used and kind is able[0],
            )
            for kind in able
        )
    choices.extend(
        Repairer(value=f"{kind}:", label=f"{kind.label}: {kind.without_checkpoint}", chosen=False)
        for kind in kinds
        if kind.needs is not CheckpointNeed.CRITIC
    )
    return tuple(choices)


def find_reruns(session: Session, parent_id: int, problem_id: int) -> tuple[RerunRow, ...]:
    """The re-runs of one problem of a run, the newest first."""
    belongs = (Run.parent_id == parent_id, Run.kind == RunKind.RERUN, RunProblem.problem_id == problem_id)
    number = func.row_number().over(order_by=Run.id)
    # A re-run of one problem names its draft; of many problems, the revisions do.
    revised = (
        select(Attempt.sample)
        .join(Revision, Revision.attempt_id == Attempt.id)
        .where(Revision.run_id == Run.id, Revision.problem_id == problem_id)
        .limit(1)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Run, Arm, Checkpoint.name, RunProblemCount, func.coalesce(Attempt.sample, revised), number)
        .join(RunProblem, RunProblem.run_id == Run.id)
        .join(Arm, Arm.run_id == Run.id)
        .outerjoin(Attempt, Attempt.id == Arm.settings["attempt_id"].as_integer())
        .outerjoin(
            RunProblemCount,
            and_(RunProblemCount.arm_id == Arm.id, RunProblemCount.problem_id == RunProblem.problem_id),
        )
        .outerjoin(Checkpoint, Arm.checkpoint_id == Checkpoint.id)
        .where(*belongs)
        .order_by(Run.id.desc())
        .limit(LISTED_RERUNS)
    )
    return tuple(
        RerunRow(
            run_id=run.id,
            number=place,
            sample=sample,
            state=run.state,
            arm=arm.name,
            critic=critic or "",
            options=_options_in_words(run.seed, arm.settings),
            edited=", ".join(_edited_in_words(arm.settings)),
            marks=count.marks if count else "",
            passed=count.c if count else 0,
            scored=count.n if count else 0,
            draft_marks=count.draft_marks if count else "",
            fixed=count.fixed if count else 0,
            created_at=run.created_at,
            error=run.error,
        )
        for run, arm, critic, count, sample, place in rows
    )


def best_revision(session: Session, run_id: int, problem_id: int | None = None) -> BestRevision | None:
    """The first revision that passed, of one problem or of any, else the first; None if there is none."""
    mine = [Revision.run_id == run_id, *([Revision.problem_id == problem_id] if problem_id is not None else [])]
    passed_first = case((Revision.verdict == Verdict.PASSED, 0), else_=1)
    row = session.execute(
        select(Revision.arm_id, Revision.problem_id, Revision.sample)
        .where(*mine)
        .order_by(passed_first, Revision.sample)
        .limit(1)
    ).first()
    return BestRevision(arm_id=row[0], problem_id=row[1], sample=row[2]) if row else None


def edited_prompt(session: Session, arm_id: int) -> str:
    """The prompt that the critic of a re-run was shown; empty if it was the problem's own."""
    settings: Mapping[str, Any] = session.get_one(Arm, arm_id).settings
    return settings.get("edited_prompt") or ""


def _options_in_words(seed: int, settings: Mapping[str, Any]) -> str:
    drawn = [f"temperature {settings['temperature']:g}"] if "temperature" in settings else []
    return ", ".join([*drawn, f"seed {seed}", *_edited_in_words(settings)])


def _edited_in_words(settings: Mapping[str, Any]) -> list[str]:
    edited = [f"edited {part}" for part in ("trace", "prompt") if settings.get(f"edited_{part}") is not None]
    if settings.get("edited_reflection") is None:
        return edited
    source = settings.get("reflection_source") or ""
    return [*edited, "edited reflection" if source.startswith(EDITED) else f"reflection by {source}"]
