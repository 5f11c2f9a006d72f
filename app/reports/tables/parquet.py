"""A report table as a Parquet file: typed columns that `pandas.read_parquet` gives back as they are.

In: columns and rows as they come. Out: the file in chunks. A group of rows is in memory at a time, however many there
are. Words of a closed vocabulary are dictionary columns (`category` in pandas), instants are timestamps in UTC, a
missing value is null, and each column's documentation is in the metadata of its field. pyarrow is imported when a file
is first asked for.
"""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow

    from app.reports.tables.table import Cell, Column

ROWS_PER_GROUP = 20_000
TIME = "time"
"""The kind of a column of instants (`CellKind.TIME`)."""
MEDIA_TYPE = "application/vnd.apache.parquet"


class ColumnType(StrEnum):
    """What the cells of a column are."""

    TEXT = "text"
    WORD = "word"
    """One of few words, such as a verdict or the name of an arm."""
    INTEGER = "integer"
    NUMBER = "number"
    FLAG = "flag"
    TIME = "time"


def parquet_chunks(
    columns: Sequence["Column"],
    rows: Iterable[Sequence["Cell"]],
    *,
    types: Mapping[str, ColumnType] | None,
    about: Mapping[str, str],
) -> Iterator[bytes]:
    """The file in chunks.

    Args:
        types: by the column's name; None: found from the cells, which are then all read first.
        about: the file's own metadata.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    if types is None:
        rows = list(rows)
        found = [_type_of(cells) for cells in _by_column(rows, len(columns))]
    else:
        found = [types[column.name] for column in columns]
    found = [ColumnType.TIME if column.kind == TIME else kind for column, kind in zip(columns, found, strict=True)]
    schema = pa.schema(
        [
            pa.field(column.name, _arrow(pa, kind), metadata={"doc": column.doc})
            for column, kind in zip(columns, found, strict=True)
        ],
        metadata=dict(about),
    )
    sink, source = _Sink(), iter(rows)
    with pq.ParquetWriter(pa.PythonFile(sink, mode="w"), schema, compression="zstd") as writer:
        while some := list(islice(source, ROWS_PER_GROUP)):
            arrays = [
                pa.array([_value(cell, kind) for cell in cells], type=field.type)
                for cells, kind, field in zip(_by_column(some, len(columns)), found, schema, strict=True)
            ]
            writer.write_batch(pa.record_batch(arrays, schema=schema), row_group_size=ROWS_PER_GROUP)
            yield sink.taken()
    yield sink.taken()


def _by_column(rows: Sequence[Sequence["Cell"]], width: int) -> list[tuple["Cell", ...]]:
    return list(zip(*rows, strict=True)) if rows else [()] * width


def _type_of(cells: Iterable["Cell"]) -> ColumnType:
    kinds = {type(cell) for cell in cells if cell is not None}
    if kinds == {bool}:
        return ColumnType.FLAG
    if kinds == {int}:
        return ColumnType.INTEGER
    if kinds and kinds <= {int, float}:
        return ColumnType.NUMBER
    return ColumnType.WORD if any(issubclass(kind, StrEnum) for kind in kinds) else ColumnType.TEXT


def _arrow(pa: Any, kind: ColumnType) -> "pyarrow.DataType":
    return {
        ColumnType.TEXT: pa.string(),
        ColumnType.WORD: pa.dictionary(pa.int32(), pa.string()),
        ColumnType.INTEGER: pa.int64(),
        ColumnType.NUMBER: pa.float64(),
        ColumnType.FLAG: pa.bool_(),
        ColumnType.TIME: pa.timestamp("us", tz="UTC"),
    }[kind]


def _value(cell: "Cell", kind: ColumnType) -> "Cell | datetime":
    if kind is ColumnType.TIME:
        return datetime.fromisoformat(str(cell)) if cell else None
    if cell is None or kind in (ColumnType.INTEGER, ColumnType.NUMBER, ColumnType.FLAG):
        return cell
    # Lone surrogates, which stand for bytes that were not UTF-8, have no place in a Parquet file.
    text = str(cell)
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


class _Sink(io.RawIOBase):
    """A file that is only written, and whose bytes are taken away between two groups of rows."""

    def __init__(self) -> None:
        super().__init__()
        self._buffer = bytearray()
        self._at = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        self._buffer += bytes(data)
        self._at += len(data)
        return len(data)

    def tell(self) -> int:
        return self._at

    def taken(self) -> bytes:
        data = bytes(self._buffer)
        self._buffer.clear()
        return data
