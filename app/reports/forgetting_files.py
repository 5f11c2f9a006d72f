"""A map of forgetting as CSV, Markdown and JSON; nothing is computed here."""

from collections.abc import Iterator
from typing import Any

from app.reports.forgetting import ForgettingMap, ForgettingStep, MapCell
from app.reports.markdown_parts import document, escape, section, table
from app.reports.report import plain_value
from app.reports.tables.table import Cell, CellKind, Column, csv_chunks
from app.reports.wording import evidence_in_words

FORGETTING_COLUMNS = (
    Column("task_id", "The problem's name in its set", CellKind.TEXT),
    Column("problem_version", "First 12 hex digits of its content hash", CellKind.TEXT),
    Column("checkpoint", "Name of the checkpoint", CellKind.TEXT),
    Column("run", "The checkpoint's run"),
    Column("passed", "Drafts that passed"),
    Column("scored", "Drafts with a verdict"),
    Column("parent", "The measured checkpoint that it was trained from; empty for the first", CellKind.TEXT),
    Column("move", "`1→0` or `0→1` from that parent; empty where nothing moved"),
)


def forgetting_rows(found: ForgettingMap) -> Iterator[list[Cell]]:
    """One row for each problem and checkpoint that has it."""
    step_of = {step.column: (place, step) for place, step in enumerate(found.steps)}
    for row in found.rows:
        for at, (column, cell) in enumerate(zip(found.columns, row.cells, strict=True)):
            if cell is not None:
                place, step = step_of.get(at, (None, None))
                yield [
                    row.task_id,
                    row.problem_version,
                    column.checkpoint,
                    cell.run_id,
                    cell.passed,
                    cell.scored,
                    step.parent if step else "",
                    row.moves[place] if place is not None else "",
                ]


def forgetting_csv(found: ForgettingMap) -> Iterator[bytes]:
    return csv_chunks(FORGETTING_COLUMNS, forgetting_rows(found))


def forgetting_dict(found: ForgettingMap) -> dict[str, Any]:
    """The map as JSON values, without the ledgers, which the rows repeat."""
    values: dict[str, Any] = plain_value(found)
    for step in values["steps"]:
        del step["result"]["ledger"]
    return {"format": 1, "kind": "forgetting", **values}


def forgetting_markdown(found: ForgettingMap) -> str:
    return document(forgetting_lines(found))


def forgetting_lines(found: ForgettingMap) -> Iterator[str]:
    """A document of its own; `tekhne investigate` takes these lines into its report."""
    yield from (f"# Forgetting on {escape(found.problem_set)}", "", f"**{escape(found.verdict)}**", "")
    yield from (f"> {escape(note)}" for note in found.notes)
    yield ""
    if found.specification:
        yield from (f"Each checkpoint: {escape(found.specification)}.", "")
    heads = (
        "Checkpoint",
        "Run",
        "Solved",
        "Of",
        "From",
        "1→0",
        "0→1",
        "Difference in pass rate",
        "Drift",
        "In training",
    )
    steps = {step.column: step for step in found.steps}
    rows = []
    for at, column in enumerate(found.columns):
        measured = (column.checkpoint, column.run_id, column.solved, column.problems)
        rows.append((*measured, *_step_cells(steps.get(at)), column.origins))
    yield from table(heads, rows)
    moved = [row for row in found.rows if any(row.moves)]
    if moved:
        yield from section("Problems that moved")
        names = [column.checkpoint for column in found.columns]
        yield from table(
            ("Problem", *map(escape, names)), [(row.task_id, *map(_cell, row.cells)) for row in moved]
        )


def _step_cells(step: ForgettingStep | None) -> tuple[str | int, ...]:
    if step is None:
        return ("", "", "", "", "")
    drift = step.drift.in_words if step.drift else "not measured"
    return (step.parent, step.forgotten, step.learned, evidence_in_words(step.result.evidence), drift)


def _cell(cell: MapCell | None) -> str:
    return "" if cell is None or not cell.scored else f"{cell.passed}/{cell.scored}"
