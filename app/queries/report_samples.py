"""A run as reports need it: its arms as tables from the derived counts, and its report.

In: a session and a run's id. Out: frozen values. No attempt or revision is read: a run of a million samples costs a
few thousand rows of `run_problem_count`. Callers that are asked often keep the report by the run's revision number.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.queries.origins import read_origins
from app.queries.report_settings import read_arm_sampling, read_settings
from app.reports.build import build_report
from app.reports.compare import choose_arm, compare
from app.reports.report import Comparison, Report
from app.reports.run_settings import RunSettings
from app.reports.sample_row import ProblemInfo, ProblemKey
from app.reports.sample_tables import ProblemStrips, arm_from_strips
from app.reports.samples import ArmSamples
from app.reports.settled import settled
from models import (
    Arm,
    Attempt,
    Problem,
    ProblemSet,
    ProblemSetVersion,
    RunProblem,
    RunProblemCount,
)
from models.enums import ArmKind, Origin, RunState

VERSION_DIGITS = 12


class _ArmRow(NamedTuple):
    id: int
    name: str
    kind: ArmKind


def read_report(session: Session, run_id: int) -> Report:
    """The report of one run, as pages, files and the command line all show it.

    Raises:
        NotFound: there is no such run.
    """
    return build_report(read_settings(session, run_id), read_arms(session, run_id))


def read_comparison(session: Session, left: tuple[int, str | None], right: tuple[int, str | None]) -> Comparison:
    """One arm of a run against one arm of another or the same run; the first arm where none is named.

    Raises:
        NotFound: there is no such run.
        NoSuchArm: a run has no arm of that name, or none at all.
    """
    sides = [_side(session, run, arm) for run, arm in (left, right)]
    return compare(sides[0], sides[1])


def _side(session: Session, run_id: int, name: str | None) -> tuple[RunSettings, ArmSamples]:
    run = read_settings(session, run_id)
    if run.state is RunState.DONE:
        arm = read_verdicts(session, run_id, name)
    else:  # Which problems are settled is only to be seen from the whole arm, and some samples never came.
        arm = choose_arm(read_arms(session, run_id), name)
        arm = settled(run, arm.at_numbers(_sample_numbers(session, run_id, arm.keys)))
    sampling = read_arm_sampling(session, run_id, arm.name) if arm.kind.repairs else ()
    return replace(run, arm_sampling=sampling), arm


def _sample_numbers(session: Session, run_id: int, keys: Sequence[ProblemKey]) -> list[Sequence[int]]:
    """The numbers of each problem's samples, ascending, which the strips hold by place; none where it has no drafts."""
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
