"""Log-probabilities of a revision's tokens: as they were written, and again with and without the trace.

One row holds all tokens of a revision, packed: for each its length in characters and, for each reading, its
log-probability in sixteenths of a nat, then compressed. A value is at most 1/32 nat off; what is less likely than
e^−15.9 counts as that. Rows go with their revision.
"""

import zlib
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.arm_kinds import CheckpointNeed
from models.base import Base, UtcDateTime, now
from models.checkpoint import Checkpoint, is_served
from models.results import Revision
from models.run import Arm

STEPS_PER_NAT = 16
_MOST_STEPS = 255
_LONGEST = 2**16 - 1


class RevisionTokens(Base):
    """The tokens of a revision as its critic drew them."""

    __tablename__ = "revision_tokens"

    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id", ondelete="CASCADE"), primary_key=True)
    tokens: Mapped[bytes] = mapped_column(LargeBinary)
    """`pack_tokens` with one reading."""


class TraceEffect(Base):
    """The tokens of a revision, read by its critic behind the trace and without it."""

    __tablename__ = "trace_effect"

    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id", ondelete="CASCADE"), primary_key=True)
    tokens: Mapped[bytes] = mapped_column(LargeBinary)
    """`pack_tokens` with two readings: with the trace, and without it."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


@dataclass(frozen=True, kw_only=True)
class TokenLogprobs:
    """The tokens of one text; all tuples are alike in length."""

    lengths: tuple[int, ...]
    """In characters, one after another from the beginning of the text. A token that ends within a character has 0."""
    logprobs: tuple[float, ...]
    """In nats, at temperature 1."""


def pack_tokens(lengths: Sequence[int], *readings: Sequence[float]) -> bytes:
    """The bytes of the tokens of one text."""
    sizes = array("H", [min(length, _LONGEST) for length in lengths])
    steps = bytes(_steps(value) for reading in readings for value in reading)
    return zlib.compress(len(sizes).to_bytes(4, "little") + _little(sizes) + steps, level=9)


def unpack_tokens(packed: bytes) -> tuple[tuple[int, ...], tuple[tuple[float, ...], ...]]:
    """The lengths, and the log-probabilities of each reading."""
    plain = zlib.decompress(packed)
    count = int.from_bytes(plain[:4], "little")
    lengths = tuple(int.from_bytes(plain[4 + 2 * at : 6 + 2 * at], "little") for at in range(count))
    rest = plain[4 + 2 * count :]
    readings = [rest[start : start + count] for start in range(0, len(rest), count)] if count else []
    return lengths, tuple(tuple(-step / STEPS_PER_NAT for step in reading) for reading in readings)


def _steps(logprob: float) -> int:
    return round(min(max(-logprob * STEPS_PER_NAT, 0), _MOST_STEPS))


def _little(sizes: "array[int]") -> bytes:
    return b"".join(size.to_bytes(2, "little") for size in sizes)


def why_no_trace_effect(session: Session, revision: Revision) -> str:
    """Why a revision cannot be read with and without the trace, in one sentence; empty where it can."""
    arm = session.get_one(Arm, revision.arm_id)
    critic = session.get(Checkpoint, arm.checkpoint_id) if arm.checkpoint_id is not None else None
    if arm.kind.needs is not CheckpointNeed.CRITIC or critic is None:
        return f"Only a trained critic is read without the trace, and {arm.name} asks a base."
    if is_served(critic.location) or critic.deleted_at is not None:
        return f"{critic.name} is not in this process: only a critic with its files here is read again."
    if revision.reflection is None or not revision.reflection.shown_trace:
        return "This revision was written without a trace."
    if not revision.text.strip():
        return "This revision is empty."
    return ""
