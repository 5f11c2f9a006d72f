"""Transcript files: what is written is read again, and a bad line is named."""

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest

from models.enums import TranscriptState, Verdict
from worker.transcripts.errors import BadRowError
from worker.transcripts.transcript import TranscriptContent, read_transcripts, write_transcripts

ONE = TranscriptContent(
    task_id="seen/x",
    prompt="func X() {\n",
    attempt="\treturn\n}",
    attempt_source="mutant",
    verdict=Verdict.PANIC,
    trace="panic at run\nüber \ud800",
    reflection="It panics.",
    revision="}\n",
    teacher="canonical",
    state=TranscriptState.VERIFIED,
)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    others = [ONE, replace(ONE, state=TranscriptState.REJECTED, reason="no answer")]
    assert write_transcripts(tmp_path / "t.jsonl", others) == 2
    assert list(read_transcripts(tmp_path / "t.jsonl")) == others


def test_a_lesson_is_known_by_its_content_and_not_by_its_state() -> None:
    assert replace(ONE, state=TranscriptState.BAD, reason="why").content_hash == ONE.content_hash
    assert replace(ONE, revision="other").content_hash != ONE.content_hash
    assert replace(ONE, revision="other").case_hash == ONE.case_hash


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"version": 2}, "not a transcript of version 1"),
        ({"verdict": "sad"}, "'sad' is not a valid Verdict"),
        ({"trace": 3}, "trace is int"),
        ({"colour": "red"}, "colour is not a field"),
        ({"revision": None}, "revision is NoneType"),
    ],
)
def test_a_bad_line_is_named_with_its_field(tmp_path: Path, change: dict[str, object], words: str) -> None:
    row = {**json.loads(ONE.as_json()), **change}
    (tmp_path / "t.jsonl").write_text(f"{ONE.as_json()}\n{json.dumps(row)}\n")
    with pytest.raises(BadRowError, match=f"line 2: .*{words}"):
        list(read_transcripts(tmp_path / "t.jsonl"))


def test_a_missing_field_and_a_broken_line_are_named(tmp_path: Path) -> None:
    row = json.loads(ONE.as_json())
    del row["teacher"]
    (tmp_path / "t.jsonl").write_text(json.dumps(row) + "\n")
    with pytest.raises(BadRowError, match="line 1: teacher is missing"):
        list(read_transcripts(tmp_path / "t.jsonl"))
    (tmp_path / "t.jsonl").write_text('{"version": 1,\n')
    with pytest.raises(BadRowError, match="line 1: not JSON"):
        list(read_transcripts(tmp_path / "t.jsonl"))


def test_a_file_whose_name_ends_in_gz_is_written_packed_and_read_again(tmp_path: Path) -> None:
    assert write_transcripts(tmp_path / "t.jsonl.gz", [ONE]) == 1
    assert (tmp_path / "t.jsonl.gz").read_bytes()[:2] == b"\x1f\x8b"
    assert list(read_transcripts(tmp_path / "t.jsonl.gz")) == [ONE]


@pytest.mark.parametrize("line", ["[" * 200_000, json.dumps({**json.loads(ONE.as_json()), "teacher": "\ud800"})])
def test_hostile_lines_are_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "t.jsonl").write_text(f"{ONE.as_json()}\n{line}\n")
    with pytest.raises(BadRowError, match="line 2: "):
        list(read_transcripts(tmp_path / "t.jsonl"))


def test_a_damaged_gzip_is_refused_in_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "t.jsonl.gz"
    write_transcripts(tmp_path / "t.jsonl", [ONE])
    packed = bytearray(gzip.compress((tmp_path / "t.jsonl").read_bytes()))
    packed[10:30] = b"\xff" * 20
    file.write_bytes(packed)
    with pytest.raises(BadRowError, match="cannot be read"):
        list(read_transcripts(file))


def test_bytes_that_are_no_utf_8_are_named_with_their_line(tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_bytes(f"{ONE.as_json()}\n".encode() * 2 + b'{"a": "\xff"}\n')
    with pytest.raises(BadRowError, match="line 3: not JSON"):
        list(read_transcripts(tmp_path / "t.jsonl"))


def test_a_file_packed_as_no_honest_file_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "t.jsonl.gz", "wb") as packed:
        packed.write(f"{ONE.as_json()}\n".encode() + b" " * (100 * 1024**2))
    with pytest.raises(BadRowError, match="no honest file"):
        list(read_transcripts(tmp_path / "t.jsonl.gz"))


def test_a_packed_file_is_known_by_its_bytes_and_not_by_its_name(tmp_path: Path) -> None:
    write_transcripts(tmp_path / "t.jsonl.gz", [ONE])
    (tmp_path / "t.jsonl.gz").rename(tmp_path / "t.jsonl")
    assert list(read_transcripts(tmp_path / "t.jsonl")) == [ONE]
