"""The content of one transcript, and its form in JSON Lines (docs/transcripts.md).

`tekhne collect` makes transcripts, files and the store keep them, and critics are trained on them. Reading a file names
the first line that cannot be used. Nothing here judges whether a lesson is right.
"""

import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO

from models.enums import TranscriptDomain, TranscriptState, Verdict
from worker.outputs import written_file
from worker.problem_sets.errors import SourceError
from worker.problem_sets.rows import SourceRow, open_bytes, read_rows
from worker.store import storable
from worker.transcripts.errors import BadRowError

VERSION = 1


@dataclass(frozen=True, kw_only=True)
class TranscriptContent:
    """A failed attempt, what went wrong, and a program that should pass."""

    task_id: str
    prompt: str
    """The problem as the base read it."""
    attempt: str
    attempt_source: str
    """Who wrote the attempt: a checkpoint's name, or `mutant`."""
    verdict: Verdict
    """The attempt's error class."""
    trace: str
    """As critics read it (`trace_in_words`)."""
    reflection: str
    revision: str
    teacher: str
    state: TranscriptState
    reason: str = ""
    """Why it was rejected or marked bad."""
    held_out: str = ""
    """The held-out slice from which it was collected by force; not in the file where it is empty."""
    slice: str = ""
    """The problem set, or the slice of one, that it was collected from; not in the file where it is empty."""
    domain: TranscriptDomain = TranscriptDomain.UNKNOWN
    """Not in the file where it is unknown."""
    input_tokens: int | None = None
    """Of the question to the teacher; this and the next two are not in the file where they are not known."""
    output_tokens: int | None = None
    """Of the teacher's answer."""
    cost_usd: float | None = None
    """What the answer cost at the prices that the user gave."""

    @cached_property
    def content_hash(self) -> str:
        """Over problem, attempt, teacher, reflection and revision: equal lessons are kept once."""
        parts = [self.task_id, self.prompt, self.attempt, self.teacher, self.reflection, self.revision]
        return _hash(parts)

    @cached_property
    def case_hash(self) -> str:
        """Over problem, attempt and teacher: no teacher is asked twice about the same attempt."""
        return _hash([self.task_id, self.prompt, self.attempt, self.teacher])

    def as_json(self) -> str:
        row = {
            name: value
            for name, value in asdict(self).items()
            if name not in _LEFT_OUT or value not in ("", None, TranscriptDomain.UNKNOWN)
        }
        return json.dumps({"version": VERSION, **row}, ensure_ascii=True)


def case_hash(task_id: str, prompt: str, attempt: str, teacher: str) -> str:
    """The `case_hash` of a transcript that does not exist yet."""
    return _hash([task_id, prompt, attempt, teacher])


def _hash(parts: list[str]) -> str:
    # Hash the texts as the store keeps them, so that storing a transcript does not change its hash.
    return hashlib.sha256(json.dumps([storable(part) for part in parts]).encode()).hexdigest()


def read_transcripts(file: Path) -> Iterator[TranscriptContent]:
    """The transcripts of a JSON Lines file, gzipped or not, within the limits of every file that is handed in.

    Raises:
        BadRowError: the file cannot be opened, or at its first bad line.
    """
    number = 0
    try:
        with open_bytes(str(file)) as stream:
            for row in read_rows(stream):
                number = row.line
                yield _read(row, f"{file}, line {number}")
    except SourceError as error:
        raise BadRowError(f"{file}, line {number + 1}: it cannot be read ({str(error).rstrip('.')}).") from error


def write_transcripts(file: Path, transcripts: Iterable[TranscriptContent]) -> int:
    """Write them all, gzipped where the file's name ends in `.gz`; returns how many there were."""
    count = 0
    with written_file(file) as out, _packed(out, file) as lines:
        for transcript in transcripts:
            lines.write(transcript.as_json().encode() + b"\n")
            count += 1
    return count


def _packed(out: BinaryIO, file: Path) -> AbstractContextManager[BinaryIO | gzip.GzipFile]:
    return gzip.GzipFile(filename="", fileobj=out, mode="wb") if file.suffix == ".gz" else nullcontext(out)


_NAMES = {field.name for field in fields(TranscriptContent)}
_NUMBERS = {"input_tokens": int, "output_tokens": int, "cost_usd": float}
_LEFT_OUT = {"held_out", "slice", "domain", *_NUMBERS}
"""Fields that a line lacks where there is nothing to say."""
_OPTIONAL = {"reason", *_LEFT_OUT}
_MOST = 2**31 - 1
"""What the store holds of tokens; of dollars, nobody has more."""


def _read(source: SourceRow, where: str) -> TranscriptContent:
    if source.problem:
        raise BadRowError(f"{where}: not JSON, or it cannot be read ({source.problem.rstrip('.')}).")
    row: dict[str, Any] = dict(source.fields)
    if row.pop("version", None) != VERSION:
        raise BadRowError(f'{where}: not a transcript of version {VERSION}: each line needs "version": {VERSION}.')
    missing = sorted(_NAMES - _OPTIONAL - row.keys())
    if missing:
        raise BadRowError(f"{where}: {missing[0]} is missing.")
    for name, value in row.items():
        if name not in _NAMES:
            raise BadRowError(f"{where}: {name} is not a field of a transcript: remove it.")
        if name in _NUMBERS:
            _check_number(where, name, value)
        elif not isinstance(value, str):
            raise BadRowError(f"{where}: {name} is {type(value).__name__}, and must be text.")
        # Programs and traces are escaped when they are stored; names are not.
        if name in ("task_id", "attempt_source", "teacher", "held_out", "slice") and storable(value) != value:
            raise BadRowError(f"{where}: {name} holds a character that the store cannot keep.")
    try:
        verdict, state = Verdict(row.pop("verdict")), TranscriptState(row.pop("state"))
        domain = TranscriptDomain(row.pop("domain", TranscriptDomain.UNKNOWN))
    except ValueError as error:
        raise BadRowError(f"{where}: {error}.") from error
    return TranscriptContent(**row, verdict=verdict, state=state, domain=domain)


def _check_number(where: str, name: str, value: object) -> None:
    kinds = (int,) if _NUMBERS[name] is int else (int, float)
    if type(value) not in kinds or not 0 <= value <= _MOST:  # type: ignore[operator]
        raise BadRowError(f"{where}: {name} is {value!r:.40}, and must be a number from 0 to {_MOST}.")
