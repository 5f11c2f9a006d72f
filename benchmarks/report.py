"""The one shape of every benchmark: figures with a bar, and a baseline measured in the same run.

A benchmark returns figures; they are printed as one JSON object or as a table. No benchmark prints by itself, and no
figure is compared with a number from another run or machine.
"""

import json
import os
import platform
from dataclasses import asdict, dataclass, field

from rich.table import Table

from cli.terminal import Terminal


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One measured number. `bar` is the value to reach; `holds` is None where there is no bar."""

    name: str
    value: float
    unit: str
    baseline: float | None = None
    """What the value is compared with, measured in the same run."""
    bar: float | None = None
    holds: bool | None = None
    error: float | None = None
    """Standard error of a simulated value; None where nothing was simulated."""


def at_least(name: str, value: float, unit: str, bar: float, baseline: float | None = None) -> Figure:
    """A figure that must reach its bar from above."""
    return Figure(name=name, value=value, unit=unit, baseline=baseline, bar=bar, holds=value >= bar)


def at_most(name: str, value: float, unit: str, bar: float, baseline: float | None = None) -> Figure:
    """A figure that must stay at or under its bar."""
    return Figure(name=name, value=value, unit=unit, baseline=baseline, bar=bar, holds=value <= bar)


def machine() -> dict[str, str | int]:
    """What the figures were measured on, without naming the host."""
    return {
        "cores": os.cpu_count() or 1,
        "architecture": platform.machine(),
        "system": platform.system(),
        "kernel": platform.release(),
        "python": platform.python_version(),
    }


@dataclass(frozen=True, kw_only=True)
class BenchReport:
    """Everything one benchmark prints. `ruler` is the ruler's identity where verdicts were taken, else None."""

    bench: str
    figures: list[Figure]
    ruler: str | None = None
    machine: dict[str, str | int] = field(default_factory=machine)

    def as_json(self) -> str:
        return json.dumps(asdict(self), indent=2)

    def print(self, console: Terminal) -> None:
        table = Table("figure", "value", "unit", "baseline", "bar", "holds", title=f"bench {self.bench}")
        for figure in self.figures:
            holds = {True: "yes", False: "NO", None: "-"}[figure.holds]
            cells = (figure.value, figure.unit, figure.baseline, figure.bar, holds)
            table.add_row(figure.name, *("-" if cell is None else _short(cell) for cell in cells))
        console.print(table)


def _short(cell: float | str) -> str:
    return cell if isinstance(cell, str) else f"{cell:,.4g}"
