"""The report of an investigation as a tree: conclusions in words, a section for each step, the recipe, the identities.

In: what each step left, computed by the reports of runs, cards and trainings. Out: frozen values that the page, the
self-contained file and Markdown all draw. A number is a `LinkedText`, which knows the problems behind it. Nothing is
tested here that those reports do not test; what a step found is told in their sentences.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from models.enums import JobState


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkedText:
    """A cell of a table, and where its problems are."""

    text: str
    run_id: int | None = None
    state: str = ""
    """A state of problems, by which their list is filtered."""
    by: str = ""
    """The arm that the state is about."""
    is_main: bool = False
    """Whether `by` is the arm by which the file's own table of problems is grouped."""
    task_id: str = ""
    """One problem of the run."""
    path: str = ""
    """Another page, such as a checkpoint's; the file shows the text alone."""
    anchor: str = ""
    """A place of the report itself."""
    is_number: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportSheet:
    """A table of the report."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[LinkedText, ...], ...]
    note: str = ""
    anchor: str = ""
    groups: tuple[tuple[str, str, int], ...] = ()
    """(anchor, title, rows) of consecutive rows; empty where they are not grouped."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ChartLine:
    """One line of a chart."""

    name: str
    css_class: str
    points: tuple[tuple[float, float, float | None, float | None], ...]
    """x, y, and the ends of the interval at x; y is a share of 1, or a loss."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Chart:
    """A plot, which the sheet below it repeats as a table."""

    title: str
    x_label: str
    lines: tuple[ChartLine, ...]
    sheet: ReportSheet
    is_loss: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class StepSection:
    """What one step did and found."""

    name: str
    label: str
    description: str
    state: JobState
    reused: bool = False
    error: str = ""
    seconds: float | None = None
    sentences: tuple[str, ...] = ()
    """What it found, the most important first; they are the conclusions of the report."""
    notes: tuple[str, ...] = ()
    """What limits them."""
    sheets: tuple[ReportSheet, ...] = ()
    charts: tuple[Chart, ...] = ()
    problems: tuple[ReportSheet, ...] = ()
    """Every problem behind the numbers, a row each."""
    links: tuple[LinkedText, ...] = ()
    """The pages of what it made."""

    @property
    def anchor(self) -> str:
        return f"step-{self.name}"


@dataclass(frozen=True, kw_only=True, slots=True)
class InvestigationReport:
    """All that an investigation has found so far."""

    name: str
    title: str
    about: str
    state: JobState
    error: str
    created_at: datetime
    finished_at: datetime | None
    sections: tuple[StepSection, ...]
    recipe: str
    recipe_hash: str
    identities: tuple[ReportSheet, ...] = field(default=())
    """What the numbers depend on: checkpoints, problem sets, rulers, versions."""

    @property
    def conclusions(self) -> tuple[StepSection, ...]:
        """The sections that found something, in the recipe's order."""
        return tuple(section for section in self.sections if section.sentences)

    @property
    def open_steps(self) -> tuple[StepSection, ...]:
        """Steps that are not done, about which the report is silent."""
        return tuple(section for section in self.sections if section.state is not JobState.DONE)

    @property
    def in_short(self) -> str:
        """One sentence on how far it is."""
        done, all_ = len(self.sections) - len(self.open_steps), len(self.sections)
        if done == all_:
            return f"All {all_} steps are done."
        return f"{done} of {all_} steps are done; what the others will show is not known yet."


def plain(*texts: str) -> tuple[LinkedText, ...]:
    return tuple(LinkedText(text=text) for text in texts)


def number(
    text: str | int, run_id: int | None = None, state: str = "", by: str = "", *, is_main: bool = False
) -> LinkedText:
    """A number with its problems."""
    return LinkedText(text=str(text), run_id=run_id, state=state, by=by, is_main=is_main, is_number=True)


def sheet(
    title: str, heads: Sequence[str], rows: Sequence[Sequence[LinkedText]], note: str = "", anchor: str = ""
) -> ReportSheet:
    return ReportSheet(title=title, heads=tuple(heads), rows=tuple(map(tuple, rows)), note=note, anchor=anchor)


def not_empty(*sheets: ReportSheet) -> tuple[ReportSheet, ...]:
    return tuple(one for one in sheets if one.rows)
