"""How repair wears off from round to round, and from which round a fresh draft is worth more."""

from collections.abc import Iterator

from app.reports.estimates import NotEstimable
from app.reports.tables.table import Cell, CellKind, Column, Question, ReportTable, TableInputs


def _rows(inputs: TableInputs) -> Iterator[list[Cell]]:
    for repair in inputs.report.repairs:
        for one in repair.decays:
            fit = one.fit
            known: list[Cell] = (
                [None, None, None, None, fit.reason]
                if isinstance(fit, NotEstimable)
                else [fit.initial, fit.rate, fit.r_squared, fit.halves_after, None]
            )
            for of in one.rounds:
                counts: list[Cell] = [of.number, of.tried, of.repaired, of.gain, of.fresh, of.fitted]
                yield [repair.arm, one.group, *counts, one.afresh_from, *known]


DECAY = ReportTable(
    name="decay",
    question=Question.REPAIR,
    title="Gain by round",
    description="How the gain falls with each round: one row per repairing arm, error class and round.",
    columns=(
        Column("arm", "Name of the arm", CellKind.TEXT),
        Column("class", "Verdict of the drafts, or `all`"),
        Column("round", "Number of the round"),
        Column("tried", "Failures that were left for this round"),
        Column("repaired", "Of those, how many passed in it"),
        Column("gain", "Repaired / tried"),
        Column("fresh", "Chance that a fresh draft passes for the same failures, from the base's other samples"),
        Column("fitted", "The gain by the fit of an exponential decay"),
        Column("afresh_from", "The first round whose fitted gain is below `fresh`; empty: none, or no fit"),
        Column("initial", "The fit's gain in round 1"),
        Column("decay", "Its decay constant λ a round"),
        Column("r_squared", "Share of the variation between rounds that it explains"),
        Column("halves_after", "Rounds until half the gain is left; empty: it does not wear off"),
        Column("reason", "Why there is no fit", CellKind.TEXT),
    ),
    rows=_rows,
)
