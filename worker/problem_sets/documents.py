"""What a file of rows or completions is, told by its bytes and not by its name or an option.

In: a path, or `-`. Out: a `Content`: rows (JSON Lines, a JSON array of objects, a Parquet table), one JSON document, or
a zip archive. gzip and zstd are unpacked first. What the rows and documents mean is decided by their readers.
"""

import io
import json
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, cast

from worker.problem_sets.errors import SourceError
from worker.problem_sets.limits import parse_json
from worker.problem_sets.packed import PackedFiles, opened_zip, parquet_rows
from worker.problem_sets.rows import KINDS, MAX_LINE_BYTES, STANDARD_INPUT, SourceRow, open_bytes, read_rows

MAX_DOCUMENT_BYTES = 512 * 1024**2
"""A JSON document is held in memory; JSON Lines are not."""
_PARQUET_MAGIC = b"PAR1"
_ZIP_MAGIC = b"PK\x03\x04"
_LOOKED_AT = 100
"""Rows in which the first readable one is sought."""
_CONTINUED = re.compile(rb"[^}\s]\s*$")
"""How a first line ends that is no row: the document goes on behind it."""


@dataclass(kw_only=True)
class Content:
    """One file: rows, a document or an archive. A list of objects, and one object, are rows and a document."""

    source: str
    unit: str = "line"
    """What the numbers of rows count."""
    rows: Iterator[SourceRow] | None = None
    document: Any = None
    archive: PackedFiles | None = None
    first: SourceRow | None = field(init=False, default=None)
    """The first row that could be read; it is still among `rows`."""

    def __post_init__(self) -> None:
        if self.rows is None:
            return
        looked_at: list[SourceRow] = []
        for row in self.rows:
            looked_at.append(row)
            if not row.problem or len(looked_at) == _LOOKED_AT:
                break
        if looked_at and not looked_at[-1].problem:
            self.first = looked_at[-1]
        self.rows = chain(looked_at, self.rows)

    @property
    def found(self) -> str:
        """What there is, in words, for errors."""
        if self.archive is not None:
            names = self.archive.names
            return f"a zip of {', '.join(names[:5]) or 'nothing'}{' …' if len(names) > 5 else ''}"
        fields = self.first.fields if self.first is not None else self.document
        if isinstance(fields, dict):
            return f"the fields {', '.join(map(str, list(fields)[:20])) or 'of an empty object'}"
        if self.rows is not None:
            return "no row that can be read"
        kind = KINDS.get(type(fields), "value")
        inner = f" of {KINDS.get(type(fields[0]), 'object')}s" if isinstance(fields, list) and fields else ""
        return f"a JSON {kind}{inner}"


@contextmanager
def open_content(source: str, max_line_bytes: int = MAX_LINE_BYTES) -> Iterator[Content]:
    """The content of a file or of standard input.

    Raises:
        SourceError: it cannot be opened or unpacked, or is neither text nor a format that is read.
    """
    with open_bytes(source) as stream:
        head = _beginning(stream)
        if head.startswith(_PARQUET_MAGIC):
            with _as_file(source, stream) as path:
                yield Content(source=source, unit="row", rows=parquet_rows(source, path))
        elif head.startswith(_ZIP_MAGIC):
            with _as_file(source, stream) as path, opened_zip(source, path) as archive:
                yield Content(source=source, unit="sample", archive=archive)
        elif b"\0" in head[:1024]:
            raise SourceError(
                f"{source} is neither text nor Parquet nor a zip: JSON Lines, a JSON document, Parquet tables and "
                "Inspect's .eval archives are read."
            )
        else:
            yield _text_content(source, stream, max_line_bytes)


def _beginning(stream: io.BufferedReader) -> bytes:
    """What a first look shows; nothing where that fails, which reading says again."""
    try:
        return stream.peek(1024)
    except OSError:
        return b""


def read_content(stream: BinaryIO, source: str, max_line_bytes: int = MAX_LINE_BYTES) -> Content:
    """The text in `stream`; `source` names it in errors."""
    return _text_content(source, io.BufferedReader(cast(io.RawIOBase, stream)), max_line_bytes)


def _text_content(source: str, stream: io.BufferedReader, max_line_bytes: int) -> Content:
    if not _may_be_document(stream):
        return Content(source=source, rows=read_rows(stream, max_line_bytes))
    held, whole = _held(stream)
    try:
        document = parse_json(held) if whole else _NONE
    except ValueError as error:
        if not _may_be_rows(held):
            raise SourceError(f"{source} {_malformed(error)}") from error
        document = _NONE
    if document is _NONE:
        return Content(source=source, rows=read_rows(io.BufferedReader(_Joined(held, stream)), max_line_bytes))
    unit = "row" if b"\n" in held.strip() or isinstance(document, list) else "line"
    values = document if isinstance(document, list) else [document]
    if not values or any(isinstance(value, list | str | None) for value in values):
        return Content(source=source, unit=unit, document=document)
    rows = (_row_of(number, value) for number, value in enumerate(values, start=1))
    return Content(source=source, unit=unit, document=document, rows=rows)


_NONE = object()
"""There is no document; null is one."""


def _may_be_document(stream: io.BufferedReader) -> bool:
    """Told by the beginning: a bracket, a first line that goes on in the next, or one that is all there is.

    What looks like JSON Lines is not held in memory.
    """
    head = _beginning(stream).lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"["):
        return True
    if not head.startswith(b"{"):
        return False
    line, _, rest = head.partition(b"\n")
    return _CONTINUED.search(line) is not None if rest.strip() else True


def _may_be_rows(held: bytes) -> bool:
    """Whether what is no document may be JSON Lines: every line but a damaged one begins with a brace."""
    lines = held.lstrip(b"\xef\xbb\xbf").split(b"\n", 100)[:100]
    later = [line for line in lines if line.strip()][1:]
    return not later or any(line.lstrip().startswith(b'{"') and line.rstrip().endswith(b"}") for line in later)


def _held(stream: BinaryIO) -> tuple[bytes, bool]:
    """The bytes of the stream as far as they fit into memory, and whether these are all."""
    pieces, size = [], 0
    try:
        while piece := stream.read(1 << 20):
            pieces.append(piece)
            size += len(piece)
            if size >= MAX_DOCUMENT_BYTES:
                return b"".join(pieces), False
    except OSError:
        # Read again as rows, which say where it breaks off.
        return b"".join(pieces), False
    return b"".join(pieces), True


def _malformed(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"holds malformed JSON at line {error.lineno}, column {error.colno}: {error.msg}."
    if isinstance(error, UnicodeDecodeError):
        return f"is not UTF-8 text (byte {error.start + 1})."
    return f"cannot be read: {error}."


def _row_of(number: int, value: Any) -> SourceRow:
    if isinstance(value, dict):
        return SourceRow(line=number, fields=value)
    kind = KINDS.get(type(value), "value")
    return SourceRow(line=number, problem=f"a JSON {kind}, but each row must be an object {{…}}.")


class _Joined(io.RawIOBase):
    """Bytes that were read already, and then the rest of the file."""

    def __init__(self, held: bytes, rest: BinaryIO) -> None:
        self._parts: list[BinaryIO] = [io.BytesIO(held), rest]

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        for part in self._parts:
            if data := part.read(len(buffer)):
                buffer[: len(data)] = data
                return len(data)
        return 0


@contextmanager
def _as_file(source: str, stream: BinaryIO) -> Iterator[Path]:
    """A file that can be read from any place: the one named, or a temporary copy of a stream or of what was packed."""
    path = Path(source).expanduser()
    if source != STANDARD_INPUT and path.is_file():
        with path.open("rb") as raw:
            if raw.read(4) in (_PARQUET_MAGIC, _ZIP_MAGIC):
                yield path
                return
    with tempfile.NamedTemporaryFile(prefix="tekhne-") as copy:
        shutil.copyfileobj(stream, copy)
        copy.flush()
        yield Path(copy.name)


def rows_of(content: Content) -> Iterator[SourceRow]:
    """The rows of a content that has some.

    Raises:
        SourceError: it is something else.
    """
    if content.rows is None:
        raise SourceError(f"{content.source} holds no rows of fields, but {content.found}.")
    return content.rows
