"""Small files that mean huge ones, and documents that no parser should be given: one sentence, little memory."""

import gzip
import json
import struct
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest
from backports.zstd.zipfile import ZIP_DEFLATED, ZIP_ZSTANDARD, ZipFile

from models.errors import TekhneError
from worker.answers import Answer, BadAnswer, ReadOptions, read_answers
from worker.problem_sets.limits import DEEPEST, BadJson, parse_json

MEMORY = 60 * 2**20


def read(path: Path) -> list[Answer | BadAnswer]:
    return list(read_answers(str(path), ReadOptions(task_ids=("t/0",))))


@contextmanager
def little_memory() -> Iterator[None]:
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < MEMORY
    finally:
        tracemalloc.stop()


def an_eval(path: Path, samples: dict[str, bytes], method: int = ZIP_DEFLATED) -> Path:
    with ZipFile(path, "w", method) as archive:
        for name, content in samples.items():
            archive.writestr(f"samples/{name}.json", content)
    return path


def a_sample(completion: str = "x") -> bytes:
    return json.dumps({"id": "t/0", "output": {"completion": completion}}).encode()


@pytest.mark.parametrize("method", [ZIP_DEFLATED, ZIP_ZSTANDARD], ids=["deflate", "zstd"])
def test_samples_that_unpack_to_more_than_an_honest_log_holds_are_refused(tmp_path: Path, method: int) -> None:
    # No sample is too large by itself.
    samples = {str(number): a_sample(" " * 3 * 2**20) for number in range(40)}
    path = an_eval(tmp_path / "x.eval", samples, method)
    assert path.stat().st_size < 2**20
    del samples
    with little_memory(), pytest.raises(TekhneError, match=r"x\.eval unpacks to more than 100 times its size"):
        for _ in read_answers(str(path), ReadOptions()):
            pass


def test_a_list_of_more_files_than_fit_in_memory_is_not_read(tmp_path: Path) -> None:
    path = an_eval(tmp_path / "x.eval", {"1": a_sample()})
    packed, listed = path.read_bytes().split(b"PK\1\2")
    entry, end = (b"PK\1\2" + listed).split(b"PK\5\6")
    end, entries = b"PK\5\6" + end, entry * 300_000
    size = struct.pack("<L", len(entries))
    path.write_bytes(packed + entries + end[:12] + size + end[16:])
    with little_memory(), pytest.raises(TekhneError, match="its list of files has more than 16 MiB"):
        read(path)


def test_numbers_in_the_names_of_samples_order_them_however_long_they_are(tmp_path: Path) -> None:
    names = [f"{'9' * 250}_epoch_1", "10_epoch_1", "9_epoch_1", "x_1"]
    path = an_eval(tmp_path / "x.eval", {name: a_sample(name) for name in names})
    assert [one.completion for one in read(path) if isinstance(one, Answer)] == [
        "9_epoch_1", "10_epoch_1", f"{'9' * 250}_epoch_1", "x_1",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"id": ' + b"9" * 5_000 + b"}", "a number has more digits than can be read"),
        (b'{"id": ' + b"[" * 900 + b"]" * 900 + b"}", "JSON nested too deeply"),
        (b"\xff\xfe", "invalid start byte"),
        (b"{", "Expecting property name"),
    ],
    ids=["digits", "deep", "bytes", "cut"],
)
def test_a_sample_that_cannot_be_parsed_is_one_sentence(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(TekhneError, match=r"samples/1\.json cannot be read") as caught:
        read(an_eval(tmp_path / "x.eval", {"1": content}))
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "columns",
    [
        "repeat('x', 100000) AS completion",
        "list_transform(range(100), lambda n: repeat('x', 1000)) AS completions",
        "{'content': repeat('x', 100000)} AS completion",
        "map(['content'], [repeat('x', 100000)]) AS completion",
        "repeat('x', 100000)::BLOB AS completion",
    ],
    ids=["text", "list", "object", "map", "bytes"],
)
def test_a_table_is_weighed_before_it_is_unpacked(tmp_path: Path, columns: str) -> None:
    path = tmp_path / "x.parquet"
    # A repeated text is stored once.
    duckdb.execute(
        f"COPY (SELECT 't/0' AS task_id, {columns} FROM range(2000)) TO '{path}' (FORMAT parquet, COMPRESSION zstd)"
    )
    with little_memory(), pytest.raises(TekhneError, match=r"x\.parquet unpacks to more than 100 times its size"):
        read(path)


def test_a_table_of_every_kind_of_column_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    kinds = (
        "1.5::DECIMAL(9, 2) a, now() b, uuid() c, 'x'::BLOB d, [['x']] e, {'a b': [1]} f, map([1], [2.5]) g, NULL h,"
        " now()::TIMESTAMP_NS i, INTERVAL 1 DAY j"
    )
    duckdb.execute(
        f"COPY (SELECT 't/0' AS task_id, 'x' AS completion, {kinds} FROM range(3)) TO '{path}' (FORMAT parquet)"
    )
    assert [one.completion for one in read(path) if isinstance(one, Answer)] == ["x", "x", "x"]


@pytest.mark.parametrize("packed", [b"[" + b"[]," * 6_000_000 + b"[]]", b'{"a":[' + b"0," * 6_000_000 + b"0]}"])
def test_a_document_of_more_values_than_fit_in_memory_is_not_parsed(packed: bytes) -> None:
    with little_memory(), pytest.raises(BadJson, match="more than 5,000,000 values"):
        parse_json(packed)


def test_commas_within_texts_are_no_values() -> None:
    text = "a,[{" * 2_000_000
    assert parse_json(json.dumps([text]).encode()) == [text]


def test_nesting_has_a_limit_that_every_later_reader_stays_within(tmp_path: Path) -> None:
    good, bad = DEEPEST, DEEPEST + 1
    assert parse_json(b"[" * good + b"]" * good)
    with pytest.raises(BadJson, match="nested too deeply"):
        parse_json(b"[" * bad + b"]" * bad)
    path = tmp_path / "x.jsonl"
    path.write_bytes(b'{"task_id": "t/0", "completion": ' + b"[" * 900 + b"]" * 900 + b"}\n")
    [answer] = read(path)
    assert isinstance(answer, BadAnswer)
    assert "nested too deeply" in answer.reason


def test_a_packed_document_is_held_to_the_same_limits(tmp_path: Path) -> None:
    path = tmp_path / "x.json.gz"
    path.write_bytes(gzip.compress(b'[\n"' + b" " * 30 * 2**20 + b'"]'))
    with little_memory(), pytest.raises(TekhneError, match="this is no honest file"):
        read(path)


def test_results_of_multipl_e_that_are_no_list_are_a_bad_row(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    good = {"name": "t/0", "results": [{"program": "x", "status": "OK", "exit_code": 0}]}
    path.write_text(f"{json.dumps(good)}\n{json.dumps({**good, 'results': 5})}\n")
    _, bad = read(path)
    assert isinstance(bad, BadAnswer)
    assert bad.reason == "field results is 5, but must be a list"
