"""What the templates of an investigation's report need: where a cell leads, and charts laid out.

In: parts of an `InvestigationReport`. Out: addresses, and plots in the templates' units. `file_html` draws the whole
report as one self-contained file: no script, no font, no picture and no address outside of it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from app.addresses import problems_url, run_url
from app.reports.investigation import Chart, InvestigationReport, LinkedText
from app.web.rendering.environment import make_environment
from app.web.rendering.plot import LossCurve, Plot, PlotPoint, PlotSeries, draw, loss_curve
from app.web.rendering.text import count, percent

NOTHING = "–"
"""The text of a cell that has no number."""
SHEETS = ("10-tokens", "20-frame", "30-marks", "40-lists", "60-live", "60-run", "70-report", "90-print")
"""Style sheets that a report in a file brings along."""
_CSS = Path(__file__).resolve().parents[3] / "static" / "css"


def page_href(cell: LinkedText) -> str:
    """Where a cell of the page leads; empty where it leads nowhere."""
    if cell.text == NOTHING:
        return ""
    if cell.path:
        return cell.path
    if cell.anchor:
        return f"#{cell.anchor}"
    if cell.run_id is None:
        return ""
    if cell.task_id:
        return problems_url(cell.run_id, q=cell.task_id)
    if cell.is_number:
        return problems_url(cell.run_id, state=cell.state, by=cell.by)
    return run_url(cell.run_id)


def file_href(cell: LinkedText) -> str:
    """The same in a file: a place in it, or nothing."""
    if cell.text == NOTHING:
        return ""
    if cell.anchor:
        return f"#{cell.anchor}"
    if cell.run_id is None or cell.task_id:
        return ""
    # An empty group is not in the table.
    grouped = cell.is_main and cell.state in ("gained", "lost", "both", "neither") and cell.text != "0"
    return f"#problems-{cell.run_id}-{cell.state}" if grouped else f"#problems-{cell.run_id}"


def lay_out(chart: Chart) -> Plot | None:
    """A chart of rates."""
    series = [
        PlotSeries(
            name=line.name,
            kind=line.css_class,
            points=tuple(
                PlotPoint(x=x, y=y, low=low, high=high, title=f"{line.name}: {percent(y)} at {count(int(x))}")
                for x, y, low, high in line.points
            ),
        )
        for line in chart.lines
    ]
    ticks = sorted({x for line in chart.lines for x, *_ in line.points})
    return draw(chart.title, chart.x_label, series, x_ticks=ticks if len(ticks) <= 6 else ())


class _Loss:
    def __init__(self, step: int, split: str, loss: float) -> None:
        self.step, self.split, self.loss = step, split, loss


def lay_out_loss(chart: Chart) -> LossCurve | None:
    """A learning curve."""
    return loss_curve([_Loss(int(x), line.name, y) for line in chart.lines for x, y, *_ in line.points])


@dataclass(frozen=True, kw_only=True)
class InvestigationFile:
    """What the file of an investigation is drawn from."""

    report: InvestigationReport
    style: Markup
    href: Callable[[LinkedText], str]
    lay_out: Callable[..., Any] = lay_out
    lay_out_loss: Callable[..., Any] = lay_out_loss


def file_html(report: InvestigationReport) -> str:
    """The report as one file."""
    environment = make_environment(None)
    style = Markup("\n".join((_CSS / f"{name}.css").read_text(encoding="utf-8") for name in SHEETS))
    template = environment.get_template("files/investigation.html")
    return template.render(page=InvestigationFile(report=report, style=style, href=file_href))
