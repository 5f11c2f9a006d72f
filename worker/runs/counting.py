"""The rows of `run_problem_count`: each counts the samples of one arm on one problem.

In: the attempts and revisions of an arm on a problem. Out: one upserted row. It is counted anew each time, so that a
repeated step changes nothing; an arm has at most some hundreds of rows a problem.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Arm, Attempt, Problem, Program, Revision, Run, RunProblem, RunProblemCount
from models.arm_kinds import ArmKind
from models.counts import mark
from models.enums import Verdict
from models.results import Execution
from models.turns import gate_verdict, owes_revision, rounds_owed
from worker.memory.go_names import is_recited
from worker.runs.failures import write_failures


@dataclass(frozen=True, kw_only=True)
class FollowedSample:
    """One sample followed to its end: the draft it began with, its revisions by round, the final program."""

    sample: int
    draft: Attempt
    revisions: tuple[Revision, ...]
    is_owed: bool = False
    """The arm owes the sample another revision, so that it has no final program yet."""

    @property
    def final(self) -> Execution | None:
        if self.is_owed:
            return None
        return self.revisions[-1] if self.revisions else self.draft

    @property
    def verdict(self) -> Verdict | None:
        return self.final.verdict if self.final is not None else None


def recount(session: Session, run_id: int) -> int:
    """Rebuild every count of a run; the number of rows written."""
    note_recitations(session, run_id)
    arms = session.scalars(select(Arm).where(Arm.run_id == run_id)).all()
    problems = session.scalars(select(RunProblem.problem_id).where(RunProblem.run_id == run_id)).all()
    for arm in arms:
        for problem_id in problems:
            count(session, arm, problem_id)
    return len(arms) * len(problems)


def note_recitations(session: Session, run_id: int) -> None:
    """Look at the passes that were stored before recitations were."""
    _note_recitations_of(session, Attempt, run_id)
    _note_recitations_of(session, Revision, run_id)
    session.flush()


def _note_recitations_of(session: Session, kind: type[Attempt] | type[Revision], run_id: int) -> None:
    rows = session.execute(
        select(kind, Problem, Program.source)
        .join(Problem, Problem.id == kind.problem_id)
        .join(Program, Program.content_hash == kind.program_hash)
        .where(kind.run_id == run_id, kind.verdict == Verdict.PASSED, kind.recited.is_(None))
    )
    for row, problem, source in rows:
        cast(Execution, row).recited = is_recited(source, problem.prompt, problem.canonical_solution)


def count(session: Session, arm: Arm, problem_id: int) -> None:
    """Count the samples of one arm on one problem and store the row."""
    session.flush()
    followed = follow(session, arm, problem_id)
    row = RunProblemCount(
        run_id=arm.run_id,
        problem_id=problem_id,
        arm_id=arm.id,
        **_tallies(followed, repairs=arm.kind.repairs),
        **_strips(followed),
        sample_details=_details(followed, repairs=arm.kind.repairs),
    )
    session.merge(row)
    write_failures(session, arm, problem_id, followed)


def follow(session: Session, arm: Arm, problem_id: int) -> list[FollowedSample]:
    """Every sample of an arm on a problem, in order, to its end."""
    revisions = _revisions(session, arm, problem_id)
    drafts = session.scalars(
        select(Attempt)
        .where(Attempt.arm_id == _drafting_arm(session, arm), Attempt.problem_id == problem_id)
        .order_by(Attempt.sample)
    ).all()
    if drafts or not revisions:
        return [_followed(session, arm, draft, tuple(revisions.get(draft.sample, ()))) for draft in drafts]
    # A re-run repairs a draft of its parent: each of its samples begins with that one.
    return [
        FollowedSample(sample=sample, draft=rows[0].attempt, revisions=tuple(rows))
        for sample, rows in revisions.items()
    ]


def _followed(session: Session, arm: Arm, draft: Attempt, revisions: tuple[Revision, ...]) -> FollowedSample:
    run, latest = session.get_one(Run, arm.run_id), revisions[-1] if revisions else draft
    is_owed = arm.kind.repairs and owes_revision(
        gate_verdict(run.gate, latest.verdict, latest.example_verdict),
        gated=run.gated,
        rounds=rounds_owed(arm.kind, state=run.state, budget=run.budget, rounds=run.rounds),
        written=len(revisions),
    )
    return FollowedSample(sample=draft.sample, draft=draft, revisions=revisions, is_owed=is_owed)


def _drafting_arm(session: Session, arm: Arm) -> int:
    """The arm whose drafts this one starts from: itself, or the base if it repairs."""
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


def _tallies(followed: Sequence[FollowedSample], *, repairs: bool) -> dict[str, int | float]:
    scored = [one for one in followed if one.verdict is not None and one.verdict.scored]
    return {
        "n": len(scored),
        "c": sum(one.verdict is Verdict.PASSED for one in scored),
        "unscored": len(followed) - len(scored),
        "fixed": sum(_moved(one, was_passed=False) for one in followed) if repairs else 0,
        "broken": sum(_moved(one, was_passed=True) for one in followed) if repairs else 0,
        "copied": sum(any(revision.copied for revision in one.revisions) for one in followed),
        "flaky": sum(one.verdict is Verdict.FLAKY for one in followed),
        "recited": sum(map(_is_recited, followed)),
        "prompt_tokens": sum(_spent(one, "prompt_tokens", repairs) for one in followed),
        "new_tokens": sum(_spent(one, "new_tokens", repairs) for one in followed),
        "seconds": sum(row.seconds for one in followed for row in _rows(one, repairs)),
    }


def _is_recited(one: FollowedSample) -> bool:
    return one.final is not None and bool(one.final.recited)


def _moved(one: FollowedSample, *, was_passed: bool) -> bool:
    """Whether repair changed a failure into a pass, or a pass into a failure; both must be scored."""
    before, after = one.draft.verdict, one.verdict
    if before is None or after is None or not (before.scored and after.scored):
        return False
    return (before is Verdict.PASSED) is was_passed and (after is Verdict.PASSED) is not was_passed


def _rows(one: FollowedSample, repairs: bool) -> list[Execution]:
    # An arm that repairs pays for its revisions; the drafts count for the base.
    return [*one.revisions] if repairs else [one.draft]


def _spent(one: FollowedSample, field: str, repairs: bool) -> int:
    return sum(getattr(row, field) for row in _rows(one, repairs))


def _strips(followed: Sequence[FollowedSample]) -> dict[str, str]:
    finals = [one.final for one in followed]
    return {
        "marks": "".join(mark(one.verdict) for one in followed),
        "draft_marks": "".join(mark(one.draft.verdict) for one in followed),
        "raw_marks": "".join(mark(final.verdict_raw if final else None) for final in finals),
        "legacy_marks": "".join(mark(final.verdict_legacy if final else None) for final in finals),
        "example_marks": "".join(mark(final.example_verdict if final else None) for final in finals),
    }


def _details(followed: Sequence[FollowedSample], *, repairs: bool) -> dict[str, list[int]]:
    return {
        "new_tokens": [_spent(one, "new_tokens", repairs) for one in followed],
        "edit_size": [one.revisions[-1].edit_size if one.revisions else 0 for one in followed],
        "rounds": [len(one.revisions) for one in followed],
        "copied": [int(bool(one.revisions) and one.revisions[-1].copied) for one in followed],
        "recited": [int(_is_recited(one)) for one in followed],
    }
