"""What papers on self-correction measure: Δ(wrong→right), Δ(right→wrong), confidence and critique."""

from collections.abc import Iterator

from app.reports.tables.pass_at_k import ESTIMATE_COLUMNS, estimate_cells
from app.reports.tables.table import Cell, CellKind, Column, Question, ReportTable, TableInputs


def _rows(inputs: TableInputs) -> Iterator[list[Cell]]:
    for repair in inputs.report.repairs:
        for rate in repair.corrections:
            yield [repair.arm, rate.name, rate.samples, rate.of, *estimate_cells(rate.estimate)]


SELF_CORRECTION = ReportTable(
    name="self_correction",
    question=Question.REPAIR,
    title="Self-correction",
    description="Shares that papers on self-correction report: one row per repairing arm and share.",
    columns=(
        Column("arm", "Name of the arm", CellKind.TEXT),
        Column(
            "share",
            "Of all samples: passed `before` and `after` repair, their difference `change` (Δ), `wrong_to_right`, "
            "`right_to_wrong`; of revised right drafts those that stayed right (`confidence`), of revised wrong drafts "
            "those turned right (`critique`)",
        ),
        Column("samples", "Samples counted; for `change`, samples gained minus samples lost"),
        Column("of", "Samples that the share is of"),
        *ESTIMATE_COLUMNS,
    ),
    rows=_rows,
)
