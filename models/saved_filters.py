"""Filters of lists and searches that people keep under a name: the name, and the address that is the filter."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, UtcDateTime, now

LONGEST_NAME = 80


class SavedFilter(Base):
    """One address of this store's pages under a name."""

    __tablename__ = "saved_filter"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME), unique=True)
    address: Mapped[str] = mapped_column(Text)
    """Path and query of a list that takes a filter."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
