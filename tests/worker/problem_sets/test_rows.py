"""Lines of any length and quality are read one by one, and a bad one does not stop the rest."""

import gzip
import io
from pathlib import Path

from worker.problem_sets.rows import open_bytes, read_rows


def test_blank_lines_are_passed_over_and_still_counted() -> None:
    rows = list(read_rows(io.BytesIO(b'\n{"a": 1}\n\n{"a": 2}')))
    assert [(row.line, row.fields["a"]) for row in rows] == [(2, 1), (4, 2)]


def test_a_bad_line_is_reported_and_the_next_is_read() -> None:
    rows = list(read_rows(io.BytesIO(b'{"a": }\n\xff\xfe\n{"a": 2}\n')))
    assert [row.line for row in rows] == [1, 2, 3]
    assert "column 7" in rows[0].problem
    assert rows[1].problem
    assert rows[2].fields == {"a": 2}


def test_a_line_beyond_the_limit_is_skipped_without_losing_count() -> None:
    long_line = b'{"a": "' + b"x" * 100 + b'"}\n'
    rows = list(read_rows(io.BytesIO(long_line + b'{"a": 2}\n'), max_line_bytes=30))
    assert "longer than 30 bytes" in rows[0].problem
    assert (rows[1].line, rows[1].fields) == (2, {"a": 2})


def test_a_line_that_just_fits_the_limit_is_read() -> None:
    line = b'{"a": 12345}'
    rows = list(read_rows(io.BytesIO(line + b"\n" + line), max_line_bytes=len(line)))
    assert [row.fields for row in rows] == [{"a": 12345}, {"a": 12345}]


def test_a_cut_gzip_stream_gives_what_it_holds_and_says_where_it_breaks(tmp_path: Path) -> None:
    import random

    noise = random.Random(1)
    lines = b"".join(b'{"a": %d}\n' % noise.randrange(10**9) for _ in range(20_000))
    path = tmp_path / "cut.gz"
    path.write_bytes(gzip.compress(lines)[:-5000])
    with open_bytes(str(path)) as stream:
        rows = list(read_rows(stream))
    assert len(rows) > 1
    assert "breaks off" in rows[-1].problem
    assert not any(row.problem for row in rows[:-1])


def test_a_damaged_gzip_stream_is_reported_as_one(tmp_path: Path) -> None:
    packed = bytearray(gzip.compress(b'{"a": 1}\n'))
    packed[10] = 0xFF  # a kind of block that does not exist
    path = tmp_path / "damaged.gz"
    path.write_bytes(packed)
    with open_bytes(str(path)) as stream:
        *_, last = read_rows(stream)
    assert "breaks off" in last.problem


def test_a_number_too_long_to_read_costs_only_its_own_line() -> None:
    rows = list(read_rows(io.BytesIO(b'{"a": ' + b"1" * 5000 + b'}\n{"a": 2}\n')))
    assert "number" in rows[0].problem
    assert rows[1].fields == {"a": 2}


def test_a_line_is_read_as_utf_8_and_its_place_said_in_json_words() -> None:
    rows = list(read_rows(io.BytesIO(b'\xef\xbb\xbf{"a": 1}\n\xff\xfe\nnull\n[]\n1.5\n"a"\ntrue\n')))
    assert rows[0].fields == {"a": 1}
    assert rows[1].problem == "not UTF-8 text (byte 1)."
    kinds = ("null", "array", "number", "string", "boolean")
    assert [row.problem.partition(",")[0] for row in rows[2:]] == [f"a JSON {kind}" for kind in kinds]
