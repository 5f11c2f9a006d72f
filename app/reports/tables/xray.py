"""The feedback X-ray: one row for each two arms that differ in one thing, with their discordant drafts."""

from collections.abc import Iterator

from app.reports.tables.equal_samples import EVIDENCE_COLUMNS, evidence_cells
from app.reports.tables.pass_at_k import ESTIMATE_COLUMNS, estimate_cells
from app.reports.tables.table import Cell, CellKind, Column, Question, ReportTable, Section, TableInputs
from app.reports.xray_pairs import ClassUnlocks, OriginUnlocks

_TEXT = CellKind.TEXT


def _rows(inputs: TableInputs) -> Iterator[list[Cell]]:
    for one in inputs.report.xray.pairs if inputs.report.xray else ():
        arms: list[Cell] = [one.writer, one.question, one.thing, one.having, one.lacking]
        drafts: list[Cell] = [one.drafts, one.both, one.only_having, one.only_lacking, one.neither, one.net]
        yield [
            *arms,
            *drafts,
            one.not_asked,
            one.better,
            one.worse,
            one.p_value,
            *estimate_cells(one.difference),
            *evidence_cells(one.evidence, differs_by_origin=one.differs_by_origin),
            "; ".join(f"{part.verdict} {_split(part)}" for part in one.by_class),
            "; ".join(f"{part.origin} {_split(part)}" for part in one.by_origin),
        ]


def _split(part: ClassUnlocks | OriginUnlocks) -> str:
    return f"{part.only_having}:{part.only_lacking} of {part.drafts}"


XRAY = ReportTable(
    name="xray",
    question=Question.REPAIR,
    title="Feedback X-ray",
    description="Two arms that repaired the same failed drafts, their feedback differing in one thing: one row a pair.",
    columns=(
        Column("writer", "Who repairs: the checkpoint, trained or prompted", _TEXT),
        Column("question", "The thing in one word, such as `trace` or `content`"),
        Column("thing", "What the one arm has and the other has not", _TEXT),
        Column("having", "Name of the arm that has it", _TEXT),
        Column("lacking", "Name of the arm that has it not", _TEXT),
        Column("drafts", "Failed drafts that both arms revised, scored on both sides"),
        Column("both", "Of those, unlocked by both: their revisions pass"),
        Column("only_having", "Unlocked with the thing only"),
        Column("only_lacking", "Unlocked without it only"),
        Column("neither", "Unlocked by neither"),
        Column("net", "Net unlocks: with the thing only minus without it only"),
        Column("not_asked", "Failed drafts without a reflection to give, left out on both sides"),
        Column("better", "Problems of which more drafts were unlocked with the thing"),
        Column("worse", "Problems of which more drafts were unlocked without it"),
        Column("p_value", "Exact sign test over those problems, corrected for the number of pairs (Holm)"),
        *ESTIMATE_COLUMNS,
        *EVIDENCE_COLUMNS,
        Column("by_class", "Unlocked with it only : without it only, of the drafts of each error class", _TEXT),
        Column("by_origin", "The same of seen, unseen and unknown problems", _TEXT),
    ),
    rows=_rows,
    section=Section.OWN,
)
