"""Taking samples again that were stored without a verdict, or with one that our own fault made.

In: a run, and which of its rows. Out: rows as they were before: a program that was written waits for its execution
(its verdict is None), one that was never written is gone, and so is whatever was made of a false verdict. A worker
that does the run again finds what is missing.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from models.arm_kinds import TraceShown
from models.enums import FinishReason, Verdict
from models.results import Attempt, Reflection, Revision
from models.run import Arm, RunProblem

NOT_WRITTEN = (FinishReason.ERROR, FinishReason.CANCELLED)
_AT_ONCE = 500


@dataclass(frozen=True, kw_only=True)
class SamplePlace:
    """Which samples of a run; None means all."""

    arm_id: int | None = None
    """An arm that repairs has its revisions, and the drafts that they begin with."""
    problem_id: int | None = None
    sample: int | None = None


def take_unscored_again(session: Session, run_id: int, place: SamplePlace | None = None) -> int:
    """Take the unscored programs of a run again; how many there are."""
    place = place or SamplePlace()
    drafts = session.scalars(select(Attempt.id).where(*_unscored(Attempt, run_id, place))).all()
    revisions = session.scalars(select(Revision.id).where(*_unscored(Revision, run_id, place))).all()
    take_again(session, drafts, revisions)
    return len(drafts) + len(revisions)


def unscored_problems(session: Session, run_id: int) -> set[int]:
    """Row ids of the problems of which a program of the run is unscored."""
    found: set[int] = set()
    for table in (Attempt, Revision):
        found |= {*session.scalars(select(table.problem_id).where(*_unscored(table, run_id, SamplePlace())))}
    return found


def take_again(session: Session, drafts: Collection[int], revisions: Collection[int]) -> None:
    """Take these drafts and revisions again, and whatever followed from them."""
    for some in _in_parts(drafts):
        for draft in session.scalars(select(Attempt).where(Attempt.id.in_(some))).all():
            _take_draft_again(session, draft)
    for some in _in_parts(revisions):
        # One that a draft above took along is not found any more.
        for revision in session.scalars(select(Revision).where(Revision.id.in_(some))).all():
            _take_revision_again(session, revision)
    session.flush()


def _take_draft_again(session: Session, draft: Attempt) -> None:
    # A repair was shown the false trace, or was not written because there was none.
    _delete_repairs(session, Reflection.attempt_id == draft.id, Revision.attempt_id == draft.id)
    for arm_id, problem_id in _shown_to_others(session, draft):
        at = {"run_id": draft.run_id, "arm_id": arm_id, "problem_id": problem_id, "sample": draft.sample}
        _delete_repairs(session, *(_all_equal(table, at) for table in (Reflection, Revision)))
    if draft.finish_reason in NOT_WRITTEN:
        session.execute(delete(Attempt).where(Attempt.id == draft.id))
    else:
        session.execute(update(Attempt).where(Attempt.id == draft.id).values(**_unexecuted()))


def _take_revision_again(session: Session, revision: Revision) -> None:
    at = {name: getattr(revision, name) for name in ("run_id", "arm_id", "problem_id", "sample")}
    written = revision.finish_reason not in NOT_WRITTEN
    first = revision.round + written
    _delete_repairs(
        session,
        _all_equal(Reflection, at) & (Reflection.round >= first),
        _all_equal(Revision, at) & (Revision.round >= first),
    )
    if written:
        session.execute(update(Revision).where(Revision.id == revision.id).values(**_unexecuted()))


def _shown_to_others(session: Session, draft: Attempt) -> list[tuple[int, int]]:
    """(Arm, problem) of the samples that were shown this draft's trace instead of their own."""
    arms = session.scalars(select(Arm).where(Arm.run_id == draft.run_id)).all()
    others = [arm.id for arm in arms if arm.kind.trace_shown is TraceShown.OTHER_PROBLEM]
    if not others:
        return []
    ordered = select(RunProblem.problem_id).where(RunProblem.run_id == draft.run_id).order_by(RunProblem.position)
    problems = list(session.scalars(ordered))
    before = problems[problems.index(draft.problem_id) - 1]
    return [(arm_id, before) for arm_id in others]


def _delete_repairs(session: Session, reflections: ColumnElement[bool], revisions: ColumnElement[bool]) -> None:
    session.execute(delete(Revision).where(revisions))
    session.execute(delete(Reflection).where(reflections))


def _all_equal(table: type[Reflection] | type[Revision], values: dict[str, int]) -> ColumnElement[bool]:
    found: ColumnElement[bool] = table.run_id == values["run_id"]
    for name, value in values.items():
        found = found & (getattr(table, name) == value)
    return found


def _unscored(table: type[Attempt] | type[Revision], run_id: int, place: SamplePlace) -> list[ColumnElement[bool]]:
    wanted = [table.run_id == run_id, or_(table.verdict == Verdict.SANDBOX_ERROR, table.verdict.is_(None))]
    if place.arm_id is not None and table is Revision:
        wanted.append(table.arm_id == place.arm_id)
    if place.problem_id is not None:
        wanted.append(table.problem_id == place.problem_id)
    if place.sample is not None:
        wanted.append(table.sample == place.sample)
    return wanted


def _unexecuted() -> dict[str, Any]:
    unknown = (
        "shape", "verdict", "verdict_raw", "verdict_legacy", "example_verdict", "trace_id", "raw_trace_id",
        "example_trace_id", "program_hash",
    )  # fmt: skip
    return {**dict.fromkeys(unknown), "notes": [], "dropped": [], "import_delta": {}, "unscored_reason": ""}


def _in_parts(ids: Collection[int]) -> list[list[int]]:
    listed = list(ids)
    return [listed[start : start + _AT_ONCE] for start in range(0, len(listed), _AT_ONCE)]
