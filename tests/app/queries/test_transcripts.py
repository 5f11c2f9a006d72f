"""Transcripts: filtered, paged by id, and read in full."""

import pytest

from app.errors import NotFound
from app.queries.transcripts import PAGE_ROWS, TranscriptFilter, find_transcript, list_transcripts
from models import Store, Transcript
from models.enums import TranscriptState, Verdict
from tests.store_factory import StoreFactory

STATES = (TranscriptState.VERIFIED, TranscriptState.REJECTED, TranscriptState.BAD)
VERDICTS = (Verdict.ASSERTION, Verdict.PANIC)


def fill(store: Store, number: int) -> list[int]:
    """Transcripts of every state and two error classes in turn; their ids, the newest first."""
    StoreFactory(store).problem_set(problems=1)
    with store.writer() as session:
        rows = [
            Transcript(
                content_hash=str(place), problem_id=1, attempt=f"attempt {place}", attempt_source="mutant",
                verdict=VERDICTS[place % 2], trace="a trace", reflection="a reflection", revision="a revision",
                teacher="canonical", state=STATES[place % 3],
            )
            for place in range(number)
        ]  # fmt: skip
        session.add_all(rows)
        session.flush()
        return [row.id for row in reversed(rows)]


def test_pages_hold_every_transcript_once_the_newest_first(sqlite_store: Store) -> None:
    ids = fill(sqlite_store, PAGE_ROWS + 4)
    with sqlite_store.reader() as session:
        first = list_transcripts(session, TranscriptFilter())
        second = list_transcripts(session, TranscriptFilter(after=first.next_after))
    assert [row.id for row in (*first.rows, *second.rows)] == ids
    assert len(first.rows) == PAGE_ROWS
    assert second.next_after is None
    assert first.rows[0].task_id == "tekhne-fresh/0"


def test_a_filter_holds_for_every_row_and_for_no_count(sqlite_store: Store) -> None:
    fill(sqlite_store, 12)
    with sqlite_store.reader() as session:
        every = list_transcripts(session, TranscriptFilter())
        for state in STATES:
            for verdict in VERDICTS:
                found = list_transcripts(session, TranscriptFilter(state=state, verdict=verdict))
                assert found.by_state == every.by_state == dict.fromkeys(STATES, 4)
                assert found.rows == tuple(
                    row for row in every.rows if row.state is state and row.verdict is verdict
                )
                assert len(found.rows) == 2


def test_a_transcript_is_read_with_its_texts(sqlite_store: Store) -> None:
    (newest, *_) = fill(sqlite_store, 3)
    with sqlite_store.reader() as session:
        found = find_transcript(session, newest)
        assert (found.attempt, found.trace, found.reflection, found.revision) == (
            "attempt 2", "a trace", "a reflection", "a revision",
        )  # fmt: skip
        assert found.row == list_transcripts(session, TranscriptFilter()).rows[0]
        with pytest.raises(NotFound, match=f"There is no transcript {newest + 1}"):
            find_transcript(session, newest + 1)
