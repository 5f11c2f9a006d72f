"""Packed text: the long texts of the store, compressed one by one with a dictionary that they share.

In: a text. Out: what a column of SQLite holds: the text itself where it is short, or bytes: the number of the
dictionary, then a zstd frame without its magic number. A column may hold both, so older rows are packed whenever there
is time for it (`pack_stored`). Postgres holds the text itself, because its search index reads it; of its own accord it
compresses only rows of more than 2 kB.
"""

from functools import cache
from importlib.resources import files
from sys import version_info
from threading import local
from typing import Any

from sqlalchemy import ColumnElement, Connection, Text, TypeDecorator, text
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

if version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PLAIN_TEXT = "plain_text"
"""SQLite's function that reads a packed column, for conditions and the text index."""
DICTIONARY = 1
"""The number of the dictionary that writers use. A store may hold texts of earlier ones, so none is ever removed."""
LEVEL = 12
"""Of 19: 20 µs a text, and 1% larger than with 19."""
SHORTEST = 24
"""A text of fewer bytes is kept as it is."""
MAGIC = (0xFD2FB528).to_bytes(4, "little")
_OPTIONS = {
    zstd.CompressionParameter.compression_level: LEVEL,
    # Which dictionary it is stands before the frame, and the database's pages have their own protection.
    zstd.CompressionParameter.dict_id_flag: 0,
    zstd.CompressionParameter.checksum_flag: 0,
}
_OF_THREAD = local()
PACKED_COLUMNS = (
    ("program", "source"),
    ("trace", "message"),
    ("attempt", "text"),
    ("revision", "text"),
    ("reflection", "shown_trace"),
    ("reflection", "text"),
)
"""Table and column of every packed text. The searched ones among them are `models.text_index.IndexedText`."""
_PACKED_AT_ONCE = 5_000
"""Texts in one transaction: other writers wait meanwhile."""


@cache
def _dictionary(number: int) -> zstd.ZstdDict:
    return zstd.ZstdDict(files("models").joinpath("dictionaries", f"{number}.zdict").read_bytes())


def pack(plain: str) -> str | bytes:
    """What a column of SQLite holds for a text. Equal texts make equal bytes."""
    try:
        data = plain.encode()
    except UnicodeEncodeError:
        # Lone surrogates: the database refuses them, as it does in every other column.
        return plain
    if len(data) < SHORTEST:
        return plain
    if not hasattr(_OF_THREAD, "compressor"):
        _OF_THREAD.compressor = zstd.ZstdCompressor(
            options=_OPTIONS, zstd_dict=_dictionary(DICTIONARY).as_digested_dict
        )
    frame: bytes = _OF_THREAD.compressor.compress(data, zstd.ZstdCompressor.FLUSH_FRAME)
    packed = bytes([DICTIONARY]) + frame.removeprefix(MAGIC)
    return packed if len(packed) < len(data) else plain


def unpack(stored: str | bytes | None) -> str | None:
    """The text that a column of SQLite holds."""
    if not isinstance(stored, bytes):
        return stored
    plain: bytes = zstd.decompress(MAGIC + stored[1:], zstd_dict=_dictionary(stored[0]).as_digested_dict)
    return plain.decode()


class Plain(FunctionElement[str]):
    """The text of a packed column in SQL, where the database itself compares or cuts it."""

    name = PLAIN_TEXT
    type = Text()
    inherit_cache = True


@compiles(Plain)
def _as_it_is(element: Plain, compiler: Any, **options: Any) -> str:
    return str(compiler.process(next(iter(element.clauses)), **options))


@compiles(Plain, "sqlite")
def _by_function(element: Plain, compiler: Any, **options: Any) -> str:
    return f"{PLAIN_TEXT}({compiler.process(next(iter(element.clauses)), **options)})"


def _plain(operand: Any) -> Any:
    return Plain(operand) if isinstance(getattr(operand, "type", None), PackedText) else operand


class PackedText(TypeDecorator[str]):
    """A text that SQLite keeps packed. Conditions on such a column read the text, never the bytes."""

    impl = Text
    cache_ok = True

    class Comparator(TypeDecorator.Comparator[str]):
        """Compares texts: one text may be stored in two ways."""

        def operate(self, op: Any, *other: Any, **options: Any) -> ColumnElement[Any]:
            found: ColumnElement[Any] = op(Plain(self.expr), *map(_plain, other), **options)
            return found

    comparator_factory: Any = Comparator

    def process_bind_param(self, value: str | None, dialect: Dialect) -> Any:
        return pack(value) if isinstance(value, str) and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        return unpack(value)


def pack_stored(connection: Connection, table: str, column: str, after: int) -> int | None:
    """Pack the next texts of a column that are stored as they are, in the order of their ids.

    Args:
        after: the id behind which to begin.

    Returns:
        The last id that was looked at; None where none is left. Postgres has none.
    """
    if connection.dialect.name == "postgresql":
        return None
    waiting = text(
        f"SELECT id, {column} FROM {table} WHERE id > :after AND typeof({column}) = 'text' "
        f"AND length({column}) >= {SHORTEST} ORDER BY id LIMIT {_PACKED_AT_ONCE}"
    )
    change = text(f"UPDATE {table} SET {column} = :packed WHERE id = :id")
    rows = connection.execute(waiting, {"after": after}).all()
    packed = [{"id": row_id, "packed": pack(plain)} for row_id, plain in rows]
    if changed := [row for row in packed if isinstance(row["packed"], bytes)]:
        connection.execute(change, changed)
    return rows[-1].id if rows else None
