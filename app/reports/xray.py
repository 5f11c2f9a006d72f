"""Feedback X-ray: what in the feedback worked, if anything. Arms of one run that differ in one thing only are compared.

In: `feedback_xray(arms, always_valid=…)` takes the whole arms of one run without twins, as `build_report` has them;
each carries its kind and the name of its checkpoint. Out: an `Xray`, with a verdict in words and the pairs of
`xray_pairs`; None for a run in which no two arms differ in one thing. `Report.xray` is that value, `tables/xray.py` its
rows, `markdown_xray.py` its text.

Both arms of a pair repair the same drafts. Drafts of one problem are not independent: the test is the sign test over
problems of `evidence`, with one draft a problem McNemar's. All pairs of a run are one family: Holm, and intervals that
hold together. Not every two arms are compared: a pair that answers no question would cost the others power.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from app.reports.counts import number_of
from app.reports.differences import Looks
from app.reports.estimates import NotEstimable
from app.reports.evidence import holm
from app.reports.origin_effects import ALL_SEEN, all_seen, counts_by_origin
from app.reports.samples import ArmSamples
from app.reports.wording import evidence_in_words, missing_in_words, origins_differ_in_words, p_value
from app.reports.xray_pairs import XrayPair, compare_pair, planned_pairs
from models.arm_kinds import ArmKind
from models.enums import Origin


@dataclass(frozen=True, kw_only=True, slots=True)
class Xray:
    """All pairs of a run that differ in one thing, and what follows."""

    verdict: str
    pairs: tuple[XrayPair, ...]
    notes: tuple[str, ...]
    """What limits the verdict."""


def feedback_xray(arms: Sequence[ArmSamples], *, always_valid: bool = False) -> Xray | None:
    """Compare every two arms that a question is about.

    Args:
        arms: one that still owes revisions has no problem here, so that nothing is said of it.
        always_valid: whether the run may be looked at while it grows.
    """
    planned = list(planned_pairs(arms))
    if all(one.lacking.kind == ArmKind.RESAMPLE for one in planned):
        return None
    looks = Looks(family=len(planned), always_valid=always_valid)
    pairs = [compare_pair(one, looks) for one in planned]
    corrected = holm([pair.evidence for pair in pairs])
    pairs = [replace(pair, evidence=evidence) for pair, evidence in zip(pairs, corrected, strict=True)]
    return Xray(verdict=verdict_in_words(pairs), pairs=tuple(pairs), notes=tuple(_notes(pairs)))


def verdict_in_words(pairs: Sequence[XrayPair]) -> str:
    """What worked for each writer, if anything; then what made it worse, and what is not shown."""
    writers = dict.fromkeys(pair.writer for pair in pairs)
    return " ".join(_of_writer(writer, [pair for pair in pairs if pair.writer == writer]) for writer in writers)


def _of_writer(writer: str, pairs: Sequence[XrayPair]) -> str:
    tested = [pair for pair in pairs if pair.drafts]
    if not tested:
        return f"Nothing can be said of the feedback for {writer}: no failed draft was revised by both arms of a pair."
    works = [pair for pair in tested if pair.works]
    if works:
        head = f"What worked for {writer}: {_listed(map(_unlocked, works))}."
    else:
        head = f"Nothing in the feedback is shown to have worked for {writer}{_instead(tested)}."
    return " ".join(
        part for part in (head, *_cautions(tested, works), *_worse(tested), _unshown(tested, works)) if part
    )


def _unlocked(pair: XrayPair) -> str:
    test = p_value(pair.p_value, pair.evidence.looks)
    return f"{pair.thing} ({signed_net(pair)} of {number_of(pair.drafts, 'draft')} net, {test})"


def signed_net(pair: XrayPair) -> str:
    return f"{pair.net:+d}".replace("-", "−")


def _instead(tested: Sequence[XrayPair]) -> str:
    """How clear the clearest pair was, and what the run could have found."""
    clearest = min(tested, key=lambda pair: (1.0 if pair.p_value is None else pair.p_value, -abs(pair.net)))
    unlocked = number_of(clearest.only_having, "draft")
    counts = f"{unlocked} unlocked with it only, {clearest.only_lacking} without it only"
    evidence = evidence_in_words(clearest.evidence, power=True)
    return f"; the clearest difference is {clearest.thing}: {counts}, {evidence}"


def _cautions(tested: Sequence[XrayPair], works: Sequence[XrayPair]) -> Iterator[str]:
    """Where the trace helped against none, whether that was what it says."""
    worked, by_name = {pair.question for pair in works}, {pair.question: pair for pair in tested}
    if "trace" in worked and "content" not in worked:
        if "content" in by_name:
            yield "This may be any text of that shape: a placebo of the trace is not shown to do worse."
        elif "own" not in worked:
            yield "No arm was shown a placebo of the trace, so it may be any text in that place."
    if "message" in worked and "class_and_line" in by_name and "class_and_line" not in worked:
        yield "Class and line alone are not shown to help."
    if "teacher" in worked and "about" in by_name and "about" not in worked:
        yield "It is not shown that the teacher's reflection has to be about this problem."


def _worse(tested: Sequence[XrayPair]) -> Iterator[str]:
    harmful = [pair for pair in tested if pair.harms]
    if harmful:
        yield f"It did worse with {_listed(map(_unlocked, harmful))}."
    for pair in tested:
        if pair.differs_by_origin:
            yield f"{pair.thing.capitalize()}: {origins_differ_in_words(pair)}."


def _unshown(tested: Sequence[XrayPair], works: Sequence[XrayPair]) -> str:
    rest = [pair.thing for pair in tested if not (pair.works or pair.harms or pair.differs_by_origin)]
    return f"Not shown to matter: {'; '.join(rest)}." if works and rest else ""


def _listed(parts: Iterator[str]) -> str:
    *most, last = parts
    return f"{', '.join(most)} and {last}" if most else last


def _notes(pairs: Sequence[XrayPair]) -> Iterator[str]:
    if len(pairs) > 1:
        yield (
            f"{len(pairs)} pairs of arms are compared: p-values are corrected for that (Holm), and intervals hold "
            "together."
        )
    counted = Counter[Origin]()
    for pair in pairs:
        counted |= counts_by_origin(pair.by_origin)
    if all_seen(counted):
        yield ALL_SEEN
    for pair in pairs:
        if not pair.drafts and isinstance(pair.difference, NotEstimable):
            yield f"{pair.writer}, {pair.thing}: no failed draft was revised by both {pair.having} and {pair.lacking}."
        elif pair.not_asked:
            left = number_of(pair.not_asked, "failed draft")
            yield f"{pair.writer}, {pair.thing}: {left} left out on both sides, because no transcript has a reflection."
        if missing := missing_in_words(pair.evidence.missing):
            yield f"{pair.writer}, {pair.thing}: {missing}"
    if any(pair.question in ("teacher", "about", "specifics") for pair in pairs):
        yield "A teacher may know the solution and say it: what its reflection unlocks is no ability of the writer."
