"""The one reader of bytes and JSON Lines that people hand in: a file or standard input, gzipped or packed with zstd.

Yields one `SourceRow` per non-blank line, with its 1-based number. A line that is not a JSON object has a `problem`
instead of `fields`, so that the caller can go on with the rest. Lines are read one by one; a line beyond
`max_line_bytes` is reported and skipped without being held in memory. Reading ends with an error where a file is longer
than limits.py allows or was packed as no honest file is, and where it is text in another encoding than UTF-8.
Files that are one document, or tables, are read by documents.py.
"""

import gzip
import io
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, cast

from worker.problem_sets.errors import SourceError
from worker.problem_sets.limits import BadJson, parse_json, refuse_bomb

STANDARD_INPUT = "-"
MAX_LINE_BYTES = 64 * 1024 * 1024
_PIECE = 128 * 1024
GZIP_MAGIC = b"\x1f\x8b"
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
_OTHER_ENCODINGS = {b"\xff\xfe\x00\x00": "UTF-32", b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
KINDS = {type(None): "null", bool: "boolean", int: "number", float: "number", str: "string", list: "array"}


@dataclass(frozen=True, kw_only=True)
class SourceRow:
    """One line of a JSON Lines source."""

    line: int
    fields: dict[str, Any] = field(default_factory=dict)
    problem: str = ""
    """Why the line could not be read, or empty."""


@contextmanager
def open_bytes(source: str) -> Iterator[io.BufferedReader]:
    """The uncompressed bytes of a path or of `-`, standard input.

    Raises:
        SourceError: it cannot be opened, or is text in another encoding.
    """
    if source == STANDARD_INPUT:
        yield _uncompressed(source, io.BufferedReader(cast(io.RawIOBase, sys.stdin.buffer)))
        return
    try:
        raw = Path(source).expanduser().open("rb")
    except OSError as error:
        raise SourceError(f"{source} cannot be read ({error.strerror}): check the path.") from error
    with raw:
        yield _uncompressed(source, raw)


def _uncompressed(source: str, raw: io.BufferedReader) -> io.BufferedReader:
    counted = _Counted(raw)
    head = raw.peek(len(_ZSTD_MAGIC))[: len(_ZSTD_MAGIC)]
    unpacked: Any = counted
    if head.startswith(GZIP_MAGIC):
        unpacked = gzip.GzipFile(fileobj=cast(BinaryIO, counted))
    elif head == _ZSTD_MAGIC:
        unpacked = _zstd_file(counted)
    stream: Any = io.BufferedReader(_Limited(source, unpacked, counted), _PIECE)
    with suppress(OSError):
        # A packed file that is damaged at its beginning is reported as its first row.
        _refuse_other_encodings(source, stream.peek(4))
    return cast(io.BufferedReader, stream)


def _zstd_file(packed: "_Counted") -> Any:
    """Python has this itself since 3.14."""
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    return zstd.ZstdFile(cast(Any, packed))


def _refuse_other_encodings(source: str, head: bytes) -> None:
    for mark, encoding in _OTHER_ENCODINGS.items():
        # A first line that is damaged begins with any bytes: UTF-16 goes on with a letter and a zero.
        if head.startswith(mark) and b"\0" in head[:4]:
            raise SourceError(f"{source} is {encoding} text: save it as UTF-8 (`iconv -f {encoding} -t UTF-8`).")


class _Counted:
    """A file that counts what was read of it."""

    def __init__(self, file: io.BufferedReader) -> None:
        self._file = file
        self.taken = 0

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.taken += len(data)
        return data

    def read1(self, size: int = -1) -> bytes:
        data = self._file.read1(size)
        self.taken += len(data)
        return data


class _Limited(io.RawIOBase):
    """What comes out of a file, up to the limits on its length and on how tightly it was packed."""

    def __init__(self, source: str, unpacked: Any, packed: _Counted) -> None:
        self._source = source
        self._unpacked = unpacked
        self._packed = packed
        self._given = 0
        self._failure: OSError | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        # One piece at a time: what was unpacked before a damaged place is not lost.
        if self._failure is not None:
            # Asked again, gzip would take a damaged place for the end.
            raise self._failure
        try:
            data: bytes = self._unpacked.read1(len(buffer))
        except Exception as error:  # zstd has an error of its own, in a module that may not be there
            self._failure = OSError(str(error))
            raise self._failure from error
        self._given += len(data)
        refuse_bomb(self._source, unpacked=self._given, packed=self._packed.taken)
        buffer[: len(data)] = data
        return len(data)


def read_rows(
    stream: BinaryIO, max_line_bytes: int = MAX_LINE_BYTES, *, any_value: bool = False
) -> Iterator[SourceRow]:
    """The rows of `stream`; a broken gzip stream ends with one row that says so."""
    number = 0
    while True:
        number += 1
        try:
            line, complete = _read_line(stream, max_line_bytes)
        except OSError as error:
            yield SourceRow(
                line=number, problem=f"the compressed stream breaks off here ({error}); the rest is lost."
            )
            return
        if not line:
            return
        if not complete:
            yield SourceRow(line=number, problem=f"longer than {max_line_bytes:,} bytes; skipped.")
        elif line.strip():
            yield _parse(number, line, any_value=any_value)


def _read_line(stream: BinaryIO, limit: int) -> tuple[bytes, bool]:
    """The next line, and whether it is within the limit; the rest of a longer line is skipped in pieces."""
    line = stream.readline(limit)
    if len(line) < limit or line.endswith(b"\n"):
        return line, True
    rest = stream.readline(limit)
    fitted = rest in (b"", b"\n")
    while rest and not rest.endswith(b"\n"):
        rest = stream.readline(limit)
    return line, fitted


def read_values(stream: BinaryIO) -> Iterator[tuple[int, Any, str]]:
    """(line, value, problem) of each non-blank line, whatever JSON it is; None where there is a problem."""
    for row in read_rows(stream, any_value=True):
        yield row.line, row.fields.get("value"), row.problem


def _parse(number: int, line: bytes, *, any_value: bool) -> SourceRow:
    try:
        value = parse_json(line.rstrip(b"\r\n"))
    except UnicodeDecodeError as error:
        return SourceRow(line=number, problem=f"not UTF-8 text (byte {error.start + 1}).")
    except json.JSONDecodeError as error:
        return SourceRow(line=number, problem=f"malformed JSON at column {error.colno}: {error.msg}.")
    except BadJson as error:
        return SourceRow(line=number, problem=f"{error}.")
    if any_value:
        return SourceRow(line=number, fields={"value": value})
    if not isinstance(value, dict):
        return SourceRow(
            line=number, problem=f"a JSON {KINDS[type(value)]}, but each line must be an object {{…}}."
        )
    return SourceRow(line=number, fields=value)


def required_text(row: SourceRow, name: str) -> str:
    """Raises: ValueError where the field is absent, not text, or blank."""
    text = row.fields.get(name)
    if not isinstance(text, str):
        found = "missing" if text is None else f"a {type(text).__name__}, not text"
        raise ValueError(f"the field {name!r} is {found}.")
    if not text.strip():
        raise ValueError(f"the field {name!r} is empty.")
    return text


def optional_text(row: SourceRow, name: str) -> str | None:
    """The field's text; None where it is absent, not text, or blank."""
    text = row.fields.get(name)
    return text if isinstance(text, str) and text.strip() else None
