"""From the tables of a run's arms to its report: which statistic is taken of which arm.

In: `RunSettings` and `ArmSamples`, from the store, from rows or from a CSV file. Out: a `Report`. Pages, files and
the command line all come through here, so they cannot disagree.
"""

from collections.abc import Sequence

import numpy as np

from app.reports.attribution import repair_step, rule_steps
from app.reports.best_of_n import best_of_k
from app.reports.ceiling import ceiling
from app.reports.gap import gap_change, seen_gap
from app.reports.paired import compare_arms
from app.reports.pass_at_k import estimate_pass_at_k, usual_ks
from app.reports.repairs import repairs
from app.reports.report import ArmReport, AtK, Duel, FlakyProblem, RepairReport, Report
from app.reports.rival import against_resampling
from app.reports.run_settings import RunSettings
from app.reports.samples import CODE_OF, ArmSamples, count, is_scored
from app.reports.settled import settled, waiting
from app.reports.tokens import equal_tokens
from app.reports.verdict_in_words import verdict_in_words
from app.reports.wording import number_of
from models.enums import ArmKind, Verdict

FLAKY = CODE_OF[Verdict.FLAKY]


def build_report(run: RunSettings, arms: Sequence[ArmSamples]) -> Report:
    """Everything that can be said about one run; safe for runs that are empty, unscored or unfinished."""
    waits = {arm.name: int(waiting(run, arm).sum()) for arm in arms}
    as_it_is = {arm.name: arm for arm in arms}
    arms = [settled(run, arm) for arm in arms]
    base = next((arm for arm in arms if not arm.kind.repairs), None)
    others = [arm for arm in arms if arm is not base] if base is not None else []
    critics = _critics_first(others)
    duels = _duels(base, critics, others) if base is not None else []
    return Report(
        run=run,
        verdict=verdict_in_words(arms, duels[0].equal_samples if duels else None, critics[0] if duels else None),
        warnings=(*run.notes, *_waiting_in_words(waits), *_warnings(arms)),
        arms=tuple(arm_report(arm) for arm in arms),
        pairs=tuple(compare_arms(base, arm) for arm in others) if base is not None else (),
        repairs=tuple(_repair_report(base, arm, as_it_is[arm.name]) for arm in others if arm.kind.repairs)
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
        # Sums of fractions differ in their last digits with the order of adding; a report does not.
        seconds=round(float(arm.seconds.sum()), 3),
        pass_at_k=tuple(AtK(k=k, estimate=estimate_pass_at_k(arm.n, arm.c, k)) for k in ks),
        best_of=tuple(AtK(k=k, estimate=best_of_k(arm, k)) for k in ks) if with_examples else (),
        rules=rule_steps(arm),
    )


def _critics_first(arms: Sequence[ArmSamples]) -> list[ArmSamples]:
    """Arms that read traces, trained critics before prompted ones and ablations; resampling is their rival."""
    reading = [arm for arm in arms if arm.kind.repairs and arm.kind is not ArmKind.RESAMPLE]
    return sorted(reading, key=lambda arm: arm.kind is not ArmKind.CRITIC)


def _duels(base: ArmSamples, critics: Sequence[ArmSamples], others: Sequence[ArmSamples]) -> list[Duel]:
    resample = next((arm for arm in others if arm.kind is ArmKind.RESAMPLE), None)
    return [
        Duel(
            arm=critic.name,
            equal_samples=against_resampling(base, critic, resample),
            equal_tokens=equal_tokens(base, critic, resample),
        )
        for critic in critics
    ]


def _repair_report(base: ArmSamples, arm: ArmSamples, as_it_is: ArmSamples) -> RepairReport:
    return RepairReport(
        arm=arm.name,
        kind=arm.kind,
        repairs=repairs(as_it_is),
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


def _waiting_in_words(waits: dict[str, int]) -> list[str]:
    return [
        f"{number_of(number, 'draft')} not yet revised by {name}: it has no rates and no differences before that."
        for name, number in waits.items()
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
        warnings.append("The arms do not cover the same problems yet: comparisons use what they share.")
    return warnings
