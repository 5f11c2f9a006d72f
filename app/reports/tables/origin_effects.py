"""Repair vs. resampling on seen, unseen and unknown problems apart, and whether the effect differs between them."""

from collections.abc import Iterator

from app.reports.tables.equal_samples import EVIDENCE_COLUMNS
from app.reports.tables.pass_at_k import ESTIMATE_COLUMNS, estimate_cells
from app.reports.tables.table import Cell, CellKind, Column, Question, ReportTable, TableInputs


def _rows(inputs: TableInputs) -> Iterator[list[Cell]]:
    for duel in inputs.report.duels:
        equal = duel.equal_samples
        for one in equal.by_origin:
            counts: list[Cell] = [one.failures, one.fixed_by_critic, one.fixed_by_rival]
            missing: list[Cell] = [
                one.evidence.missing.samples,
                one.evidence.missing.low,
                one.evidence.missing.high,
            ]
            yield [duel.arm, one.origin, *counts, *estimate_cells(one.difference), *missing, None]
        if len(equal.by_origin) > 1:
            found = estimate_cells(equal.interaction)
            yield [duel.arm, "interaction", *[None] * 3, *found, *[None] * 3, " - ".join(equal.contrast)]


ORIGIN_EFFECTS = ReportTable(
    name="origin_effects",
    question=Question.MEMORY,
    title="Repair on seen and unseen problems",
    description="Critic vs. resampling with as many tries: one row per critic and origin of the problems.",
    columns=(
        Column("arm", "Name of the critic's arm", CellKind.TEXT),
        Column(
            "origin",
            "`seen`, `unseen`, `unknown`; `interaction`: difference on seen problems − on unseen ones, or between the "
            "two origins that differ: see `contrast`",
        ),
        Column("failures", "Failed drafts that both sides tried again, scored on every side"),
        Column("fixed_by_critic", "Of those, how many the critic fixed"),
        Column(
            "fixed_by_resampling", "Of those, how many resampling fixed; an expectation without a resample arm"
        ),
        *ESTIMATE_COLUMNS,
        *EVIDENCE_COLUMNS[:3],
        Column("contrast", "Of an interaction: the two origins that it compares, `seen - unseen`"),
    ),
    rows=_rows,
)
