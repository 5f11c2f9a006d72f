"""How far a checkpoint's next-token probabilities have moved from those of the one that its training began with."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, UtcDateTime, now


class Drift(Base):
    """The divergence between two checkpoints on the prompts of one version of a set; measured once."""

    __tablename__ = "drift"
    __table_args__ = (UniqueConstraint("parent_id", "checkpoint_id", "version_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int] = mapped_column(ForeignKey("checkpoint.id", ondelete="CASCADE"), index=True)
    checkpoint_id: Mapped[int] = mapped_column(ForeignKey("checkpoint.id", ondelete="CASCADE"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("problem_set_version.id", ondelete="CASCADE"), index=True)
    prompts: Mapped[list[list[Any]]] = mapped_column(JSON, default=list)
    """`[problem id, nats, tokens]` each: the divergence from parent to checkpoint, KL(parent ‖ checkpoint), summed over
    the prompt's positions."""
    trained_on: Mapped[int] = mapped_column(default=0)
    """Prompts that were left out, because the checkpoint's own training read them."""
    too_long: Mapped[int] = mapped_column(default=0)
    """Prompts that were left out, because they do not fit into the context."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
