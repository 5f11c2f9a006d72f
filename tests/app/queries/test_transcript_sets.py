"""Transcripts are filtered, searched, written as a file that can be read back, and kept as named versions."""

from pathlib import Path
from typing import Any

import pytest

from app.actions.errors import NotAllowed
from app.actions.transcripts import mark_transcript, save_set
from app.errors import NotFound
from app.queries.transcripts import (
    TranscriptFilter,
    chosen_ids,
    list_transcripts,
    transcript_choices,
    transcript_lines,
)
from models import Store, Transcript
from models.enums import TranscriptDomain, TranscriptState, Verdict
from models.transcript_sets import find_version
from tests.store_factory import StoreFactory
from worker.collecting.keeping import stored_transcripts
from worker.transcripts.transcript import read_transcripts

LESSON: dict[str, Any] = {
    "problem_id": 1, "attempt": "a", "attempt_source": "mutant", "verdict": Verdict.TYPE, "trace": "type at check",
    "reflection": "It adds.", "revision": "r", "teacher": "canonical", "state": TranscriptState.VERIFIED,
}  # fmt: skip


@pytest.fixture
def store(sqlite_store: Store) -> Store:
    factory = StoreFactory(sqlite_store)
    factory.problem_set(problems=2)
    other = {"teacher": "kimi-k2", "slice": "x/train-1", "domain": TranscriptDomain.CROSS_DOMAIN, "cost_usd": 0.25}
    with sqlite_store.writer() as session:
        session.add(Transcript(content_hash="a", **LESSON))
        session.add(Transcript(content_hash="b", **{**LESSON, **other, "verdict": Verdict.PANIC}))
        session.add(
            Transcript(content_hash="c", **{**LESSON, "state": TranscriptState.REJECTED, "reason": "100% no"})
        )
        session.add(
            Transcript(content_hash="d", **{**LESSON, "collected_by": "j1-k", "reflection": "Off by one."})
        )
    return sqlite_store


def found(store: Store, **wanted: Any) -> list[int]:
    with store.reader() as session:
        return sorted(row.id for row in list_transcripts(session, TranscriptFilter(**wanted)).rows)


def test_each_field_filters_and_words_are_searched(store: Store) -> None:
    assert found(store) == [1, 2, 3, 4]
    assert found(store, teacher="kimi-k2") == [2]
    assert found(store, slice="x/train-1") == [2]
    assert found(store, domain=TranscriptDomain.CROSS_DOMAIN) == [2]
    assert found(store, verdict=Verdict.PANIC) == [2]
    assert found(store, state=TranscriptState.REJECTED) == [3]
    assert found(store, job="j1") == [4]
    assert found(store, q="off ONE") == [4]
    assert found(store, q="%") == []
    with store.reader() as session:
        choices = transcript_choices(session)
    assert (choices.teachers, choices.slices, choices.sets) == (("canonical", "kimi-k2"), ("x/train-1",), ())


def test_a_set_is_a_version_that_never_changes(store: Store) -> None:
    with store.writer() as session:
        assert save_set(session, "mine", chosen_ids(session, TranscriptFilter())) == "mine@1"
        assert save_set(session, "mine", chosen_ids(session, TranscriptFilter())) == "mine@1"
        assert save_set(session, "mine", chosen_ids(session, TranscriptFilter(teacher="canonical"))) == "mine@2"
    assert found(store, set="mine@1") == [1, 2, 4]
    assert found(store, set="mine") == found(store, set="mine@2") == [1, 4]
    mark_transcript(store, 4, TranscriptState.BAD, "not so")
    assert found(store, set="mine") == [1, 4]
    with store.reader() as session:
        version = find_version(session, "mine")
        verified = stored_transcripts(session, state=TranscriptState.VERIFIED, version=version)
        assert [one.reflection for one in verified] == ["It adds."]


@pytest.mark.parametrize("name", ["", "../x", "store", "a b", "x" * 201])
def test_a_name_that_cannot_be_is_refused(store: Store, name: str) -> None:
    with store.writer() as session, pytest.raises(NotAllowed, match="cannot name a set"):
        save_set(session, name, chosen_ids(session, TranscriptFilter()))


def test_a_set_without_verified_ones_or_that_is_not_there_is_refused(store: Store) -> None:
    with store.writer() as session:
        with pytest.raises(NotAllowed, match="None of these transcripts is verified"):
            save_set(session, "x", chosen_ids(session, TranscriptFilter(state=TranscriptState.REJECTED)))
        for label in ("no", "no@1", "no@x", "no@99999999999"):
            with pytest.raises(NotFound):
                list_transcripts(session, TranscriptFilter(set=label))


def test_the_page_writes_the_file_that_the_command_line_writes(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "out.jsonl"
    with store.reader() as session:
        file.write_text("".join(transcript_lines(session, TranscriptFilter())))
        assert list(read_transcripts(file)) == list(stored_transcripts(session))
        lines = file.read_text().splitlines()
        assert lines == [one.as_json() for one in stored_transcripts(session)]
