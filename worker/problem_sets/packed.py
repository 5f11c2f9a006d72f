"""The two kinds of file that hold others or are packed by columns: zip archives and Parquet tables, within limits.

In: a path. Out: the files of an archive one by one, or the rows of a table. What they hold is weighed before it is
unpacked, so that a small file that means a huge one costs nothing.
"""

import io
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

from worker.problem_sets.errors import SourceError
from worker.problem_sets.limits import is_too_deep, refuse_bomb
from worker.problem_sets.rows import MAX_LINE_BYTES, SourceRow

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_PIECE = 128 * 1024
MOST_NAMES_BYTES = 16 * 1024**2
"""Of the list of files at a zip's end. Each takes 46 bytes at least, and ten times that in memory."""
_ROWS_AT_ONCE = 1_000
_FIXED_SIZE = 8
"""Bytes that every value counts."""
_FIXED = {
    "boolean", "tinyint", "smallint", "integer", "bigint", "hugeint", "utinyint", "usmallint", "uinteger", "ubigint",
    "float", "double", "decimal", "date", "time", "timestamp", "timestamp with time zone", "uuid", "null",
}  # fmt: skip


class PackedFiles:
    """The files in a zip, also in one that is packed with zstd. All of them together must be honest."""

    def __init__(self, source: str, archive: Any, packed_bytes: int) -> None:
        self._source, self._archive, self._packed = source, archive, packed_bytes
        self._given = 0
        self.names: list[str] = archive.namelist()

    def read(self, name: str) -> bytes:
        """The content of one file.

        Raises:
            SourceError: it is damaged, too long, or no honest file.
        """
        pieces, size = [], 0
        try:
            with self._archive.open(name) as file:
                while piece := file.read(_PIECE):
                    pieces.append(piece)
                    size += len(piece)
                    self._given += len(piece)
                    refuse_bomb(self._source, unpacked=self._given, packed=self._packed)
                    if size > MAX_LINE_BYTES:
                        raise ValueError(f"it has more than {MAX_LINE_BYTES:,} bytes")
        except SourceError:
            raise
        except Exception as error:  # each way of packing has errors of its own
            raise unreadable(self._source, name, error) from error
        return b"".join(pieces)


def unreadable(source: str, name: str, reason: object) -> SourceError:
    """The error of a file `name` in the archive `source`."""
    return SourceError(f"{source}: {name[:200]} cannot be read ({reason}): is the archive whole?")


class _ZipBytes(io.BufferedReader):
    """The bytes of a zip, whose list of files `zipfile` asks for in one piece; what it holds, in small ones."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > MOST_NAMES_BYTES:
            raise BadZipFile(f"its list of files has more than {MOST_NAMES_BYTES // 1024**2} MiB")
        return super().read(size)


@contextmanager
def opened_zip(source: str, path: Path) -> Iterator[PackedFiles]:
    """Raises: SourceError where `path` is no zip; `source` is how errors name it."""
    if sys.version_info >= (3, 14):
        import zipfile
    else:
        # Inspect packs with zstd, which Python itself unpacks since 3.14.
        from backports.zstd import zipfile
    with _ZipBytes(path.open("rb", buffering=0)) as file:
        try:
            archive = zipfile.ZipFile(file)
        except (BadZipFile, zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
            raise SourceError(f"{source} cannot be read as a zip ({error}): is it whole?") from error
        with archive:
            yield PackedFiles(source, archive, path.stat().st_size)


def parquet_rows(source: str, path: Path) -> Iterator[SourceRow]:
    """The rows of a table; `source` is how errors name it.

    Raises:
        SourceError: it is damaged or no honest table.
    """
    # Late: only tables need it.
    import duckdb

    settings = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false", "threads": "1"}
    with tempfile.TemporaryDirectory(prefix="tekhne-") as folder, duckdb.connect(config=settings) as database:
        # The name of the file may hold what the library takes for a pattern.
        link = Path(folder, "table.parquet")
        link.symlink_to(path.absolute())
        try:
            rows_at_once = _rows_at_once(database, source, link, path.stat().st_size)
            table = database.execute("SELECT * FROM read_parquet(?)", [str(link)])
            names = [column[0] for column in table.description]
            number = 0
            while rows := table.fetchmany(rows_at_once):
                for values in rows:
                    number += 1
                    fields = dict(zip(names, values, strict=True))
                    problem = "values nested too deeply." if is_too_deep(fields) else ""
                    yield SourceRow(line=number, fields={} if problem else fields, problem=problem)
        except duckdb.Error as error:
            reason = str(error).strip().partition("\n")[0].replace(str(link), source)
            raise SourceError(f"{source} cannot be read as Parquet ({reason}): is it whole?") from error


def _rows_at_once(database: "DuckDBPyConnection", source: str, link: Path, packed_bytes: int) -> int:
    """How many rows to fetch in one go, after all of them have been weighed where they are: still packed."""
    [[unpacked]] = database.execute(
        "SELECT coalesce(sum(greatest(total_uncompressed_size, 0)), 0) FROM parquet_metadata(?)", [str(link)]
    ).fetchall()
    refuse_bomb(source, unpacked=unpacked, packed=packed_bytes)
    table = database.sql("SELECT * FROM read_parquet(?)", params=[str(link)])
    row = " + ".join(_weight(_quoted(name), kind) for name, kind in zip(table.columns, table.types, strict=True))
    # A dictionary's text is stored once however many rows have it.
    [[all_rows, largest]] = database.execute(
        f"SELECT coalesce(sum(size), 0), coalesce(max(size), 1) FROM (SELECT {row} AS size FROM read_parquet(?))",
        [str(link)],
    ).fetchall()
    refuse_bomb(source, unpacked=int(all_rows), packed=packed_bytes)
    if largest > MAX_LINE_BYTES:
        raise SourceError(f"{source} has a row of more than {MAX_LINE_BYTES:,} bytes: nothing was kept.")
    return max(1, min(_ROWS_AT_ONCE, MAX_LINE_BYTES // int(largest)))


def _weight(value: str, kind: Any, depth: int = 0) -> str:
    """The SQL for how many bytes a value has when it is unpacked."""
    if kind.id in ("list", "array"):
        part = f"part{depth}"
        inner = _weight(part, kind.children[0][1], depth + 1)
        return f"{_FIXED_SIZE} + coalesce(list_sum(list_transform({value}, lambda {part}: {inner})), 0)"
    if kind.id == "map":
        parts = [
            _weight(f"map_{side}({value})", _ListOf(child), depth)
            for side, (_, child) in zip(("keys", "values"), kind.children, strict=True)
        ]
        return " + ".join(parts)
    if kind.id == "struct":
        return " + ".join(_weight(f"({value}).{_quoted(name)}", child, depth) for name, child in kind.children)
    if kind.id in _FIXED:
        return str(_FIXED_SIZE)
    size = f"octet_length({value})" if kind.id == "blob" else f"strlen({value}::VARCHAR)"
    return f"{_FIXED_SIZE} + coalesce({size}, 0)"


class _ListOf:
    """The type of a list, as the library describes types."""

    id = "list"

    def __init__(self, child: Any) -> None:
        self.children = [("child", child)]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
