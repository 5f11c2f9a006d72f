"""What a finished re-run came to: the sample with most to tell, as a diff, and the history it now stands in.

In: a session and a job. Out: a frozen outcome, or None while the job goes on and for jobs of other kinds.
"""

from dataclasses import dataclass

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from app.queries.job_detail import JobView
from app.queries.problem_detail import ProgramView, find_draft, find_revisions
from app.queries.reruns import Rerun, find_reruns
from app.queries.runs import RunHead, find_run
from app.web.rendering.diff import Diff, diff
from models import Revision
from models.enums import RunKind, Verdict


@dataclass(frozen=True, kw_only=True)
class RerunOutcome:
    """A re-run's best sample, and the re-runs of its problem."""

    base: str
    critic: str
    """Its checkpoint's name; empty where it has none."""
    sample: int
    draft: ProgramView
    revision: ProgramView
    """The last round."""
    diff: Diff


@dataclass(frozen=True, kw_only=True)
class RerunHistory:
    """What the list of a problem's re-runs reads of a page."""

    reruns: tuple[Rerun, ...]
    address: str
    """The problem's part of a path."""


def outcome_of(session: Session, job: JobView) -> RerunOutcome | None:
    """None where there is nothing to compare: not over, no re-run, or ended before a revision was written."""
    if not job.is_over or job.run_id is None or job.parent_id is None:
        return None
    run = find_run(session, job.run_id)
    chosen = _telling(session, run)
    if run.kind is not RunKind.RERUN or chosen is None:
        return None
    arm = next(one for one in run.arms if one.id == chosen.arm_id)
    draft = find_draft(session, run, chosen.problem_id, arm, chosen.sample)
    revisions = find_revisions(session, run, chosen.problem_id, arm, chosen.sample)
    if draft is None or not revisions:
        return None
    last = revisions[-1]
    return RerunOutcome(
        base=run.base,
        critic=arm.checkpoint,
        sample=chosen.sample,
        draft=draft,
        revision=last,
        diff=diff(draft.text, last.text, left_note=draft.note, right_note=last.note),
    )


def history_of(session: Session, job: JobView) -> RerunHistory | None:
    """None for a job that is no re-run."""
    if job.parent_id is None or job.problem_id is None:
        return None
    return RerunHistory(reruns=find_reruns(session, job.parent_id, job.problem_id), address=job.address)


def _telling(session: Session, run: RunHead) -> Revision | None:
    """The first revision that passed, else the first."""
    passed_first = case((Revision.verdict == Verdict.PASSED, 0), else_=1)
    return session.scalars(
        select(Revision).where(Revision.run_id == run.id).order_by(passed_first, Revision.sample).limit(1)
    ).first()
