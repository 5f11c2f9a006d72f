"""Which runs a person can name on the command line: the newest first, re-runs left out."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Run
from models.enums import RunKind


def known_runs(session: Session) -> list[int]:
    """Numbers of all published and imported runs, newest first."""
    return list(session.scalars(select(Run.id).where(Run.kind != RunKind.RERUN).order_by(Run.id.desc())))
