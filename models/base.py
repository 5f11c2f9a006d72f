"""What all tables use: the declarative base, UTC times, closed enums and content hashes.

Constraint names follow one convention, so that migrations can name what they drop on both databases.
"""

import hashlib
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import DateTime, Enum, MetaData, TypeDecorator
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase

_NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Parent of every table of the store."""

    metadata = MetaData(naming_convention=_NAMES)


class UtcDateTime(TypeDecorator[datetime]):
    """An instant. Naive times are refused when written; times that are read are always in UTC.

    Raises:
        ValueError: a time without a zone was handed in.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone: the store keeps instants in UTC only")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        # SQLite does not store the zone; the value was written in UTC.
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def closed(enum: type[StrEnum], name: str = "") -> Enum:
    """A column type that holds the values of one enum, kept closed by a CHECK on both databases.

    `name` tells the CHECKs apart where a table has several columns of one enum.
    """
    return Enum(
        enum,
        values_callable=lambda members: [member.value for member in members],
        native_enum=False,
        create_constraint=True,
        validate_strings=True,
        length=32,
        name=f"{name or enum.__name__.lower()}_is_known",
    )


def now() -> datetime:
    return datetime.now(UTC)


def content_hash(*parts: str) -> str:
    """SHA-256 over the parts, each preceded by its length so that no two lists of parts can collide.

    Lone surrogates stand for bytes that were not UTF-8 (`surrogateescape`) and are hashed as those bytes.
    """
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogateescape")
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.hexdigest()
