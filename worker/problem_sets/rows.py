"""JSON Lines from a file, a `.gz` (recognised by its first bytes, not its name), or standard input.

Yields one `SourceRow` per non-blank line, with its 1-based number. A line that is not a JSON object has a `problem`
instead of `fields`, so that the caller can go on with the rest. Lines are read one by one, so a file may have any size;
a single line beyond `max_line_bytes` is reported and skipped without being held in memory.
"""

import gzip
import io
import json
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, cast

from worker.problem_sets.errors import SourceError

STANDARD_INPUT = "-"
MAX_LINE_BYTES = 64 * 1024 * 1024
_GZIP_MAGIC = b"\x1f\x8b"
_KINDS = {type(None): "null", bool: "boolean", int: "number", float: "number", str: "string", list: "array"}


@dataclass(frozen=True, kw_only=True)
class SourceRow:
    """One line of a JSON Lines source."""

    line: int
    fields: dict[str, Any] = field(default_factory=dict)
    problem: str = ""
    """Why the line could not be read, or empty."""


@contextmanager
def open_bytes(source: str) -> Iterator[BinaryIO]:
    """The uncompressed bytes of a path or of `-`, standard input.

    Raises:
        SourceError: it cannot be opened.
    """
    if source == STANDARD_INPUT:
        yield _uncompressed(io.BufferedReader(cast(io.RawIOBase, sys.stdin.buffer)))
        return
    try:
        raw = Path(source).expanduser().open("rb")
    except OSError as error:
        raise SourceError(f"{source} cannot be read ({error.strerror}): check the path.") from error
    with raw:
        yield _uncompressed(raw)


def _uncompressed(raw: io.BufferedReader) -> BinaryIO:
    head = raw.peek(len(_GZIP_MAGIC))[: len(_GZIP_MAGIC)]
    return cast(BinaryIO, gzip.GzipFile(fileobj=raw) if head == _GZIP_MAGIC else raw)


def read_rows(stream: BinaryIO, max_line_bytes: int = MAX_LINE_BYTES) -> Iterator[SourceRow]:
    """The rows of `stream`; a broken gzip stream ends with one row that says so."""
    number = 0
    while True:
        number += 1
        try:
            line, complete = _read_line(stream, max_line_bytes)
        except (OSError, EOFError, zlib.error) as error:
            yield SourceRow(
                line=number, problem=f"the compressed stream breaks off here ({error}); the rest is lost."
            )
            return
        if not line:
            return
        if not complete:
            yield SourceRow(line=number, problem=f"longer than {max_line_bytes:,} bytes; skipped.")
        elif line.strip():
            yield _parse(number, line)


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


def _parse(number: int, line: bytes) -> SourceRow:
    try:
        value = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        return SourceRow(line=number, problem=f"not UTF-8 text (byte {error.start + 1}).")
    except json.JSONDecodeError as error:
        return SourceRow(line=number, problem=f"malformed JSON at column {error.colno}: {error.msg}.")
    except RecursionError:
        return SourceRow(line=number, problem="JSON nested too deeply.")
    except ValueError:
        return SourceRow(line=number, problem="a number has more digits than can be read.")
    if not isinstance(value, dict):
        return SourceRow(
            line=number, problem=f"a JSON {_KINDS[type(value)]}, but each line must be an object {{…}}."
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
