"""Packed log-probabilities come back within 1/32 nat, and a revision of ordinary length takes little room."""

import math
import random

from models.tokens import pack_tokens, unpack_tokens


def test_what_is_packed_comes_back_within_a_thirty_second_of_a_nat() -> None:
    lengths = (1, 0, 12, 65_535, 70_000)
    first, second = (-0.01, -0.5, -3.3, -15.9, 0.0), (-40.0, -math.inf, -0.03, -1.0, -2.0)
    found, readings = unpack_tokens(pack_tokens(lengths, first, second))
    assert found == (1, 0, 12, 65_535, 65_535)
    assert all(abs(one - other) <= 1 / 32 for one, other in zip(readings[0], first, strict=True))
    # What is less likely than the scale reaches counts as its end.
    assert readings[1][:2] == (-255 / 16, -255 / 16)


def test_nothing_is_a_reading_of_no_tokens() -> None:
    assert unpack_tokens(pack_tokens((), ())) == ((), ())


def test_a_hundred_tokens_take_less_than_three_hundred_bytes() -> None:
    draw = random.Random(1)
    lengths = [draw.randrange(1, 8) for _ in range(100)]
    assert len(pack_tokens(lengths, [-draw.expovariate(2) for _ in lengths])) < 300
