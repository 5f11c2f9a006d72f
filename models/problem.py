"""Problems, and the versioned sets that hold them.

A problem is identified by the hash of its content: the same text is one row, however many sets or versions contain it,
and an edited problem is another row. A run refers to these rows, so it records exactly what it used. What a model may
have read is the problem's text alone: two problems with one prompt and other tests have one `text_hash`.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import Base, UtcDateTime, closed, content_hash, now
from models.enums import Harness, SlicePart


def text_hash(prompt: str) -> str:
    """SHA-256 over the words of a prompt, whatever their layout: by it a problem is found in what a model has read."""
    return content_hash(" ".join(prompt.split()))


def calendar_date(text: str) -> str:
    """`text` as a day or a month, such as 2024-10-31 or 2024-10; a time behind the day is left out.

    Raises:
        ValueError: it is neither.
    """
    if len(text) == 7:
        return date.fromisoformat(f"{text}-01").isoformat()[:7]
    return date.fromisoformat(text[:10]).isoformat()


def _text_hash_of_row(context: Any) -> str:
    return text_hash(context.get_current_parameters()["prompt"])


class ProblemSet(Base):
    """A named collection, such as `tekhne-fresh`; its content is in its versions."""

    __tablename__ = "problem_set"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    source: Mapped[str] = mapped_column(Text, default="")
    """Where it came from, in words or as a URL."""
    licence: Mapped[str] = mapped_column(String(100), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    versions: Mapped[list["ProblemSetVersion"]] = relationship(
        back_populates="problem_set", order_by="ProblemSetVersion.number", passive_deletes="all"
    )


class ProblemSetVersion(Base):
    """One state of a set: an ordered list of problems under one hash."""

    __tablename__ = "problem_set_version"
    __table_args__ = (
        UniqueConstraint("problem_set_id", "number"),
        UniqueConstraint("problem_set_id", "content_hash"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    problem_set_id: Mapped[int] = mapped_column(ForeignKey("problem_set.id", ondelete="CASCADE"))
    number: Mapped[int]
    """1, 2, 3 … in the order of import."""
    content_hash: Mapped[str] = mapped_column(String(64))
    go_modules: Mapped[str] = mapped_column(Text, default="")
    """Modules that answers and tests may import, `path@version` each, with spaces between."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    problem_set: Mapped[ProblemSet] = relationship(back_populates="versions")
    members: Mapped[list["ProblemSetMember"]] = relationship(
        order_by="ProblemSetMember.position", passive_deletes="all"
    )


class ProblemSlice(Base):
    """Where a version of a set is one part of a split: of which version, by which seed, and which part."""

    __tablename__ = "problem_slice"

    version_id: Mapped[int] = mapped_column(
        ForeignKey("problem_set_version.id", ondelete="CASCADE"), primary_key=True
    )
    source_version_id: Mapped[int] = mapped_column(
        ForeignKey("problem_set_version.id", ondelete="CASCADE"), index=True
    )
    part: Mapped[SlicePart] = mapped_column(closed(SlicePart))
    seed: Mapped[int]


class Problem(Base):
    """One Go function to write, with the tests that judge it. Never changed once stored."""

    __tablename__ = "problem"

    id: Mapped[int] = mapped_column(primary_key=True)
    content_hash: Mapped[str] = mapped_column(String(64), unique=True)
    text_hash: Mapped[str] = mapped_column(String(64), default=_text_hash_of_row, index=True)
    """`text_hash` of the prompt."""
    date: Mapped[str | None] = mapped_column(String(10))
    """When it was first published or generated, such as 2024-10-31 or 2024-10; None where its sources do not say."""
    twin_of: Mapped[str | None] = mapped_column(String(64), index=True)
    """The `text_hash` of the problem that this is a twin of: the same task with other names, words and constants."""
    task_id: Mapped[str] = mapped_column(String(200), index=True)
    entry_point: Mapped[str | None] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text, default="")
    prompt: Mapped[str] = mapped_column(Text)
    """What the base reads and continues."""
    declaration: Mapped[str] = mapped_column(Text, default="")
    imports: Mapped[str] = mapped_column(Text, default="")
    canonical_solution: Mapped[str | None] = mapped_column(Text)
    harness: Mapped[Harness] = mapped_column(closed(Harness))
    test_setup: Mapped[str] = mapped_column(Text, default="")
    example_tests: Mapped[str | None] = mapped_column(Text)
    hidden_tests: Mapped[str] = mapped_column(Text)


class ProblemSetMember(Base):
    """A problem's place in one version of a set."""

    __tablename__ = "problem_set_member"

    version_id: Mapped[int] = mapped_column(
        ForeignKey("problem_set_version.id", ondelete="CASCADE"), primary_key=True
    )
    problem_id: Mapped[int] = mapped_column(ForeignKey("problem.id"), primary_key=True, index=True)
    position: Mapped[int]
    problem: Mapped[Problem] = relationship()


def newest_version(session: Session, name: str) -> ProblemSetVersion | None:
    """The newest version of the set with this name; None where there is no such set."""
    versions = select(ProblemSetVersion).join(ProblemSet).where(ProblemSet.name == name)
    return session.scalars(versions.order_by(ProblemSetVersion.number.desc()).limit(1)).first()
