"""What a report warns of: revisions that are owed, unscored samples, and how many comparisons were made."""

from collections.abc import Mapping, Sequence

from app.reports.report import CriticVsResampling, RunSettings
from app.reports.samples import ArmSamples
from app.reports.wording import number_of


def families(run: RunSettings, duels: Sequence[CriticVsResampling]) -> list[str]:
    """How many comparisons were made, in this report and before it."""
    earlier = [
        f"{number_of(run.earlier, 'earlier run')} asked the same question of the same problem sets; "
        "p-values are not corrected for that."
    ]  # fmt: skip
    if len(duels) < 2:
        return earlier if run.earlier else []
    return [
        *(earlier if run.earlier else ()),
        f"{len(duels)} critics are compared with resampling: p-values are corrected for that (Holm), and intervals "
        "hold together.",
    ]


def owed_in_words(owed: Mapping[str, int]) -> list[str]:
    return [
        f"{number_of(number, 'draft')} not yet revised by {name}: it has no rates or differences until it is complete."
        for name, number in owed.items()
        if number
    ]


def warnings(arms: Sequence[ArmSamples]) -> list[str]:
    unscored = {arm.name: int(arm.unscored.sum()) for arm in arms}
    warnings = [
        f"{number_of(number, 'sample')} of {name} unscored: left out, not counted as failures."
        for name, number in unscored.items()
        if number
    ]
    sets = {frozenset(arm.keys) for arm in arms if arm.problems}
    if len(sets) > 1:
        warnings.append(
            "The arms do not cover the same problems yet: comparisons use the problems that they share."
        )
    return warnings
