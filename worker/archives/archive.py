"""The archive of a run: everything that its pages show, as gzipped JSON Lines.

Line 1 is the head: what the rows refer to and the archive does not hold (problems, set versions, checkpoints), each by
the hash that names it. Every further line is `[table, row]`: the table's own columns, with the ids of the store that
wrote it. Weights and problem texts are not in it.
"""

import gzip
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models import Arm, Attempt, Program, Reflection, Revision, RulerIdentity, Run, RunProblem, Trace
from models.base import Base
from worker.archives.errors import BadArchive

FORMAT = 1
TABLES: tuple[type[Base], ...] = (
    RulerIdentity, Program, Trace, Run, Arm, RunProblem, Attempt, Reflection, Revision,
)  # fmt: skip
"""In an order in which each row comes after the rows that it refers to."""

ArchivedRow = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class ArchiveHead:
    """What an archive's rows refer to, by the ids of the store that wrote it."""

    problems: dict[int, str]
    """Content hashes."""
    versions: dict[int, tuple[str, str]]
    """Name of the set and content hash of the version."""
    checkpoints: dict[int, ArchivedRow]
    """`name`, `kind`, `content_hash`, `layers`, `parameters`, and `origins`: `[version, origin, evidence]` each."""

    def as_json(self) -> ArchivedRow:
        return {
            "tekhne_run": FORMAT,
            "problems": self.problems,
            "versions": self.versions,
            "checkpoints": self.checkpoints,
        }


def write_archive(file: Path, head: ArchiveHead, rows: Iterable[tuple[str, ArchivedRow]]) -> None:
    """Write another file, then rename it, so that an archive is whole or absent. Equal rows make equal bytes."""
    aside = file.with_name(f".{file.name}.part")
    with aside.open("wb") as raw, gzip.GzipFile(filename="", fileobj=raw, mode="wb", mtime=0) as packed:
        packed.write(_line(head.as_json()))
        for row in rows:
            packed.write(_line(list(row)))
    aside.rename(file)


def _line(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def read_archive(file: Path) -> tuple[ArchiveHead, dict[str, list[ArchivedRow]]]:
    """An archive's head, and its rows by table.

    Raises:
        BadArchive: the file is missing, cut short or no archive of a run.
    """
    lines = _lines(file)
    head = _head(file, next(lines, (1, None))[1])
    rows: dict[str, list[ArchivedRow]] = {table.__tablename__: [] for table in TABLES}
    for number, line in lines:
        if not (isinstance(line, list) and len(line) == 2 and line[0] in rows and isinstance(line[1], dict)):
            raise BadArchive(file, number, "this is no [table, row]")
        rows[line[0]].append(line[1])
    if len(rows[Run.__tablename__]) != 1:
        raise BadArchive(file, 1, "the file does not hold exactly one run")
    return head, rows


def _lines(file: Path) -> Iterator[tuple[int, Any]]:
    number = 0
    try:
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                yield number, json.loads(line)
    except (OSError, EOFError, ValueError) as error:
        raise BadArchive(file, number + 1, f"it cannot be read ({error})") from error


def _head(file: Path, found: object) -> ArchiveHead:
    if not isinstance(found, dict) or found.get("tekhne_run") != FORMAT:
        raise BadArchive(file, 1, f"this is no archive of a run in format {FORMAT}")
    try:
        return ArchiveHead(
            problems={int(key): value for key, value in found["problems"].items()},
            versions={int(key): (value[0], value[1]) for key, value in found["versions"].items()},
            checkpoints={int(key): dict(value) for key, value in found["checkpoints"].items()},
        )
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise BadArchive(file, 1, f"the head lacks or garbles {error}") from error
