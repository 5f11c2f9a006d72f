"""The feedback X-ray as a section of a report in Markdown."""

from collections.abc import Iterator

from app.reports.markdown_parts import Cells, escape, section, table
from app.reports.wording import evidence_in_words
from app.reports.xray import Xray, signed_net
from app.reports.xray_pairs import ClassUnlocks, OriginUnlocks, XrayPair

_SPLIT = ("Drafts", "With it only", "Without it only")


def xray_lines(xray: Xray) -> Iterator[str]:
    """The verdict, what limits it, each pair, and its discordant drafts by error class and origin."""
    yield from section("Feedback X-ray: what in the feedback worked?")
    yield from (f"**{escape(xray.verdict)}**", "")
    yield from (f"- {escape(note)}" for note in xray.notes)
    yield ""
    heads = ("Writer", "Thing", "With it", "Without it", *_SPLIT, "Net", "Difference")
    yield from table(heads, [_pair_cells(pair) for pair in xray.pairs])
    classes = [(pair, part.verdict, part) for pair in xray.pairs for part in pair.by_class]
    yield from table(("Writer", "Thing", "Error class", *_SPLIT), [_part_cells(*one) for one in classes])
    if any(len(pair.by_origin) > 1 for pair in xray.pairs):
        origins = [(pair, part.origin, part) for pair in xray.pairs for part in pair.by_origin]
        yield from table(("Writer", "Thing", "Origin", *_SPLIT), [_part_cells(*one) for one in origins])


def _pair_cells(pair: XrayPair) -> Cells:
    split = (pair.drafts, pair.only_having, pair.only_lacking, signed_net(pair))
    return (pair.writer, pair.thing, pair.having, pair.lacking, *split, evidence_in_words(pair.evidence))


def _part_cells(pair: XrayPair, name: str, part: ClassUnlocks | OriginUnlocks) -> Cells:
    return (pair.writer, pair.thing, name, part.drafts, part.only_having, part.only_lacking)
