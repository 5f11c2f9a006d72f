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
from typing import Any, BinaryIO

from models import Arm, Attempt, Program, Reflection, Revision, RulerIdentity, Run, RunProblem, Trace
from models.base import Base
from worker.archives.errors import BadArchive
from worker.archives.fitting import is_text, misfit, misfit_checkpoint
from worker.problem_sets.errors import SourceError
from worker.problem_sets.rows import open_bytes, read_values

FORMAT = 1
MOST_SAMPLES = 10_000
MOST_CHECKPOINTS = 1_000
TABLES: tuple[type[Base], ...] = (
    RulerIdentity, Program, Trace, Run, Arm, RunProblem, Attempt, Reflection, Revision,
)  # fmt: skip
"""In an order in which each row comes after the rows that it refers to."""

ArchivedRow = dict[str, Any]
_ADDED_LATER: dict[str, ArchivedRow] = {
    Trace.__tablename__: {"fingerprint": ""},
    Run.__tablename__: {
        "gate": "hidden",
        "engine_notes": {},
        "pinned": False,
        "tags": [],
        "token_confidence": True,
    },
    Attempt.__tablename__: {"dropped": [], "recited": None},
    Revision.__tablename__: {"dropped": [], "recited": None},
    Reflection.__tablename__: {"source": ""},
}
"""Columns that archives written before them lack, with what was true then."""


@dataclass(frozen=True, kw_only=True)
class ArchiveHead:
    """What an archive's rows refer to, by the ids of the store that wrote it."""

    problems: dict[int, str]
    """Content hashes."""
    versions: dict[int, tuple[str, str]]
    """Name of the set and content hash of the version."""
    checkpoints: dict[int, ArchivedRow]
    """Those of the run and their ancestors, as docs/archive-format.md describes them."""

    def as_json(self) -> ArchivedRow:
        return {
            "tekhne_run": FORMAT,
            "problems": self.problems,
            "versions": self.versions,
            "checkpoints": self.checkpoints,
        }


def write_archive(file: BinaryIO, head: ArchiveHead, rows: Iterable[tuple[str, ArchivedRow]]) -> None:
    """Write a whole archive. Equal rows make equal bytes."""
    with gzip.GzipFile(filename="", fileobj=file, mode="wb", mtime=0) as packed:
        packed.write(_line(head.as_json()))
        for row in rows:
            packed.write(_line(list(row)))


def _line(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def read_archive(file: Path) -> tuple[ArchiveHead, dict[str, list[ArchivedRow]]]:
    """An archive's head, and its rows by table, each column of the type that the table wants.

    Raises:
        BadArchive: the file is missing, cut short or no archive of a run.
    """
    lines = _lines(file)
    head = _head(file, next(lines, (1, None))[1])
    tables = {table.__tablename__: table for table in TABLES}
    rows: dict[str, list[ArchivedRow]] = {table.__tablename__: [] for table in TABLES}
    for number, line in lines:
        known = isinstance(line, list) and len(line) == 2 and isinstance(line[0], str) and line[0] in rows
        if not (known and isinstance(line[1], dict)):
            raise BadArchive(file, number, "this is no [table, row]")
        row = {**_ADDED_LATER.get(line[0], {}), **line[1]}
        if fault := misfit(tables[line[0]], row):
            raise BadArchive(file, number, f"a row of {line[0]} does not fit: {fault}")
        rows[line[0]].append(row)
    if len(rows[Run.__tablename__]) != 1:
        raise BadArchive(file, 1, "the file does not hold exactly one run")
    _refuse_samples(file, rows)
    return head, rows


def _refuse_samples(file: Path, rows: dict[str, list[ArchivedRow]]) -> None:
    """Counts keep a mark for each sample up to the highest number."""
    samples = rows[Run.__tablename__][0]["samples"]
    if not 1 <= samples <= MOST_SAMPLES:
        raise BadArchive(
            file, 1, f"the run has {samples:,} samples a problem, and between 1 and {MOST_SAMPLES:,} are read"
        )
    for table in (Attempt, Reflection, Revision):
        if any(not 0 <= row["sample"] < samples for row in rows[table.__tablename__]):
            raise BadArchive(file, 1, f"a row of {table.__tablename__} is of a sample that the run does not have")


def _lines(file: Path) -> Iterator[tuple[int, Any]]:
    number = 0
    try:
        with open_bytes(str(file)) as stream:
            for number, value, problem in read_values(stream):
                if problem:
                    raise BadArchive(file, number, f"it cannot be read ({problem.rstrip('.')})")
                yield number, value
    except SourceError as error:
        raise BadArchive(file, number + 1, f"it cannot be read ({str(error).rstrip('.')})") from error


def _head(file: Path, found: object) -> ArchiveHead:
    if not isinstance(found, dict) or found.get("tekhne_run") != FORMAT:
        raise BadArchive(file, 1, f"this is no archive of a run in format {FORMAT}")
    try:
        head = ArchiveHead(
            problems={int(key): value for key, value in found["problems"].items()},
            versions={int(key): (value[0], value[1]) for key, value in found["versions"].items()},
            checkpoints={int(key): dict(value) for key, value in found["checkpoints"].items()},
        )
        hashes = [*head.problems.values(), *(text for version in head.versions.values() for text in version)]
        if not all(is_text(text) for text in hashes):
            raise ValueError("a hash that is no text")
        if len(head.checkpoints) > MOST_CHECKPOINTS:
            raise ValueError(f"{len(head.checkpoints):,} checkpoints, and at most {MOST_CHECKPOINTS:,} are read")
        for row in head.checkpoints.values():
            if fault := misfit_checkpoint(row) or _misfit_references(head, row):
                raise ValueError(f"a checkpoint: {fault}")
        if any(_is_own_ancestor(head, number) for number in head.checkpoints):
            raise ValueError("a checkpoint that is its own ancestor")
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise BadArchive(file, 1, f"the head lacks or garbles {error}") from error
    return head


def _misfit_references(head: ArchiveHead, row: ArchivedRow) -> str:
    """What a checkpoint saw that the head does not name; empty if nothing."""
    if unknown := {origin[0] for origin in row["origins"]} - head.versions.keys():
        return f"an origin of version {min(unknown)}, which the head does not name"
    if unknown := {origin[0] for origin in row.get("problem_origins", ())} - head.problems.keys():
        return f"an origin of problem {min(unknown)}, which the head does not name"
    return ""


def _is_own_ancestor(head: ArchiveHead, number: int) -> bool:
    found: set[int] = set()
    waiting = [number]
    while waiting:
        row = head.checkpoints.get(waiting.pop(), {})
        above = {row.get("base_id"), row.get("parent_id")}
        new = [one for one in above if isinstance(one, int) and one not in found]
        found.update(new)
        waiting += new
    return number in found
