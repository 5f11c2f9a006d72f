"""The arithmetic of busy stretches against counting ticks, for any order and overlap."""

import random

import pytest

from benchmarks.run import Shares, covered, gaps, shares
from worker.busy import MOST_STRETCHES, BusyLog, Stretch

WHOLE = Stretch(0.0, 10.0)


def test_overlapping_touching_and_equal_stretches_count_once() -> None:
    stretches = [Stretch(4, 6), Stretch(1, 3), Stretch(2, 4), Stretch(1, 3)]
    assert covered(stretches, WHOLE) == 5.0
    assert gaps(stretches, WHOLE) == [Stretch(6, 10), Stretch(0, 1)]


def test_what_lies_beyond_the_whole_is_not_counted() -> None:
    assert covered([Stretch(-5, 1), Stretch(9, 20), Stretch(30, 40), Stretch(-3, -1)], WHOLE) == 2.0


def test_nothing_noted_covers_nothing() -> None:
    assert covered([], WHOLE) == 0.0
    assert gaps([], WHOLE) == [WHOLE]
    assert shares([], [], WHOLE) == Shares(first=0.0, second=0.0, both=0.0, neither=10.0, whole=10.0)


def test_a_whole_without_length_has_no_shares() -> None:
    assert shares([Stretch(0, 1)], [], Stretch(1, 1)) == Shares(
        first=0.0, second=0.0, both=0.0, neither=0.0, whole=0.0
    )


def test_two_kinds_of_work_share_the_time() -> None:
    found = shares([Stretch(0, 4), Stretch(5, 7)], [Stretch(3, 6), Stretch(8, 9)], WHOLE)
    assert found == Shares(first=6.0, second=4.0, both=2.0, neither=2.0, whole=10.0)


@pytest.mark.parametrize("seed", range(20))
def test_shares_are_what_counting_every_tick_gives(seed: int) -> None:
    chance = random.Random(seed)
    first, second = ([_drawn(chance) for _ in range(chance.randrange(12))] for _ in range(2))
    ticks = [(_holds(first, tick), _holds(second, tick)) for tick in range(100)]
    assert shares(first, second, Stretch(0, 100)) == Shares(
        first=sum(one for one, _ in ticks),
        second=sum(other for _, other in ticks),
        both=sum(one and other for one, other in ticks),
        neither=sum(not one and not other for one, other in ticks),
        whole=100,
    )
    assert sum(gap.seconds for gap in gaps(first, Stretch(0, 100))) == sum(not one for one, _ in ticks)


def test_a_log_forgets_its_oldest_stretches_and_keeps_no_more_than_it_may() -> None:
    log = BusyLog()
    for start in range(MOST_STRETCHES + 3):
        log.note(start, start + 1)
    kept = log.stretches()
    assert (len(kept), kept[0], kept[-1]) == (
        MOST_STRETCHES,
        Stretch(3, 4),
        Stretch(MOST_STRETCHES + 2, MOST_STRETCHES + 3),
    )


def _drawn(chance: random.Random) -> Stretch:
    start = chance.randrange(-20, 110)
    return Stretch(start, start + chance.randrange(30))


def _holds(stretches: list[Stretch], tick: int) -> bool:
    return any(stretch.start <= tick < stretch.end for stretch in stretches)
