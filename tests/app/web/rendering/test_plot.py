"""Plots, waterfall and matrix as numbers for their templates."""

from itertools import pairwise

import pytest

from app.reports.attribution import AttributionStep
from app.reports.repairs import Transition
from app.web.rendering.plot import (
    BOTTOM,
    LABEL_HEIGHT,
    LEFT,
    LETTER_WIDTH,
    MOST_LETTERS,
    TOP,
    WIDTH,
    PlotPoint,
    PlotSeries,
    draw,
)
from app.web.rendering.repair_charts import SHADES, matrix, waterfall
from models.enums import Verdict


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


def test_a_single_k_is_drawn_with_whiskers_side_by_side() -> None:
    plot = draw("pass@1", "k", [_series("a", 0.5), _series("b", 0.5)])
    assert plot is not None
    assert plot.with_whiskers
    assert plot.series[0].markers[0].x != plot.series[1].markers[0].x
    assert plot.series[0].band == ""


def test_the_vertical_axis_begins_at_nought() -> None:
    plot = draw("pass@k", "k", [_series("a", 0.91, 0.93)])
    assert plot is not None
    assert [tick.label for tick in plot.y_ticks] == ["0%", "25%", "50%", "75%", "100%"]


def test_gains_and_losses_of_one_step_are_two_bars() -> None:
    imports = AttributionStep(
        before="raw",
        after="goimports",
        scored=10,
        passed_before=4,
        passed_after=5,
        to_pass=1,
        to_fail=0,
        to_pass_problems=1,
        to_fail_problems=0,
    )
    repair = AttributionStep(
        before="drafts",
        after="critic",
        scored=10,
        passed_before=5,
        passed_after=6,
        to_pass=3,
        to_fail=2,
        to_pass_problems=3,
        to_fail_problems=1,
    )
    bars = waterfall(imports, repair, "critic")
    assert [(bar.kind, bar.start, bar.width) for bar in bars] == [
        ("total", 0, 40), ("up", 40, 10), ("total", 0, 50), ("up", 50, 30), ("down", 60, 20), ("total", 0, 60),
    ]  # fmt: skip


def test_a_waterfall_of_nothing_does_not_divide_by_nought() -> None:
    step = AttributionStep(
        before="a",
        after="b",
        scored=0,
        passed_before=0,
        passed_after=0,
        to_pass=0,
        to_fail=0,
        to_pass_problems=0,
        to_fail_problems=0,
    )
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
