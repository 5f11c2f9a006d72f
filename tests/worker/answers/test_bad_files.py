"""Files that are damaged or something else: one sentence each, with the file, the line and the fields that it has."""

import gzip
import json
from pathlib import Path

import pytest
from backports import zstd

from models.errors import TekhneError
from worker.answers import Answer, BadAnswer, ReadOptions, read_answers

ROW = json.dumps({"task_id": "t/0", "completion": "é"}, ensure_ascii=False) + "\n"


def read(path: Path, content: bytes) -> list[Answer | BadAnswer]:
    path.write_bytes(content)
    return list(read_answers(str(path), ReadOptions(task_ids=("t/0",))))


@pytest.mark.parametrize(
    "content",
    [
        ROW.encode(),
        ROW.rstrip().encode(),
        ROW.replace("\n", "\r\n").encode(),
        ROW.encode("utf-8-sig"),
        gzip.compress(ROW.encode()),
        zstd.compress(ROW.encode()),
        b"\n\n" + ROW.encode(),
    ],
    ids=["plain", "no newline", "crlf", "bom", "gzip", "zstd", "blank lines"],
)
def test_text_is_read_however_it_is_written_or_packed(tmp_path: Path, content: bytes) -> None:
    [answer] = read(tmp_path / "x", content)
    assert isinstance(answer, Answer)
    assert answer.completion == "é"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (ROW.encode("utf-16"), "x is UTF-16 text: save it as UTF-8"),
        (ROW.encode("utf-32"), "x is UTF-32 text: save it as UTF-8"),
        (bytes(range(256)), "x is neither text nor Parquet nor a zip"),
        (b"PAR1 and no more", "x cannot be read as Parquet"),
        (b"PK\x03\x04 and no more", "x cannot be read as a zip"),
        (
            b'{\n "task_id": "t/0",\n "completion": \n}\n',
            "x holds malformed JSON at line 4, column 1: Expecting value",
        ),
        (b'[\n{"task_id": "t/0"},\n', "x holds malformed JSON at line 3, column 1"),
        (b"[]", "x holds no completions, but a JSON array"),
        (b"[[1]]", "x holds no completions, but a JSON array of arrays"),
        (b'["a", {"b": 1}]', "x holds no completions, but a JSON array of strings"),
    ],
)
def test_what_cannot_be_read_as_a_whole_is_one_sentence(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(TekhneError) as caught:
        read(tmp_path / "x", content)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"task_id": "t/0", "completion": "\xe9"}'.encode("latin-1"), "not UTF-8 text (byte 35)"),
        (b'{"task_id": "t/0", "completion": ', "malformed JSON at column 34"),
        (b"[1]", "a JSON array, but each line must be an object"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "JSON nested too deeply"),
        (b'{"task_id": "t/0", "answer": "x"}', "field completion is missing; it has the fields task_id, answer"),
        (b'{"completion": "x"}', "field task_id is missing; it has the fields completion"),
        (b'{"name": 7, "completion": "x"}', "field name is 7, but must be text"),
        (b'{"task_id": "t/0", "completion": 7}', "field completion is 7, but must be text"),
        (b'{"task_id": "t/0", "completions": ["x", 7]}', "field completions is 7, but must be text"),
        (b'{"task_id": "t/0", "completions": []}', "field completions is an empty list"),
    ],
    ids=["latin-1", "cut", "array", "deep", "no text", "no task", "number", "text", "inner", "empty"],
)
def test_a_bad_line_costs_itself_only(tmp_path: Path, line: bytes, said: str) -> None:
    before, bad, after = read(tmp_path / "x", ROW.encode() + line + b"\n" + ROW.encode())
    assert isinstance(bad, BadAnswer)
    assert (bad.line, bad.unit) == (2, "line")
    assert said in bad.reason
    assert isinstance(before, Answer)
    assert isinstance(after, Answer)


@pytest.mark.parametrize("pack", [gzip.compress, zstd.compress])
def test_a_packed_file_that_breaks_off_says_where(tmp_path: Path, pack: object) -> None:
    assert callable(pack)
    packed = pack("".join(json.dumps({"task_id": "t/0", "completion": str(n)}) + "\n" for n in range(9)).encode())
    for size in (6, len(packed) - 4):
        *_, last = read(tmp_path / "x", packed[:size])
        assert isinstance(last, BadAnswer)
        assert "breaks off" in last.reason


def test_an_empty_file_has_no_answers(tmp_path: Path) -> None:
    assert read(tmp_path / "x", b"") == read(tmp_path / "x", b"\n \n") == []


def test_an_empty_folder_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(TekhneError, match=r"holds no \.jsonl, \.json, \.eval or \.parquet file"):
        list(read_answers(str(tmp_path), ReadOptions()))
