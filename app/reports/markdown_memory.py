"""What is known of memory, as sections of a report in Markdown: origins, the gap, the Memory panel, twins."""

from collections.abc import Iterator, Sequence

from app.reports.attribution import Gap
from app.reports.estimates import NotEstimable
from app.reports.markdown_parts import escape, estimate_cells, section, table
from app.reports.memory_cards import MemoryPanel
from app.reports.report import OriginReason, RepairReport
from app.reports.twins import TwinPairs
from app.reports.wording import difference, evidence_in_words, missing_in_words


def origin_lines(origins: Sequence[OriginReason]) -> Iterator[str]:
    if origins:
        yield from section("Were the problems seen in training?")
        yield from table(
            ("Origin", "Problems", "Why"), [(one.origin, one.problems, one.reason) for one in origins]
        )


def gap_lines(gaps: Sequence[Gap], repairs: Sequence[RepairReport]) -> Iterator[str]:
    if all(isinstance(gap.difference, NotEstimable) for gap in gaps):
        return
    yield from section("Seen vs. unseen problems")
    rows = [
        (
            gap.arm,
            estimate_cells(gap.seen)[0],
            estimate_cells(gap.unseen)[0],
            difference(gap.difference),
            gap.missing,
        )
        for gap in gaps
    ]
    rows += [
        (f"{repair.arm} minus base", "", "", difference(repair.gap_change), repair.gap_missing)
        for repair in repairs
    ]
    heads = ("Arm", "Seen in training", "Unseen", "Seen − unseen", "Missing")
    yield from table(heads, [(*row, missing_in_words(missing)) for *row, missing in rows])


def twin_lines(twins: Sequence[TwinPairs]) -> Iterator[str]:
    if twins:
        yield from section("Problems and their twins")
        yield from (f"- {escape(one.sentence)}" for one in twins)
        yield ""
        heads = ("Arm", "Pairs", "Both", "Original only", "Twin only", "Neither", "Twin − original")
        counts = [(t.arm, t.pairs, t.both, t.original_only, t.twin_only, t.neither) for t in twins]
        found = [evidence_in_words(one.evidence) for one in twins]
        yield from table(heads, [(*row, words) for row, words in zip(counts, found, strict=True)])


def memory_lines(panel: MemoryPanel | None) -> Iterator[str]:
    if panel is not None:
        yield from section("Memory")
        yield from (escape(panel.sentence), "")
        yield from table(("Evidence", "What it says"), [(row.name, row.says) for row in panel.rows])
