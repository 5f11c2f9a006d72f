"""Numbers, times and invisible characters as readers see them."""

from datetime import UTC, datetime, timedelta

import pytest

from app.web.rendering import text
from app.web.rendering.text import visible

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def test_large_counts_are_set_with_thin_spaces() -> None:
    assert text.count(1234567) == "1\u2009234\u2009567"


def test_a_share_that_is_not_known_is_a_dash_and_not_zero() -> None:
    assert text.percent(None) == "–"
    assert text.percent(0.0) == "0.0\u2009%"


def test_a_loss_in_points_carries_a_real_minus_sign() -> None:
    assert text.points(-0.031) == "−3.1\u2009pp"
    assert text.points(0.2) == "+20.0\u2009pp"


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.016, "16\u2009ms"), (0.9999, "1.0\u2009s"), (59.0, "59.0\u2009s"), (3600.0, "1\u2009h 00\u2009min")],
)
def test_a_duration_is_said_in_the_unit_that_fits(value: float, words: str) -> None:
    assert text.seconds(value) == words


def test_bytes_are_said_in_decimal_units() -> None:
    assert text.size(7_340_032) == "7.3\u2009MB"
    assert text.size(512) == "512\u2009B"


def test_one_is_singular_and_everything_else_is_not() -> None:
    assert text.plural(1, "sample") == "1 sample"
    assert text.plural(0, "sample") == "0 samples"
    assert text.plural(2, "try", "tries") == "2 tries"


def test_a_time_is_relative_until_two_weeks_have_gone_by() -> None:
    assert text.ago(NOON, NOON) == "just now"
    assert text.ago(NOON - timedelta(minutes=5), NOON) == "5\u2009min ago"
    assert text.ago(NOON - timedelta(days=3), NOON) == "3\u2009d ago"
    assert text.ago(NOON - timedelta(days=30), NOON) == "30 Jan 2026"


def test_the_exact_time_says_its_zone() -> None:
    assert text.exact(NOON) == "2026-03-01 12:00:00 UTC"


def test_ordinary_code_is_left_as_it_is() -> None:
    code = 'func Élan() {\n\treturn "→ 😀"\n}\n'
    assert visible(code) == code


def test_what_could_disguise_code_is_written_out() -> None:
    assert visible("a\u202eb") == "a⟨U+202E⟩b"
    assert visible("a\u200bb") == "a⟨U+200B⟩b"
    assert visible("a\x00b\x1b[31m") == "a␀b␛[31m"
    assert visible("one\r\ntwo") == "one\ntwo"
    assert visible("\udc80") == "⟨U+DC80⟩"


@pytest.mark.parametrize(
    ("long", "shown"),
    [("x" * 3_000_000, text.SHOWN_CHARACTERS), ("x\n" * 1_000_000, 2 * text.SHOWN_LINES - 1)],
    ids=["one line", "many lines"],
)
def test_of_a_text_that_no_page_can_hold_the_beginning_is_shown(long: str, shown: int) -> None:
    beginning, left_out, end = visible(long).rsplit("\n", 2)
    assert beginning == long[:shown]
    assert left_out == f"… and {text.count(len(long) - shown)} characters more, which downloads hold"
    assert end == ""


def test_a_long_program_is_shown_whole() -> None:
    program = "\tx := 1 // a line of ordinary length in an ordinary program\n" * 3_000
    assert visible(program) == program
