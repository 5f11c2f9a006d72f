"""Verdicts as marks and strips."""

from app.web.rendering.marks import Family, mark_of, marks_of, shares_of
from models.counts import mark
from models.enums import Verdict


def test_every_verdict_has_a_mark_with_words() -> None:
    for verdict in Verdict:
        drawn = mark_of(verdict)
        assert drawn.words
        assert len(drawn.sign) == 1


def test_the_four_families_differ_in_shape_and_not_only_in_hue() -> None:
    signs = {mark_of(verdict).family: mark_of(verdict).sign for verdict in Verdict}
    assert len(set(signs.values())) == len(signs) == len(Family)


def test_our_own_failure_is_drawn_as_neither_pass_nor_fail() -> None:
    assert mark_of(Verdict.SANDBOX_ERROR).family is Family.NONE


def test_a_strip_keeps_the_order_of_its_samples() -> None:
    drawn = marks_of("PA.T")
    assert [one.sign for one in drawn] == ["✓", "✗", "·", "!"]


def test_shares_fill_the_bar_and_lose_no_sample() -> None:
    strip = "".join(mark(verdict) for verdict in Verdict) + "PPPPPPPP.."
    shares = shares_of(strip)
    assert sum(one.samples for one in shares) == len(strip)
    assert abs(sum(one.width for one in shares) - 100) < 0.2
    assert shares[0].mark.family is Family.PASS
