"""A small bar chart shows every sample, alone or with its neighbours."""

from app.web.rendering.spark import HEIGHT, MOST_BARS, spark


def test_each_sample_has_a_bar_and_the_highest_fills_the_box() -> None:
    found = spark([2, 0, 4], 4)
    assert found is not None
    assert [bar.height for bar in found.bars] == [HEIGHT / 2, 0, HEIGHT, 0]
    assert found.words == "by sample: 2, 0, 4, 0"
    assert found.bars[2].title == "sample 2: 4"


def test_many_samples_share_bars_and_none_is_lost() -> None:
    found = spark([1] * 203, 203)
    assert found is not None
    assert len(found.bars) <= MOST_BARS
    assert sum(int(bar.title.rpartition(" ")[2]) for bar in found.bars) == 203
    assert found.bars[0].title == "samples 0 to 8: 9"


def test_one_sample_is_spread_over_nothing() -> None:
    assert spark([3], 1) is None
