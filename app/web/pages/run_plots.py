"""The plots of the run page, from its report: pass@k by arm, and the chance of a pass within t tokens."""

from app.reports.equal_tokens import EqualTokens
from app.reports.estimates import Estimate
from app.reports.report import ArmReport, Report
from app.web.rendering.numbers import THIN_SPACE, count, percent
from app.web.rendering.plot import Plot, Point, Series, draw
from models.enums import ArmKind


def pass_at_k_plot(report: Report) -> Plot | None:
    """One line an arm, with the interval of each k as its band."""
    ks = sorted({one.k for arm in report.arms for one in arm.pass_at_k})
    series = [_arm_series(arm) for arm in report.arms]
    return draw("pass@k by arm, with 95% intervals", "k samples", series, x_ticks=[float(k) for k in ks])


def _arm_series(arm: ArmReport) -> Series:
    points = []
    for one in arm.pass_at_k:
        if not isinstance(one.estimate, Estimate):
            continue
        interval = one.estimate.interval
        words = f" ({percent(interval.low)} to {percent(interval.high)})" if interval else ""
        points.append(
            Point(
                x=float(one.k),
                y=one.estimate.value,
                low=interval.low if interval else None,
                high=interval.high if interval else None,
                title=f"{arm.name}: pass@{one.k} {percent(one.estimate.value)}{words}",
            )
        )
    return Series(name=arm.name, kind=str(arm.kind), points=tuple(points))


def pass_at_t_plot(curves: EqualTokens) -> Plot | None:
    """Repair and resampling at equal budgets of new tokens."""
    sides = (
        Series(
            name=curves.critic,
            kind=str(ArmKind.CRITIC),
            points=tuple(_token_point(curves.critic, one.tokens, one.critic) for one in curves.points),
        ),
        Series(
            name=curves.resampling,
            kind=str(ArmKind.RESAMPLE),
            points=tuple(_token_point(curves.resampling, one.tokens, one.resampling) for one in curves.points),
        ),
    )
    return draw("Share of problems solved within a budget of new tokens", "new tokens a problem", sides)


def _token_point(name: str, tokens: int, share: float) -> Point:
    return Point(
        x=float(tokens), y=share, title=f"{name}: {percent(share)} within {count(tokens)}{THIN_SPACE}tokens"
    )
