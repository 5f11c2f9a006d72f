"""The curves of a run in the report of an investigation, each with its table."""

from collections.abc import Iterator

from app.reports.estimates import Estimate
from app.reports.investigation import (
    Chart,
    ChartLine,
    number,
    plain,
    sheet,
)
from app.reports.report import ArmReport, CriticVsResampling, Report
from app.reports.wording import (
    percent,
)


def run_charts(report: Report) -> Iterator[Chart]:
    lines = [_arm_line(arm) for arm in report.arms]
    lines = [line for line in lines if len(line.points) > 1]
    if lines:
        rows = [
            (*plain(line.name), number(f"{x:g}"), number(_with_ends(y, low, high)))
            for line in lines
            for x, y, low, high in line.points
        ]
        yield Chart(
            title="pass@k by arm, with 95% intervals",
            x_label="k samples",
            lines=tuple(lines),
            sheet=sheet("", ("Arm", "k", "pass@k"), rows),
        )
    for duel in report.duels[:1]:
        yield from _token_chart(duel)


def _arm_line(arm: ArmReport) -> ChartLine:
    points = tuple(
        (float(at.k), at.estimate.value, *_ends(at.estimate))
        for at in arm.pass_at_k
        if isinstance(at.estimate, Estimate)
    )
    return ChartLine(name=arm.name, css_class=arm.kind.css_class, points=points)


def _ends(estimate: Estimate) -> tuple[float | None, float | None]:
    return (estimate.interval.low, estimate.interval.high) if estimate.interval else (None, None)


def _with_ends(value: float, low: float | None, high: float | None) -> str:
    return percent(value) + (
        f" ({percent(low)} to {percent(high)})" if low is not None and high is not None else ""
    )


def _token_chart(duel: CriticVsResampling) -> Iterator[Chart]:
    curves = duel.equal_tokens
    if len(curves.points) < 2:
        return
    names = (curves.critic, curves.resampling)
    shares = [[(float(p.tokens), p.critic) for p in curves.points]]
    shares.append([(float(p.tokens), p.resampling) for p in curves.points])
    lines = tuple(
        ChartLine(name=name, css_class=css, points=tuple((x, y, None, None) for x, y in points if x))
        for name, css, points in zip(names, ("critic", "resample"), shares, strict=True)
    )
    rows = [
        tuple(number(cell) for cell in (f"{p.tokens:,}", percent(p.critic), percent(p.resampling)))
        for p in curves.points
    ]
    yield Chart(
        title="Share of problems solved within a budget of new tokens",
        x_label="new tokens per problem",
        lines=lines,
        sheet=sheet("", ("New tokens", *names), rows),
    )
