"""What a report is made from: the settings of a run, and its arms as tables built from the derived counts.

In: a session and a run's id. Out: frozen values of `app.reports`. No attempt or revision is read, except the sample
numbers of unfinished runs: a run of a million samples costs a few thousand rows of `run_problem_count`.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.queries import row_of
from app.queries.origins import notes_on_force, run_origins
from app.queries.runs import count_problems, find_arms, find_sets
from app.reports.compare import choose_arm
from app.reports.report import RunSettings
from app.reports.sample_tables import ProblemStrips, arm_from_strips
from app.reports.samples import ArmSamples, ProblemInfo, ProblemKey
from models import (
    Arm,
    Attempt,
    Checkpoint,
    GeneratedProblem,
    Problem,
    ProblemSet,
    ProblemSetVersion,
    RulerIdentity,
    Run,
    RunProblem,
    RunProblemCount,
)
from models.arm_kinds import ArmKind
from models.enums import RunKind, RunState

VERSION_DIGITS = 12
_SAMPLING = ("max_new_tokens", "temperature", "top_p")


def read_settings(session: Session, run_id: int) -> RunSettings:
    """The settings of the run, with notes on what to know before reading its numbers.

    Raises:
        NotFound: there is no such run.
    """
    run = session.get(Run, run_id)
    if run is None:
        raise NotFound(f"There is no run {run_id}.", advice="The list of runs shows every run in this store.")
    base = run.base_checkpoint
    ruler = session.get(RulerIdentity, run.ruler_id) if run.ruler_id is not None else None
    problems, twins = count_problems(session, run_id)
    return row_of(
        RunSettings,
        run,
        base=base.name if base else "",
        base_hash=base.content_hash if base else "",
        problem_sets=tuple(f"{one.name}@{one.number}" for one in find_sets(session, run_id)),
        problems=problems,
        twins=twins,
        sampling=tuple(sorted((name, str(value)) for name, value in run.sampling.items())),
        ruler=ruler.digest if ruler else "",
        go_version=ruler.go_version if ruler else "",
        arm_sampling=(),
        engine_notes=tuple(run.engine_notes.values()),
        notes=(*_notes_on_state(session, run), *notes_on_force(session, run_id), *_notes_on_sampling(run)),
        resampling=next((arm.name for arm in run.arms if arm.kind == ArmKind.RESAMPLE), ""),
        tokens_per_sample=None,
        earlier=_earlier_runs(session, run),
    )


def _earlier_runs(session: Session, run: Run) -> int:
    """How often this store asked before: the same base, the same critics, the same problem sets."""
    if run.kind is not RunKind.EXPERIMENT or len(run.arms) < 2:
        return 0
    versions = set(session.scalars(select(RunProblem.version_id).where(RunProblem.run_id == run.id).distinct()))
    before = select(Run).where(
        Run.id < run.id, Run.kind == RunKind.EXPERIMENT, Run.base_checkpoint_id == run.base_checkpoint_id
    )
    critics = {arm.checkpoint_id for arm in run.arms if arm.kind.repairs}
    earlier = [
        other.id
        for other in session.scalars(before)
        if critics <= {arm.checkpoint_id for arm in other.arms if arm.kind.repairs}
        and versions
        == set(session.scalars(select(RunProblem.version_id).where(RunProblem.run_id == other.id).distinct()))
    ]
    return len(earlier)


def read_tokens_per_sample(session: Session, run_id: int, arm: str) -> float | None:
    """New tokens that an arm spent on a sample, its draft included; None if none are recorded."""
    sums = {
        name: (kind, tokens, samples)
        for name, kind, tokens, samples in session.execute(
            select(
                Arm.name, Arm.kind, func.sum(RunProblemCount.new_tokens),
                func.sum(RunProblemCount.n + RunProblemCount.unscored),
            )
            .join(RunProblemCount, RunProblemCount.arm_id == Arm.id)
            .where(Arm.run_id == run_id)
            .group_by(Arm.id)
        )
    }  # fmt: skip
    kind, tokens, samples = sums.get(arm, (None, 0, 0))
    drafts = next((spent for one, spent, _ in sums.values() if not one.repairs), 0) if kind and kind.repairs else 0
    return (tokens + drafts) / samples if samples and tokens + drafts else None


def read_arm_sampling(session: Session, run_id: int, arm: str) -> tuple[tuple[str, str], ...]:
    """The sampling of one arm, setting by setting; empty if none is recorded."""
    settings = session.scalars(select(Arm.settings).where(Arm.run_id == run_id, Arm.name == arm)).first() or {}
    return tuple((name, str(settings[name])) for name in _SAMPLING if name in settings)


def _notes_on_state(session: Session, run: Run) -> list[str]:
    deleted = session.scalars(
        select(Checkpoint.name)
        .where(
            Checkpoint.id.in_(select(Arm.checkpoint_id).where(Arm.run_id == run.id))
            | (Checkpoint.id == run.base_checkpoint_id),
            Checkpoint.deleted_at.is_not(None),
        )
        .order_by(Checkpoint.name)
    )
    unfinished = "The run is not finished: its numbers cover what has been counted so far."
    return [
        *([] if run.state is RunState.DONE else [unfinished]),
        *(
            f"The files of checkpoint {name} are not in this store: the run cannot be repeated."
            for name in deleted
        ),
    ]


def _notes_on_sampling(run: Run) -> list[str]:
    """Arms whose sampling differs from that of the drafts, which alone can move their numbers; and settings that a
    server refused."""
    return [
        *(
            sentence
            for name, sentence in run.engine_notes.items()
            if name.split(" of ")[0] in (*_SAMPLING, "seed")
        ),
        *(
            f"{arm.name} samples with {name} {arm.settings[name]}, the drafts with {run.sampling[name]}."
            for arm in run.arms
            if arm.kind.repairs
            for name in _SAMPLING
            if name in arm.settings and name in run.sampling and arm.settings[name] != run.sampling[name]
        ),
    ]


def read_problems(session: Session, run_id: int) -> dict[int, ProblemInfo]:
    """The run's problems by row id, in the run's order."""
    origins = run_origins(session, run_id)
    rows = session.execute(
        select(
            *(Problem.id, Problem.task_id, Problem.content_hash, Problem.text_hash, Problem.twin_of),
            *(ProblemSet.name, ProblemSetVersion.number, GeneratedProblem.family, GeneratedProblem.difficulty),
        )
        .select_from(RunProblem)
        .join(RunProblem.problem)
        .outerjoin(GeneratedProblem, GeneratedProblem.problem_id == Problem.id)
        .join(RunProblem.version)
        .join(ProblemSetVersion.problem_set)
        .where(RunProblem.run_id == run_id)
        .order_by(RunProblem.position, Problem.id)
    )
    return {
        problem_id: ProblemInfo(
            key=ProblemKey(task_id=task_id, version=content[:VERSION_DIGITS]),
            problem_set=f"{name}@{number}",
            origin=origins[problem_id].origin,
            origin_reason=origins[problem_id].reason,
            text=text[:VERSION_DIGITS],
            twin_of=(twin_of or "")[:VERSION_DIGITS],
            family=family or "",
            difficulty=difficulty or "",
        )
        for problem_id, task_id, content, text, twin_of, name, number, family, difficulty in rows
    }


_STRIPS = ("marks", "draft_marks", "raw_marks", "legacy_marks", "example_marks", "prompt_tokens", "seconds")
_DETAILS = ("rounds", "copied", "recited", "edit_size", "new_tokens")
_COUNTS = select(
    *(RunProblemCount.problem_id, RunProblemCount.arm_id, RunProblemCount.sample_details),
    *(getattr(RunProblemCount, name) for name in _STRIPS),
)


def read_arms(session: Session, run_id: int) -> list[ArmSamples]:
    """Every arm of the run, from the derived counts, over the problems that have results."""
    problems = read_problems(session, run_id)
    order = {problem_id: place for place, problem_id in enumerate(problems)}
    arms = find_arms(session, run_id)
    strips: dict[int, list[ProblemStrips]] = {arm.id: [] for arm in arms}
    # A recount also writes rows for problems without a sample yet.
    rows = session.execute(_COUNTS.where(RunProblemCount.run_id == run_id, RunProblemCount.marks != "")).all()
    for row in sorted(rows, key=lambda row: order[row.problem_id]):
        strips[row.arm_id].append(_strips_of(row, problems[row.problem_id]))
    return [arm_from_strips(arm.name, arm.kind, strips[arm.id], checkpoint=arm.checkpoint) for arm in arms]


def _strips_of(row: Any, info: ProblemInfo) -> ProblemStrips:
    details = {name: row.sample_details.get(name, ()) for name in _DETAILS}
    return ProblemStrips(info=info, **{name: getattr(row, name) for name in _STRIPS}, **details)


def read_verdicts(session: Session, run_id: int, arm: str | None) -> ArmSamples:
    """One arm with only its final verdicts, which is all that a comparison reads, in a tenth of the whole arm's time.

    Raises:
        NoSuchArm: the run has no arm of that name, or no arm at all.
    """
    chosen = choose_arm(find_arms(session, run_id), arm)
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


def read_sample_numbers(session: Session, run_id: int, keys: Sequence[ProblemKey]) -> list[Sequence[int]]:
    """The ascending sample numbers behind the marks of each problem; none for a problem without drafts."""
    drafting = select(Arm.id).where(Arm.run_id == run_id, Arm.kind == ArmKind.BASE)
    found: dict[ProblemKey, list[int]] = defaultdict(list)
    for task_id, content, sample in session.execute(
        select(Problem.task_id, Problem.content_hash, Attempt.sample)
        .join(Problem, Attempt.problem_id == Problem.id)
        .where(Attempt.arm_id.in_(drafting))
        .order_by(Attempt.sample)
    ):
        found[ProblemKey(task_id=task_id, version=content[:VERSION_DIGITS])].append(sample)
    return [found.get(key, ()) for key in keys]
