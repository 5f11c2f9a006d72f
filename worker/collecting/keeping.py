"""Where transcripts are kept: a JSON Lines file that grows by whole lines, or the store.

Both know what they hold, so that nothing is kept or taught twice. A last line that a kill cut short is removed before
the next is written.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from models import Problem as ProblemRow
from models import Store, TranscriptSetMember, TranscriptSetVersion
from models import Transcript as TranscriptRow
from models.enums import TranscriptDomain, TranscriptState
from models.problem import text_hash
from worker.outputs import written_file
from worker.problem_sets import ProblemContent, ProblemSetContent
from worker.problem_sets.storing import put_problem_set
from worker.store import storable
from worker.transcripts.errors import BadRowError
from worker.transcripts.transcript import TranscriptContent, read_transcripts


class Keeper(Protocol):
    """Holds transcripts."""

    def held(self) -> Iterator[TranscriptContent]: ...
    def keep(self, transcript: TranscriptContent) -> bool:
        """Whether it was new."""
        ...


class FileKeeper:
    """A JSON Lines file, made if it is not there."""

    def __init__(self, file: Path) -> None:
        if file.suffix == ".gz":
            raise BadRowError(
                f"{file} would grow line by line, which a gzipped file cannot: name one without .gz."
            )
        self._file = file
        self._drop_half_line()
        self._hashes = {transcript.content_hash for transcript in self.held()}

    def held(self) -> Iterator[TranscriptContent]:
        if self._file.is_file():
            yield from read_transcripts(self._file)

    def keep(self, transcript: TranscriptContent) -> bool:
        if transcript.content_hash in self._hashes:
            return False
        with self._file.open("a", encoding="utf-8") as file:
            file.write(transcript.as_json() + "\n")
        self._hashes.add(transcript.content_hash)
        return True

    def _drop_half_line(self) -> None:
        if self._file.is_file():
            content = self._file.read_bytes()
            whole = content[: content.rfind(b"\n") + 1]
            last = content[len(whole) :]
            # Only half a line that this class wrote is removed; a whole line, or another program's, stays.
            if last and _is_whole(last):
                self._rewrite(content + b"\n")
            elif last and (last.startswith(_BEGINNING) or _BEGINNING.startswith(last)):
                self._rewrite(whole)

    def _rewrite(self, content: bytes) -> None:
        with written_file(self._file) as file:
            file.write(content)


_BEGINNING = b'{"version": '
"""How every line that is written here begins."""


def _is_whole(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


class MarkingKeeper:
    """Another keeper, for which it marks where the transcripts come from.

    Args:
        held_out: the slice of each held-out problem that is collected from by force, by the hash of its text.
        slice: the set or slice that all are collected from.
        domain: how that stands to what the base was trained on.
    """

    def __init__(
        self,
        keeper: Keeper,
        held_out: Mapping[str, str],
        slice: str = "",
        domain: TranscriptDomain = TranscriptDomain.UNKNOWN,
    ) -> None:
        self._keeper, self._held_out, self._slice, self._domain = keeper, held_out, slice, domain

    def held(self) -> Iterator[TranscriptContent]:
        return self._keeper.held()

    def keep(self, transcript: TranscriptContent) -> bool:
        held_out = self._held_out.get(text_hash(transcript.prompt), "")
        marked = replace(transcript, held_out=held_out, slice=self._slice, domain=self._domain)
        return self._keeper.keep(marked)


class StoreKeeper:
    """The store's transcripts of one problem set, which is added to the store if it is new.

    Args:
        collected_by: the job that collects, as `models.work.collector` names it.
    """

    def __init__(self, store: Store, problems: ProblemSetContent, collected_by: str = "") -> None:
        self._store, self._collected_by = store, collected_by
        with store.writer() as session:
            put_problem_set(session, problems)
            self._ids = {problem.task_id: _problem_id(session, problem) for problem in problems.problems}
        self._prompts = {problem.task_id: problem.prompt for problem in problems.problems}

    def held(self) -> Iterator[TranscriptContent]:
        with self._store.reader() as session:
            yield from stored_transcripts(session, problem_ids=list(self._ids.values()))

    def keep(self, transcript: TranscriptContent) -> bool:
        with self._store.writer() as session:
            return self._add(session, transcript)

    def keep_all(self, transcripts: Iterable[TranscriptContent]) -> tuple[int, int]:
        """(how many were new, how many there were); where one is refused, none is kept."""
        with self._store.writer() as session:
            new = [self._add(session, transcript) for transcript in transcripts]
        return sum(new), len(new)

    def _add(self, session: Session, transcript: TranscriptContent) -> bool:
        problem_id = self._ids.get(transcript.task_id)
        if problem_id is None:
            raise BadRowError(f"The problem set has no task {transcript.task_id!r}: name the set it belongs to.")
        if transcript.prompt != self._prompts[transcript.task_id]:
            raise BadRowError(
                f"The transcript of {transcript.task_id} is of another wording of the problem: name that set's file."
            )
        known = select(TranscriptRow.id).where(TranscriptRow.content_hash == transcript.content_hash)
        if session.scalar(known) is not None:
            return False
        row = _row(transcript, problem_id)
        row.collected_by = self._collected_by
        session.add(row)
        return True


def stored_transcripts(
    session: Session,
    *,
    problem_ids: list[int] | None = None,
    state: TranscriptState | None = None,
    version: TranscriptSetVersion | None = None,
    chosen: Select[int] | None = None,
) -> Iterator[TranscriptContent]:
    """Transcripts of the store, oldest first: all, or those of some problems, in one state, of a set's version, or with
    the ids of a select."""
    query = select(TranscriptRow, ProblemRow).join(ProblemRow).order_by(TranscriptRow.id)
    if version is not None:
        members = select(TranscriptSetMember.transcript_id).where(TranscriptSetMember.version_id == version.id)
        query = query.where(TranscriptRow.id.in_(members))
    if chosen is not None:
        query = query.where(TranscriptRow.id.in_(chosen))
    if problem_ids is not None:
        query = query.where(TranscriptRow.problem_id.in_(problem_ids))
    if state is not None:
        query = query.where(TranscriptRow.state == state)
    for row, problem in session.execute(query):
        yield TranscriptContent(
            task_id=problem.task_id,
            prompt=problem.prompt,
            attempt=row.attempt,
            attempt_source=row.attempt_source,
            verdict=row.verdict,
            trace=row.trace,
            reflection=row.reflection,
            revision=row.revision,
            teacher=row.teacher,
            state=row.state,
            reason=row.reason,
            held_out=row.held_out,
            slice=row.slice,
            domain=row.domain,
            input_tokens=row.input_tokens,
            output_tokens=row.output_tokens,
            cost_usd=row.cost_usd,
        )


def _problem_id(session: Session, problem: ProblemContent) -> int:
    return session.scalars(select(ProblemRow.id).where(ProblemRow.content_hash == problem.content_hash)).one()


def _row(transcript: TranscriptContent, problem_id: int) -> TranscriptRow:
    return TranscriptRow(
        content_hash=transcript.content_hash,
        problem_id=problem_id,
        attempt=storable(transcript.attempt),
        attempt_source=transcript.attempt_source,
        verdict=transcript.verdict,
        trace=storable(transcript.trace),
        reflection=storable(transcript.reflection),
        revision=storable(transcript.revision),
        teacher=transcript.teacher,
        state=transcript.state,
        reason=storable(transcript.reason),
        held_out=transcript.held_out,
        slice=transcript.slice,
        domain=transcript.domain,
        input_tokens=transcript.input_tokens,
        output_tokens=transcript.output_tokens,
        cost_usd=transcript.cost_usd,
    )
