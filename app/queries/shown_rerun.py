"""The re-run that a problem's page shows in place of the published revision.

In: a session, the page's run and problem, and what its address names. Out: a `ShownRerun`, or None where the address
names no re-run of this problem. One that is under way comes with its job, so that the page can follow it.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.queries.job_detail import JobView, find_job
from app.queries.jobs import newest_job
from app.queries.problem_detail import ProgramView, find_draft, find_revisions, find_samples
from app.queries.reruns import RerunRow, best_revision
from app.queries.runs import RunHead, find_run


@dataclass(frozen=True, kw_only=True)
class ShownRerun:
    """One re-run, down to one of its revisions."""

    row: RerunRow
    run: RunHead
    """Its own run."""
    job: JobView | None
    """None once its job is forgotten."""
    samples: tuple[int, ...]
    """The numbers of its revisions, in the order of the row's marks."""
    sample: int
    draft: ProgramView | None
    """The draft that it repairs; None before its first revision is stored."""
    revision: ProgramView | None
    """None before it is stored."""

    @property
    def is_under_way(self) -> bool:
        """Whether its page still changes by itself: of many problems, one may have its revisions before the others."""
        if self.job is None or self.job.is_over:
            return False
        is_one_of_many = self.job.problem_id is None
        return not is_one_of_many or len(self.row.marks) < self.run.samples

    @property
    def title(self) -> str:
        """As lists and heads call it."""
        return f"re-run {self.row.number}"


def find_shown_rerun(
    session: Session, reruns: tuple[RerunRow, ...], problem_id: int, run_id: int | None, sample: int | None
) -> ShownRerun | None:
    """The re-run with this run, which must be one of the problem's; `sample` None: its most telling revision."""
    row = next((one for one in reruns if one.run_id == run_id), None)
    if row is None:
        return None
    run = find_run(session, row.run_id)
    arm = next(one for one in run.arms if one.kind.repairs)
    samples = find_samples(session, run, problem_id, arm)
    best = best_revision(session, run.id, problem_id)
    shown = sample if sample in samples and sample is not None else best.sample if best else 0
    revisions = find_revisions(session, run, problem_id, arm, shown)
    return ShownRerun(
        row=row,
        run=run,
        job=_job_of(session, run.id),
        samples=samples,
        sample=shown,
        draft=find_draft(session, run, problem_id, arm, shown),
        revision=revisions[-1] if revisions else None,
    )


def _job_of(session: Session, run_id: int) -> JobView | None:
    job_id = newest_job(session, run_id)
    return find_job(session, job_id) if job_id is not None else None
