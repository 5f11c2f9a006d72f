"""Traces: what happened when one program met one group of tests under one ruler.

Unique by those three, which makes the table the verdict cache as well: a settled trace is never taken twice.
"""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UtcDateTime, closed, now
from models.enums import Stage, Verdict
from models.program import Program
from models.ruler import RulerIdentity


class Trace(Base):
    """One execution's verdict and its evidence."""

    __tablename__ = "trace"
    __table_args__ = (UniqueConstraint("program_id", "tests_hash", "ruler_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"))
    tests_hash: Mapped[str] = mapped_column(String(64))
    ruler_id: Mapped[int] = mapped_column(ForeignKey("ruler.id"))
    verdict: Mapped[Verdict] = mapped_column(closed(Verdict))
    stage: Mapped[Stage] = mapped_column(closed(Stage))
    message: Mapped[str] = mapped_column(Text, default="")
    """The compiler's, the tests' or the run-time's own words."""
    line: Mapped[int | None]
    """1-based, in the candidate as the model wrote it."""
    column: Mapped[int | None]
    tests_completed: Mapped[list[str]] = mapped_column(JSON, default=list)
    tests_named: Mapped[list[str]] = mapped_column(JSON, default=list)
    cpu_seconds: Mapped[float] = mapped_column(default=0.0)
    wall_seconds: Mapped[float] = mapped_column(default=0.0)
    memory_bytes: Mapped[int] = mapped_column(default=0)
    executed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    program: Mapped[Program] = relationship()
    ruler: Mapped[RulerIdentity] = relationship()
