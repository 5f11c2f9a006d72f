"""The text index: which stored texts hold some characters, on SQLite and Postgres behind one interface.

In: a session, a kind of text, and what is looked for, as typed: no character is an operator. Out: ids, the newest
first. SQLite keeps the trigrams of each text in an FTS5 table without the text itself, filled behind the writers
(`index_new`); what is newer than the index is read. Postgres keeps a trigram index up by itself. Ids are never given
again, so that the entry of a deleted text finds nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, String, Text, column, select, table, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base
from models.packed_text import PLAIN_TEXT, Plain

FEWEST_CHARACTERS = 3
"""A shorter text has no trigram: the newest texts are read."""
READ_AT_MOST = 20_000
"""Texts that are read one by one in one search: of a short needle, or newer than the index."""
TRIGRAMS_AT_MOST = 12
"""Of a longer needle the rarest cannot be told; so many, spread over it, leave few texts to read."""
_FOUND_AT_ONCE = 2_000


class IndexedText(StrEnum):
    """What is indexed; the value names the FTS table and the row of the progress."""

    PROGRAM = "program"
    TRACE = "trace"
    REFLECTION = "reflection"

    @property
    def column(self) -> str:
        """The column of the table of the same name."""
        return {"program": "source", "trace": "message", "reflection": "text"}[self.value]

    @property
    def fts(self) -> str:
        """The FTS5 table; SQLite adds tables of its own that begin with this name."""
        return f"{INDEX_PREFIX}{self.value}"


INDEX_PREFIX = "search_"
"""Tables and indexes that begin so hold no data of their own: a copy of the store leaves them out."""


class SearchProgress(Base):
    """How far the FTS tables are filled; unused on Postgres."""

    __tablename__ = "search_progress"

    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    last_id: Mapped[int]
    """Every text up to this id is indexed."""


@dataclass(frozen=True, kw_only=True)
class FoundTexts:
    """Texts that hold the needle."""

    ids: tuple[int, ...]
    """The newest first."""
    reached: int | None
    """Every text from this id on was looked at; None: all."""


def make_index(connection: Connection) -> None:
    """The empty index of a new store, or one that is filled from the texts that are there (Postgres)."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("CREATE EXTENSION IF NOT EXISTS pg_trgm"))
    for kind in IndexedText:
        if connection.dialect.name == "postgresql":
            statement = f"CREATE INDEX {kind.fts} ON {kind} USING gin ({kind.column} gin_trgm_ops)"
        else:
            statement = (
                f"CREATE VIRTUAL TABLE {kind.fts} USING fts5({kind.column}, content='', columnsize=0, detail=none, "
                "tokenize='trigram')"
            )
        connection.execute(text(statement))


def drop_index(connection: Connection) -> None:
    """Undo `make_index`; the extension stays."""
    what = "INDEX" if connection.dialect.name == "postgresql" else "TABLE"
    for kind in IndexedText:
        connection.execute(text(f"DROP {what} {kind.fts}"))


def index_new(connection: Connection, most: int | None = None) -> int:
    """Index the oldest texts that are not yet, at most so many of each kind; how many there were."""
    if connection.dialect.name == "postgresql":
        return 0
    return sum(_index_new_of(connection, kind, most) for kind in IndexedText)


def texts_waiting(connection: Connection) -> int:
    """How many texts are newer than the index, at most: ids may have gaps."""
    if connection.dialect.name == "postgresql":
        return 0
    newest = (connection.scalar(text(f"SELECT max(id) FROM {kind}")) or 0 for kind in IndexedText)
    return sum(last - _last_indexed(connection, kind) for kind, last in zip(IndexedText, newest, strict=True))


def _index_new_of(connection: Connection, kind: IndexedText, most: int | None) -> int:
    last = _last_indexed(connection, kind)
    rows = f"SELECT id, {PLAIN_TEXT}({kind.column}) FROM {kind} WHERE id > :last ORDER BY id LIMIT :most"
    limits = {"last": last, "most": -1 if most is None else most}
    up_to, number = connection.execute(text(f"SELECT max(id), count(*) FROM ({rows})"), limits).one()
    if not number:
        return 0
    connection.execute(text(f"INSERT INTO {kind.fts}(rowid, {kind.column}) {rows}"), limits)
    connection.execute(
        text("INSERT INTO search_progress VALUES (:kind, :last) ON CONFLICT (kind) DO UPDATE SET last_id = :last"),
        {"kind": kind.value, "last": up_to},
    )
    return int(number)


def rebuild(connection: Connection) -> None:
    """Index all texts anew, without the entries of deleted ones."""
    if connection.dialect.name == "postgresql":
        return
    for kind in IndexedText:
        connection.execute(text(f"INSERT INTO {kind.fts}({kind.fts}) VALUES ('delete-all')"))
    connection.execute(text("DELETE FROM search_progress"))
    index_new(connection)


def reindex(session: Session, kind: IndexedText, row_id: int, *, old: str, new: str) -> None:
    """The text of a row has changed."""
    connection = session.connection()
    if connection.dialect.name == "postgresql" or row_id > _last_indexed(connection, kind) or old == new:
        return
    fts = kind.fts
    connection.execute(
        text(f"INSERT INTO {fts}({fts}, rowid, {kind.column}) VALUES ('delete', :row, :old)"),
        {"row": row_id, "old": old},
    )
    connection.execute(
        text(f"INSERT INTO {fts}(rowid, {kind.column}) VALUES (:row, :new)"), {"row": row_id, "new": new}
    )


def _last_indexed(connection: Connection, kind: IndexedText) -> int:
    found = connection.scalar(select(SearchProgress.last_id).where(SearchProgress.kind == kind.value))
    return int(found or 0)


def find_texts(session: Session, kind: IndexedText, needle: str, *, below: int | None, most: int) -> FoundTexts:
    """Ids of texts with `needle` in them, in any case, below an id.

    Args:
        below: None: from the newest on.
        most: ids to be found; fewer are where the search has read enough texts, and then `reached` says how far.
    """
    connection = session.connection()
    newest = connection.scalar(text(f"SELECT max(id) FROM {kind}")) or 0
    start = newest + 1 if below is None else min(below, newest + 1)
    if connection.dialect.name == "postgresql" and len(needle) >= FEWEST_CHARACTERS:
        ids = _read(connection, kind, needle, above=0, below=start, most=most)
        return FoundTexts(ids=ids, reached=ids[-1] if len(ids) == most else None)
    indexed = _last_indexed(connection, kind) if len(needle) >= FEWEST_CHARACTERS else 0
    lowest = max(indexed, start - 1 - READ_AT_MOST)
    ids = _read(connection, kind, needle, above=lowest, below=start, most=most)
    if len(ids) == most:
        return FoundTexts(ids=ids, reached=ids[-1])
    if lowest > indexed:
        return FoundTexts(ids=ids, reached=lowest + 1)
    if not indexed:
        return FoundTexts(ids=ids, reached=None)
    older = _look_up(connection, kind, needle, below=min(start, indexed + 1), most=most - len(ids))
    return FoundTexts(ids=(*ids, *older.ids), reached=older.reached)


def _read(
    connection: Connection, kind: IndexedText, needle: str, *, above: int, below: int, most: int
) -> tuple[int, ...]:
    holds = _holds(connection, kind, needle)
    rows = table(kind.value, column("id"), _column(kind))
    wanted = select(rows.c.id).where(rows.c.id > above, rows.c.id < below, holds)
    return tuple(connection.scalars(wanted.order_by(rows.c.id.desc()).limit(most)))


def _look_up(connection: Connection, kind: IndexedText, needle: str, *, below: int, most: int) -> FoundTexts:
    """From the FTS table; each text is read, because its trigrams may stand apart in it."""
    found: list[int] = []
    read = 0
    query = (
        f"SELECT rowid FROM {kind.fts} WHERE {kind.fts} MATCH :trigrams AND rowid < :below "
        "ORDER BY rowid DESC LIMIT :most"
    )
    while len(found) < most and read < READ_AT_MOST:
        limits = {"trigrams": _match(needle), "below": below, "most": min(_FOUND_AT_ONCE, 4 * most)}
        ids = connection.scalars(text(query), limits).all()
        if not ids:
            return FoundTexts(ids=tuple(found), reached=None)
        found += _holding(connection, kind, ids, needle)
        read, below = read + len(ids), ids[-1]
    if len(found) > most:
        return FoundTexts(ids=tuple(found[:most]), reached=found[most - 1])
    return FoundTexts(ids=tuple(found), reached=below)


def _holding(connection: Connection, kind: IndexedText, ids: Sequence[int], needle: str) -> list[int]:
    rows = table(kind.value, column("id"), _column(kind))
    wanted = select(rows.c.id).where(rows.c.id.in_(ids), _holds(connection, kind, needle))
    return list(connection.scalars(wanted.order_by(rows.c.id.desc())))


def _holds(connection: Connection, kind: IndexedText, needle: str) -> ColumnElement[bool]:
    # SQLite's own LIKE takes no notice of case, as ILIKE on Postgres.
    compare = _column(kind).ilike if connection.dialect.name == "postgresql" else Plain(_column(kind)).like
    found: ColumnElement[bool] = compare(_pattern(needle), escape="\\")
    return found


def _column(kind: IndexedText) -> Any:
    return column(kind.column, Text)


def _pattern(needle: str) -> str:
    """For LIKE: the needle as it is."""
    for sign in ("\\", "%", "_"):
        needle = needle.replace(sign, f"\\{sign}")
    return f"%{needle}%"


def _match(needle: str) -> str:
    """For FTS5: its trigrams, each as a string, so that no sign in them is an operator."""
    trigrams = list(dict.fromkeys(needle[at : at + 3] for at in range(len(needle) - 2)))
    step = max(1, -(-len(trigrams) // TRIGRAMS_AT_MOST))
    return " AND ".join('"' + one.replace('"', '""') + '"' for one in trigrams[::step])
