"""The area under the curve of the twins' scores, with ties and its standard error."""

import numpy as np
import pytest
from scipy.stats import mannwhitneyu

from benchmarks.memory_twins import auc


@pytest.mark.parametrize(
    ("seen", "fresh", "area"), [([1, 1], [0, 0], 1.0), ([0, 0], [0, 0], 0.5), ([1, 0], [0, 1], 0.5)]
)
def test_ties_count_as_half(seen: list[int], fresh: list[int], area: float) -> None:
    assert auc(seen, fresh)[0] == area


def test_it_is_the_statistic_of_mann_and_whitney() -> None:
    draw = np.random.default_rng(1)
    seen, fresh = draw.integers(-1, 2, 40).tolist(), draw.integers(-1, 2, 30).tolist()
    area, error = auc(seen, fresh)
    assert area == pytest.approx(mannwhitneyu(seen, fresh).statistic / (40 * 30))
    assert 0 < error < 0.15
