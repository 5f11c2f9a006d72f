"""The report of an investigation as Markdown: the tree of page and file, with the tables of its plots."""

from collections.abc import Iterator

from app.reports.investigation import InvestigationReport, ReportSheet, StepSection
from app.reports.markdown_parts import document, escape, section, table


def investigation_markdown(report: InvestigationReport) -> str:
    """The whole report."""
    return document(_lines(report))


def _lines(report: InvestigationReport) -> Iterator[str]:
    yield from (f"# {escape(report.title)}", "")
    if report.about:
        yield from (escape(report.about), "")
    yield from section("Conclusions")
    yield from (f"{report.in_short} {escape(report.error)}".rstrip(), "")
    for place, one in enumerate(report.conclusions, start=1):
        first, *rest = one.sentences
        yield f"{place}. **{escape(one.label)}.** {escape(first)}"
        yield from (f"   {escape(sentence)}" for sentence in rest)
    yield ""
    for one in report.sections:
        if one.sentences or one.sheets or one.error:
            yield from _step_lines(one)
    problems = [sheet for one in report.sections for sheet in one.problems]
    if problems:
        yield from section("Problems")
        for sheet in problems:
            yield from _sheet_lines(sheet)
    yield from section("Identities")
    for sheet in report.identities:
        yield from _sheet_lines(sheet)
    yield from section("Recipe")
    yield from (f"SHA-256 {report.recipe_hash}", "")
    yield from (f"    {line}" for line in report.recipe.splitlines())


def _step_lines(one: StepSection) -> Iterator[str]:
    yield from section(f"{escape(one.label)} ({escape(one.name)}, {one.state})")
    yield from (escape(one.description), "")
    for sentence in (*one.sentences, *([one.error] if one.error else [])):
        yield from (escape(sentence), "")
    yield from (f"> {escape(note)}" for note in one.notes)
    if one.notes:
        yield ""
    for sheet in one.sheets:
        yield from _sheet_lines(sheet)
    for chart in one.charts:
        yield from (f"### {escape(chart.title)}", "")
        yield from _sheet_lines(chart.sheet)


def _sheet_lines(sheet: ReportSheet) -> Iterator[str]:
    if not sheet.rows:
        return
    if sheet.title:
        yield from (f"### {escape(sheet.title)}", "")
    yield from table([escape(head) for head in sheet.heads], [[cell.text for cell in row] for row in sheet.rows])
    if sheet.note:
        yield from (escape(sheet.note), "")
