"""The filters that people keep under a name."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.queries import row_of
from models import SavedFilter


@dataclass(frozen=True, kw_only=True)
class SavedFilterRow:
    """One filter under its name."""

    id: int
    name: str
    address: str
    """Path and query."""
    created_at: datetime


def list_saved_filters(session: Session) -> tuple[SavedFilterRow, ...]:
    """All of them, by name."""
    rows = session.scalars(select(SavedFilter).order_by(SavedFilter.name))
    return tuple(row_of(SavedFilterRow, row) for row in rows)
