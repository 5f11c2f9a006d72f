"""Named sets of transcripts: each version is a list that never changes, so that a critic says what it was trained on.

A set of the same content as its newest version is that version. A transcript that is marked as bad later stays in the
versions that hold it, and is left out when a critic is trained on them.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Select, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import Base, UtcDateTime, content_hash, now
from models.checkpoint import Transcript


class TranscriptSet(Base):
    """A name."""

    __tablename__ = "transcript_set"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class TranscriptSetVersion(Base):
    """What the name stood for at one time."""

    __tablename__ = "transcript_set_version"
    __table_args__ = (UniqueConstraint("set_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    set_id: Mapped[int] = mapped_column(ForeignKey("transcript_set.id", ondelete="CASCADE"))
    number: Mapped[int]
    """1, 2, …"""
    content_hash: Mapped[str] = mapped_column(String(64))
    """Over the hashes of its transcripts, in order."""
    size: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    transcript_set: Mapped[TranscriptSet] = relationship()

    @property
    def label(self) -> str:
        return f"{self.transcript_set.name}@{self.number}"


class TranscriptSetMember(Base):
    """A transcript of one version."""

    __tablename__ = "transcript_set_member"

    version_id: Mapped[int] = mapped_column(
        ForeignKey("transcript_set_version.id", ondelete="CASCADE"), primary_key=True
    )
    transcript_id: Mapped[int] = mapped_column(ForeignKey("transcript.id"), primary_key=True, index=True)


def find_version(session: Session, label: str) -> TranscriptSetVersion | None:
    """The version that `NAME` (its newest) or `NAME@NUMBER` names; None where there is none."""
    name, _, number = label.partition("@")
    versions = select(TranscriptSetVersion).join(TranscriptSet).where(TranscriptSet.name == name)
    if number:
        if not (number.isascii() and number.isdecimal() and len(number) < 10):
            return None
        versions = versions.where(TranscriptSetVersion.number == int(number))
    return session.scalars(versions.order_by(TranscriptSetVersion.number.desc()).limit(1)).first()


def keep_version(session: Session, name: str, chosen: Select[int]) -> TranscriptSetVersion:
    """The version of the transcripts whose ids are `chosen`: the newest where it is the same, else a new one."""
    rows = select(Transcript.id, Transcript.content_hash).where(Transcript.id.in_(chosen)).order_by(Transcript.id)
    hashes = {row.id: row.content_hash for row in session.execute(rows)}
    digest = content_hash(*hashes.values())
    newest = find_version(session, name)
    if newest is not None and newest.content_hash == digest:
        return newest
    owner = session.scalars(select(TranscriptSet).where(TranscriptSet.name == name)).first()
    if owner is None:
        owner = TranscriptSet(name=name)
        session.add(owner)
        session.flush()
    version = TranscriptSetVersion(
        set_id=owner.id, number=1 + (newest.number if newest else 0), content_hash=digest, size=len(hashes)
    )
    session.add(version)
    session.flush()
    session.add_all(TranscriptSetMember(version_id=version.id, transcript_id=one) for one in hashes)
    session.flush()
    return version
