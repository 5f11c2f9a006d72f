"""A review as tables and pages show it: one reviewer, one program, by its place in the run.

Pure data: `app.queries.labels` reads it, `app.reports.tables.labels` writes it to files.
"""

from dataclasses import dataclass
from datetime import datetime

from models.enums import ReviewState


@dataclass(frozen=True, kw_only=True)
class ReviewView:
    """One reviewer's review of one program."""

    reviewer: str
    labels: tuple[str, ...]
    state: ReviewState
    note: str
    version: int
    changed_at: datetime
    task_id: str
    problem_version: str
    arm: str
    sample: int
    round: int
