"""Builds the report of a run from the tables of its arms: which statistic is computed for which arm.

In: `RunSettings` and `ArmSamples`, from the store, from rows or from a CSV file. Out: a `Report`. Pages, files and
the command line all use this, so they cannot disagree.
"""

from collections.abc import Sequence

import numpy as np

from app.reports.attribution import ceiling, gap_change, repair_step, rule_steps, seen_gap
from app.reports.equal_samples import against_resampling
from app.reports.equal_tokens import equal_tokens
from app.reports.paired import compare_arms
from app.reports.pass_at_k import best_of_k, estimate_pass_at_k, usual_ks
from app.reports.repairs import complete_or_empty, repairs, revisions_owed
from app.reports.report import ArmReport, AtK, CriticVsResampling, FlakyProblem, RepairReport, Report, RunSettings
from app.reports.samples import FLAKY, ArmSamples, count, is_scored
from app.reports.wording import number_of, verdict_in_words
from models.arm_kinds import ArmKind


def build_report(run: RunSettings, arms: Sequence[ArmSamples]) -> Report:
    """Everything that can be said about one run; safe for runs that are empty, unscored or unfinished."""
    owed = {arm.name: int(revisions_owed(arm, gated=run.gated, rounds=run.rounds).sum()) for arm in arms}
    unfinished = {arm.name: arm for arm in arms}
    arms = [complete_or_empty(arm, gated=run.gated, rounds=run.rounds) for arm in arms]
    base = next((arm for arm in arms if not arm.kind.repairs), None)
    others = [arm for arm in arms if arm is not base] if base is not None else []
    critics = _critics_first(others)
    duels = _critics_vs_resampling(base, critics, others) if base is not None else []
    return Report(
        run=run,
        verdict=verdict_in_words(arms, duels[0].equal_samples if duels else None, critics[0] if duels else None),
        warnings=(*run.notes, *_owed_in_words(owed), *_warnings(arms)),
        arms=tuple(arm_report(arm) for arm in arms),
        pairs=tuple(compare_arms(base, arm) for arm in others) if base is not None else (),
        repairs=tuple(_repair_report(base, arm, unfinished[arm.name]) for arm in others if arm.kind.repairs)
        if base is not None
        else (),
        duels=tuple(duels),
        gaps=tuple(seen_gap(arm) for arm in arms),
        flaky=tuple(problem for arm in arms for problem in _flaky(arm)),
    )


def arm_report(arm: ArmSamples) -> ArmReport:
    """One arm by itself."""
    ks = usual_ks(arm.present.shape[1])
    with_examples = is_scored(arm.example).any()
    return ArmReport(
        name=arm.name,
        kind=arm.kind,
        problems=len(arm.problems),
        samples=int(arm.present.sum()),
        scored=int(arm.n.sum()),
        passed=int(arm.c.sum()),
        unscored=int(arm.unscored.sum()),
        flaky=int(np.sum(arm.verdict == FLAKY)),
        solved=int(np.sum(arm.c > 0)),
        prompt_tokens=int(arm.prompt_tokens.sum()),
        new_tokens=int(arm.new_tokens.sum()),
        # Rounded, because the last digits of a sum of fractions depend on the order of adding.
        seconds=round(float(arm.seconds.sum()), 3),
        pass_at_k=tuple(AtK(k=k, estimate=estimate_pass_at_k(arm.n, arm.c, k)) for k in ks),
        best_of=tuple(AtK(k=k, estimate=best_of_k(arm, k)) for k in ks) if with_examples else (),
        rules=rule_steps(arm),
    )


def _critics_first(arms: Sequence[ArmSamples]) -> list[ArmSamples]:
    """Every repairing arm except resampling, to which they are compared; trained critics come first."""
    repairing = [arm for arm in arms if arm.kind.repairs and arm.kind != ArmKind.RESAMPLE]
    return sorted(repairing, key=lambda arm: arm.kind != ArmKind.CRITIC)


def _critics_vs_resampling(
    base: ArmSamples, critics: Sequence[ArmSamples], others: Sequence[ArmSamples]
) -> list[CriticVsResampling]:
    resample = next((arm for arm in others if arm.kind == ArmKind.RESAMPLE), None)
    return [
        CriticVsResampling(
            arm=critic.name,
            equal_samples=against_resampling(base, critic, resample),
            equal_tokens=equal_tokens(base, critic, resample),
        )
        for critic in critics
    ]


def _repair_report(base: ArmSamples, arm: ArmSamples, unfinished: ArmSamples) -> RepairReport:
    return RepairReport(
        arm=arm.name,
        kind=arm.kind,
        repairs=repairs(unfinished),
        step=repair_step(base, arm),
        ceiling=ceiling(base, arm),
        gap_change=gap_change(base, arm),
    )


def _flaky(arm: ArmSamples) -> list[FlakyProblem]:
    flaky = count(np.equal(arm.verdict, FLAKY))
    return [
        FlakyProblem(task_id=arm.problems[row].key.task_id, arm=arm.name, samples=int(flaky[row]))
        for row in np.flatnonzero(flaky)
    ]


def _owed_in_words(owed: dict[str, int]) -> list[str]:
    return [
        f"{number_of(number, 'draft')} not yet revised by {name}: it has no rates or differences until it is complete."
        for name, number in owed.items()
        if number
    ]


def _warnings(arms: Sequence[ArmSamples]) -> list[str]:
    unscored = {arm.name: int(arm.unscored.sum()) for arm in arms}
    warnings = [
        f"{number_of(number, 'sample')} of {name} unscored: left out, not counted as failures."
        for name, number in unscored.items()
        if number
    ]
    sets = {frozenset(arm.keys) for arm in arms}
    if len(sets) > 1:
        warnings.append(
            "The arms do not cover the same problems yet: comparisons use the problems that they share."
        )
    return warnings
