"""Ruler identities: everything a verdict can depend on besides the program and its tests."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, UtcDateTime, now


class RulerIdentity(Base):
    """Go, x/tools, vet policy, limits, harness and sandbox policy under one digest."""

    __tablename__ = "ruler"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    go_version: Mapped[str] = mapped_column(String(40))
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
