"""Keeping `run_problem_count` true: one (arm, problem) counted anew from its rows.

In: the attempts and revisions of an arm on a problem. Out: one upserted row. Counting anew instead of adding makes a
repeated step harmless; an arm holds at most some hundreds of rows a problem.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Arm, Attempt, Revision, RunProblem, RunProblemCount
from models.enums import ArmKind, Verdict
from models.execution import Execution
from models.marks import mark


@dataclass(frozen=True, kw_only=True)
class Followed:
    """One sample followed to its end: the draft it began with, its revisions by round, the final program."""

    sample: int
    draft: Attempt
    revisions: tuple[Revision, ...]

    @property
    def final(self) -> Execution:
        return self.revisions[-1] if self.revisions else self.draft


def recount(session: Session, run_id: int) -> int:
    """Rebuild every count of a run; the number of rows written."""
    arms = session.scalars(select(Arm).where(Arm.run_id == run_id)).all()
    problems = session.scalars(select(RunProblem.problem_id).where(RunProblem.run_id == run_id)).all()
    for arm in arms:
        for problem_id in problems:
            count(session, arm, problem_id)
    return len(arms) * len(problems)


def count(session: Session, arm: Arm, problem_id: int) -> None:
    """Count one arm's samples of one problem and store the row."""
    session.flush()
    followed = _follow(session, arm, problem_id)
    row = RunProblemCount(
        run_id=arm.run_id,
        problem_id=problem_id,
        arm_id=arm.id,
        **_tallies(followed, repairs=arm.kind.repairs),
        **_strips(followed),
        sample_details=_details(followed, repairs=arm.kind.repairs),
    )
    session.merge(row)


def _follow(session: Session, arm: Arm, problem_id: int) -> list[Followed]:
    revisions = _revisions(session, arm, problem_id)
    drafts = session.scalars(
        select(Attempt)
        .where(Attempt.arm_id == _drafting_arm(session, arm), Attempt.problem_id == problem_id)
        .order_by(Attempt.sample)
    ).all()
    if drafts or not revisions:
        return [Followed(sample=d.sample, draft=d, revisions=tuple(revisions.get(d.sample, ()))) for d in drafts]
    # A re-run repairs a draft of its parent: every sample of it begins with that one.
    return [
        Followed(sample=sample, draft=rows[0].attempt, revisions=tuple(rows)) for sample, rows in revisions.items()
    ]


def _drafting_arm(session: Session, arm: Arm) -> int:
    """The arm whose drafts this one begins with: its own, or the base's where it repairs."""
    if not arm.kind.repairs:
        return arm.id
    base = select(Arm.id).where(Arm.run_id == arm.run_id, Arm.kind == ArmKind.BASE)
    return session.scalars(base).first() or arm.id


def _revisions(session: Session, arm: Arm, problem_id: int) -> dict[int, list[Revision]]:
    rows = session.scalars(
        select(Revision)
        .where(Revision.arm_id == arm.id, Revision.problem_id == problem_id)
        .order_by(Revision.sample, Revision.round)
    )
    grouped: dict[int, list[Revision]] = {}
    for row in rows:
        grouped.setdefault(row.sample, []).append(row)
    return grouped


def _tallies(followed: Sequence[Followed], *, repairs: bool) -> dict[str, int | float]:
    finals = [one.final for one in followed]
    scored = [final for final in finals if final.verdict is not None and final.verdict.scored]
    return {
        "n": len(scored),
        "c": sum(final.verdict is Verdict.PASSED for final in scored),
        "unscored": len(finals) - len(scored),
        "fixed": sum(_moved(one, was_passed=False) for one in followed) if repairs else 0,
        "broken": sum(_moved(one, was_passed=True) for one in followed) if repairs else 0,
        "copied": sum(any(revision.copied for revision in one.revisions) for one in followed),
        "flaky": sum(final.verdict is Verdict.FLAKY for final in finals),
        "prompt_tokens": sum(_spent(one, "prompt_tokens", repairs) for one in followed),
        "new_tokens": sum(_spent(one, "new_tokens", repairs) for one in followed),
        "seconds": sum(row.seconds for one in followed for row in _rows(one, repairs)),
    }


def _moved(one: Followed, *, was_passed: bool) -> bool:
    """Whether repair changed pass into fail (or back); unscored on either side is no move."""
    before, after = one.draft.verdict, one.final.verdict
    if before is None or after is None or not (before.scored and after.scored):
        return False
    return (before is Verdict.PASSED) is was_passed and (after is Verdict.PASSED) is not was_passed


def _rows(one: Followed, repairs: bool) -> list[Execution]:
    # An arm that repairs pays for its revisions; the drafts are on the base's bill.
    return [*one.revisions] if repairs else [one.draft]


def _spent(one: Followed, field: str, repairs: bool) -> int:
    return sum(getattr(row, field) for row in _rows(one, repairs))


def _strips(followed: Sequence[Followed]) -> dict[str, str]:
    return {
        "marks": "".join(mark(one.final.verdict) for one in followed),
        "draft_marks": "".join(mark(one.draft.verdict) for one in followed),
        "raw_marks": "".join(mark(one.final.verdict_raw) for one in followed),
        "legacy_marks": "".join(mark(one.final.verdict_legacy) for one in followed),
        "example_marks": "".join(mark(one.final.example_verdict) for one in followed),
    }


def _details(followed: Sequence[Followed], *, repairs: bool) -> dict[str, list[int]]:
    return {
        "new_tokens": [_spent(one, "new_tokens", repairs) for one in followed],
        "edit_size": [one.revisions[-1].edit_size if one.revisions else 0 for one in followed],
        "rounds": [len(one.revisions) for one in followed],
        "copied": [int(bool(one.revisions) and one.revisions[-1].copied) for one in followed],
    }
