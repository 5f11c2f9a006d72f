"""Plots, waterfall and matrix as numbers for their templates."""

from itertools import pairwise

import pytest

from app.queries.job_detail import LoggedStep
from app.reports.attribution import AttributionStep
from app.reports.repairs import Transition
from app.web.rendering.plot import (
    BOTTOM,
    DODGE,
    LABEL_HEIGHT,
    LEFT,
    LETTER_WIDTH,
    MOST_LETTERS,
    TOP,
    WIDTH,
    PlotPoint,
    PlotSeries,
    draw,
    loss_curve,
)
from app.web.rendering.repair_charts import SHADES, matrix, waterfall
from models.enums import Verdict


def _step(
    before: str, after: str, *, passed: tuple[int, int], to_pass: int, to_fail: int, scored: int = 10
) -> AttributionStep:
    """Each changed sample of a problem of its own."""
    return AttributionStep(
        before=before,
        after=after,
        scored=scored,
        passed_before=passed[0],
        passed_after=passed[1],
        to_pass=to_pass,
        to_fail=to_fail,
        to_pass_problems=to_pass,
        to_fail_problems=to_fail,
    )


def _series(name: str, *values: float) -> PlotSeries:
    points = tuple(
        PlotPoint(x=2.0**i, y=value, low=value * 0.9, high=min(1, value * 1.1)) for i, value in enumerate(values)
    )
    return PlotSeries(name=name, kind="base", points=points)


def test_no_points_make_no_plot() -> None:
    assert draw("nothing", "k", [PlotSeries(name="base", kind="base", points=())]) is None


def test_everything_is_drawn_inside_the_frame() -> None:
    plot = draw("pass@k", "k", [_series("a", 0.0, 0.5, 1.0), _series("b", 0.2, 0.3, 0.4)])
    assert plot is not None
    for series in plot.series:
        for marker in series.markers:
            assert LEFT <= marker.x <= plot.right
            assert marker.low is not None
            assert TOP <= marker.y <= BOTTOM
            assert TOP <= marker.low <= BOTTOM


@pytest.mark.parametrize("name", ["base", "critic:demo-critic", "prompted:" + "a-very-long-name" * 4])
def test_names_have_room_beside_the_lines(name: str) -> None:
    plot = draw("pass@k", "k", [_series(name, 0.5, 0.6), _series("base", 0.2, 0.3)])
    assert plot is not None
    shown = max((series.short_name for series in plot.series), key=len)
    assert len(shown) <= MOST_LETTERS
    assert plot.right + 8 + LETTER_WIDTH * len(shown) < WIDTH
    assert plot.series[0].name == name


@pytest.mark.parametrize("value", [0.0, 0.5, 1.0])
def test_names_of_lines_that_end_together_do_not_overlap(value: float) -> None:
    plot = draw("pass@k", "k", [_series(name, value, value) for name in "abc"])
    assert plot is not None
    places = sorted(series.label_y for series in plot.series)
    assert all(below - above >= LABEL_HEIGHT for above, below in pairwise(places))
    assert TOP <= places[0] <= places[-1] <= BOTTOM


@pytest.mark.parametrize("points", [1, 4])
def test_error_bars_of_two_arms_stand_side_by_side(points: int) -> None:
    plot = draw("pass@k", "k", [_series("a", *[0.5] * points), _series("b", *[0.5] * points)], linear=True)
    assert plot is not None
    for left, right in zip(*(series.markers for series in plot.series), strict=True):
        assert right.x - left.x >= DODGE
        assert (left.low, left.high) == (right.low, right.high)
        assert left.low is not None


def test_a_linear_axis_has_equal_steps_and_a_level_is_a_line_without_marks() -> None:
    points = tuple(PlotPoint(x=float(x), y=0.5) for x in (1, 2, 3))
    level = PlotSeries(name="base, one draft", kind="base", points=points[::2], is_level=True)
    plot = draw(
        "p", "k", [PlotSeries(name="a", kind="critic", points=points), level], x_ticks=[1, 2, 3], linear=True
    )
    assert plot is not None
    first, second, third = (tick.at for tick in plot.x_ticks)
    assert second - first == pytest.approx(third - second)
    assert [series.is_level for series in plot.series] == [False, True]
    assert plot.series[1].markers[0].x == first


def test_a_learning_curve_begins_at_nought_and_both_axes_have_ticks() -> None:
    curve = loss_curve([LoggedStep(step=step, split="train", loss=2.4 - step / 100) for step in (0, 40, 80)])
    assert curve is not None
    assert [tick.label for tick in curve.y_ticks] == ["0", "0.5", "1", "1.5", "2", "2.5"]
    assert curve.y_ticks[0].at == curve.bottom
    assert [tick.label for tick in curve.x_ticks] == ["0", "20", "40", "60", "80"]
    heights = [float(pair.split(" ")[1]) for pair in curve.paths[0].path.removeprefix("M").split("L")]
    assert heights == sorted(heights)
    assert max(heights) < curve.bottom
    assert loss_curve([LoggedStep(step=1, split="train", loss=1.0)]) is None
    assert loss_curve([LoggedStep(step=step, split="train", loss=0.0) for step in (0, 0)]) is not None


def test_the_vertical_axis_begins_at_nought() -> None:
    plot = draw("pass@k", "k", [_series("a", 0.91, 0.93)])
    assert plot is not None
    assert [tick.label for tick in plot.y_ticks] == ["0%", "25%", "50%", "75%", "100%"]


def test_gains_and_losses_of_one_step_are_two_bars() -> None:
    imports = _step("raw", "goimports", passed=(4, 5), to_pass=1, to_fail=0)
    repair = _step("drafts", "critic", passed=(5, 6), to_pass=3, to_fail=2)
    bars = waterfall(imports, repair, "critic")
    assert [(bar.kind, bar.start, bar.width) for bar in bars] == [
        ("total", 0, 40), ("up", 40, 10), ("total", 0, 50), ("up", 50, 30), ("down", 60, 20), ("total", 0, 60),
    ]  # fmt: skip


def test_a_waterfall_of_nothing_does_not_divide_by_nought() -> None:
    step = _step("a", "b", scored=0, passed=(0, 0), to_pass=0, to_fail=0)
    assert all(bar.width == 0 for bar in waterfall(step, step, "critic"))


def test_the_matrix_holds_every_transition_and_only_used_columns() -> None:
    made = matrix(
        [
            Transition(draft=Verdict.TYPE, final=Verdict.PASSED, samples=3, problems=2),
            Transition(draft=Verdict.TYPE, final=Verdict.TYPE, samples=1, problems=1),
            Transition(draft=Verdict.PANIC, final=Verdict.PASSED, samples=2, problems=1),
        ]
    )
    assert made.finals == (Verdict.PASSED, Verdict.TYPE)
    assert [(row.draft, row.total) for row in made.rows] == [(Verdict.TYPE, 4), (Verdict.PANIC, 2)]
    assert (made.rows[0].cells[0].samples, made.rows[0].cells[0].problems) == (3, 2)


def test_a_cell_is_shaded_by_its_share_of_all_samples_and_not_of_its_row() -> None:
    common = Transition(draft=Verdict.TYPE, final=Verdict.PASSED, samples=98, problems=9)
    rare = Transition(draft=Verdict.PANIC, final=Verdict.PASSED, samples=2, problems=1)
    made = matrix([common, rare])
    assert [row.cells[0].shade for row in made.rows] == [SHADES, 1]
    assert made.total == 100
