"""What the report of an investigation says of the feedback X-ray and of forgetting.

In: a run's `Xray`, or the `ForgettingMap` of one problem set. Out: parts of a `StepSection`; every test is theirs.
"""

from collections.abc import Iterator
from dataclasses import replace

from app.reports.forgetting import ForgettingMap, ForgettingStep, MapCell
from app.reports.investigation import LinkedText, ReportSheet, StepSection, not_empty, number, plain, sheet
from app.reports.wording import evidence_in_words
from app.reports.xray import Xray, signed_net


def xray_section(section: StepSection, xray: Xray, run_id: int) -> StepSection:
    """The section with what in the feedback worked; what the run says of its first critic limits that."""
    return replace(
        section,
        sentences=(xray.verdict,),
        notes=(*xray.notes, *section.sentences, *section.notes),
        sheets=(*not_empty(*_xray_sheets(xray, run_id)), *section.sheets),
    )


def _xray_sheets(xray: Xray, run_id: int) -> Iterator[ReportSheet]:
    split = ("Drafts", "With it only", "Without it only")
    rows = [
        (
            *plain(pair.thing, pair.writer),
            number(pair.drafts, run_id, "failed"),
            number(pair.only_having, run_id, "fixed", pair.having),
            number(pair.only_lacking, run_id, "fixed", pair.lacking),
            number(signed_net(pair)),
            *plain(evidence_in_words(pair.evidence), pair.having, pair.lacking),
        )
        for pair in xray.pairs
    ]
    heads = ("Thing", "Writer", *split, "Net", "Difference in pass rate", "Arm with it", "Arm without it")
    yield sheet("Arms that differ in one thing", heads, rows, "Failed drafts that only one of two arms repaired.")
    classes = [
        (
            *plain(pair.thing, pair.writer, part.verdict),
            number(part.drafts, run_id, "failed"),
            number(part.only_having, run_id, "fixed", pair.having),
            number(part.only_lacking, run_id, "fixed", pair.lacking),
        )
        for pair in xray.pairs
        for part in pair.by_class
        if part.only_having or part.only_lacking
    ]
    yield sheet("The same by error class", ("Thing", "Writer", "Draft's verdict", *split), classes)


def forgetting_section(section: StepSection, found: ForgettingMap) -> StepSection:
    """The section with what one problem set shows of forgetting."""
    steps = [_step_row(found, step) for step in found.steps]
    heads = ("From", "To", "Solved before", "Solved after", "1→0", "0→1", "Difference in pass rate", "Drift")
    return replace(
        section,
        sentences=(*section.sentences, f"{found.problem_set}: {found.verdict}"),
        notes=tuple(dict.fromkeys((*section.notes, *found.notes))),
        sheets=(*not_empty(sheet(f"Forgetting on {found.problem_set}", heads, steps)), *section.sheets),
        problems=(*section.problems, *not_empty(_map(found))),
    )


def _step_row(found: ForgettingMap, step: ForgettingStep) -> tuple[LinkedText, ...]:
    before, after = found.columns[step.parent_column], found.columns[step.column]
    anchor = _anchor(found)

    def counted(text: str | int) -> LinkedText:
        return LinkedText(text=str(text), anchor=anchor, is_number=True)

    return (
        *plain(step.parent, step.checkpoint),
        counted(f"{before.solved} of {before.problems}"),
        counted(f"{after.solved} of {after.problems}"),
        counted(step.forgotten),
        counted(step.learned),
        *plain(evidence_in_words(step.result.evidence), step.drift.in_words if step.drift else "not measured"),
    )


def _map(found: ForgettingMap) -> ReportSheet:
    rows = [
        (
            LinkedText(text=row.task_id, run_id=found.columns[-1].run_id, task_id=row.task_id),
            *plain(", ".join(move for move in row.moves if move) or "–"),
            *(number(_cell(cell)) for cell in row.cells),
        )
        for row in found.rows
    ]
    heads = ("Problem", "Move", *(column.checkpoint for column in found.columns))
    title = f"Problems × checkpoints on {found.problem_set}"
    return sheet(title, heads, rows, "Passing samples of those that were scored.", anchor=_anchor(found))


def _anchor(found: ForgettingMap) -> str:
    return "map-" + "-".join(str(column.run_id) for column in found.columns) + f"-{found.problem_set}"


def _cell(cell: MapCell | None) -> str:
    return "–" if cell is None or not cell.scored else f"{cell.passed} of {cell.scored}"
