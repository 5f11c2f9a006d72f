"""Problems beside their twins: what an arm solved in the original and not in the twin is recall, not skill.

In: the arms of a run whose problems include twins (the same problem with other names, words and constants). Out: the
arms without the twins, which every other number of a report is about, and one `TwinPairs` per arm. The test is the
paired one of `paired`: an exact sign test over pairs, with one sample per problem McNemar's.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.reports.differences import Looks
from app.reports.evidence import Evidence, Weighed, holm
from app.reports.paired import PairedResult, ProblemFlip, compare_aligned
from app.reports.samples import AlignedArms, ArmSamples
from app.reports.signs import flips_needed
from app.reports.wording import number_of, p_value, undone_in_words


@dataclass(frozen=True, kw_only=True, slots=True)
class TwinPairs(Weighed):
    """One arm on problems and on their twins. Solved: at least one sample passes, with as many tries on both sides."""

    arm: str
    pairs: int
    """Problems with a twin, both scored."""
    both: int
    original_only: int
    """Solved, but the twin was not: remembered rather than understood."""
    twin_only: int
    neither: int
    evidence: Evidence
    """Mean over pairs of the twin's pass rate minus the original's: negative where the model recalls."""
    sentence: str
    ledger: tuple[ProblemFlip, ...]
    """Each pair under the name of the original: left is the original, right the twin."""


def set_twins_apart(arms: Sequence[ArmSamples]) -> tuple[list[ArmSamples], list[ArmSamples]]:
    """The arms over problems that are no twins, and over twins. A run with only twins treats them as ordinary."""
    if not any(not info.twin_of for arm in arms for info in arm.problems):
        return list(arms), [_only(arm, twins=None) for arm in arms]
    return [_only(arm, twins=False) for arm in arms], [_only(arm, twins=True) for arm in arms]


def _only(arm: ArmSamples, *, twins: bool | None) -> ArmSamples:
    rows = [row for row, info in enumerate(arm.problems) if bool(info.twin_of) is twins]
    return arm.only(np.array(rows, dtype=np.intp))


def twin_pairs(
    originals: Sequence[ArmSamples], twins: Sequence[ArmSamples], *, always_valid: bool
) -> tuple[TwinPairs, ...]:
    """One for each arm that has a pair, with p-values and intervals corrected for their number."""
    aligned = [_paired(one, other) for one, other in zip(originals, twins, strict=True)]
    aligned = [one for one in aligned if one.left.problems]
    looks = Looks(family=max(1, len(aligned)), always_valid=always_valid)
    results = [compare_aligned(one, looks) for one in aligned]
    corrected = holm([result.evidence for result in results])
    return tuple(_pairs(replace(result, evidence=one)) for result, one in zip(results, corrected, strict=True))


def _paired(originals: ArmSamples, twins: ArmSamples) -> AlignedArms:
    """Each original beside the first twin of its text, in the run's order."""
    twin_of: dict[str, int] = {}
    for row, info in enumerate(twins.problems):
        twin_of.setdefault(info.twin_of, row)
    shared = [(row, twin_of.pop(info.text)) for row, info in enumerate(originals.problems) if info.text in twin_of]
    rows = np.array(shared, dtype=np.intp).reshape(-1, 2)
    return AlignedArms(
        left=originals.only(rows[:, 0]), right=twins.only(rows[:, 1]), only_left=(), only_right=(), changed=()
    )


def _pairs(result: PairedResult) -> TwinPairs:
    flips = result.problems
    return TwinPairs(
        arm=result.left,
        pairs=flips.total,
        both=flips.both,
        original_only=flips.broken,
        twin_only=flips.fixed,
        neither=flips.neither,
        evidence=result.evidence,
        sentence=_in_words(result),
        ledger=result.ledger,
    )


def _in_words(result: PairedResult) -> str:
    flips, evidence = result.problems, result.evidence
    counts = (
        f"Of {number_of(flips.total, 'problem')} with a twin, {result.left} solved the original and not its twin in "
        f"{flips.broken}, and the twin and not its original in {flips.fixed}"
    )
    if evidence.convincing:
        test = p_value(evidence.p_value, evidence.looks)
        meaning = "recall, not skill" if evidence.worse > evidence.better else "the twins are easier"
        return f"{counts} ({test}): {meaning}."
    if evidence.undone_by_missing:
        return f"{counts}: nothing is claimed, because {undone_in_words(evidence.missing)}."
    if evidence.disagreement:
        return f"{counts}: nothing is claimed, because {evidence.disagreement}."
    if evidence.looks.always_valid:
        return f"{counts}: no evidence of recall so far."
    needed = flips_needed(min(flips.broken, flips.fixed))
    return f"{counts}: no evidence of recall, which would take {needed} against {min(flips.broken, flips.fixed)}."
