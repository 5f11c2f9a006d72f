"""Builds the report of a run from the tables of its arms: which statistic is computed for which arm.

In: `RunSettings` and `ArmSamples`, from the store, from rows or from a CSV file. Out: a `Report`. Pages, files and
the command line all use this, so they cannot disagree.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from app.reports.attribution import ceiling, gap_change, gap_change_bounds, repair_step, rule_steps, seen_gap
from app.reports.coverage import coverage
from app.reports.decay import decays
from app.reports.differences import Looks, turned
from app.reports.difficulty import level_rates
from app.reports.equal_samples import EqualSamples, against_resampling
from app.reports.equal_tokens import equal_tokens
from app.reports.estimates import Estimated
from app.reports.evidence import Evidence, holm
from app.reports.notices import families, owed_in_words, warnings
from app.reports.paired import PairedResult, compare_arms
from app.reports.pass_at_k import best_of_k, estimate_pass_at_k, usual_ks
from app.reports.repairs import complete_or_empty, repairs, revised_samples, revisions_owed
from app.reports.report import (
    ArmReport,
    AtK,
    CriticVsResampling,
    FlakyProblem,
    OriginReason,
    RepairReport,
    Report,
    RunSettings,
)
from app.reports.samples import FLAKY, ArmSamples, count, is_scored
from app.reports.self_correction import correction_rates
from app.reports.spread import spread
from app.reports.twins import set_twins_apart, twin_pairs
from app.reports.verdict import Findings, broken_in_words, controls_in_words, shown_in_words, verdict_in_words
from app.reports.xray import feedback_xray
from models.arm_kinds import ArmKind
from models.enums import Origin


def build_report(run: RunSettings, arms: Sequence[ArmSamples]) -> Report:
    """Everything that can be said about one run; safe for runs that are empty, unscored or unfinished."""
    arms, twins = set_twins_apart(arms)
    looks = Looks(always_valid=run.is_watched)
    unfinished = {arm.name: arm for arm in arms}
    findings, duels = weigh_repair(run, arms)
    arms = findings.arms
    twins = [whole_or_empty(run, arm) for arm in twins]
    base = _base_of(arms)
    others = [arm for arm in arms if arm is not base] if base is not None else []
    return Report(
        run=run,
        verdict=verdict_in_words(findings),
        warnings=(*run.notes, *owed_in_words(findings.owed), *warnings(arms), *families(run, duels)),
        arms=tuple(arm_report(arm, run) for arm in arms),
        pairs=_pairs(run, base, others) if base is not None else (),
        repairs=_repair_reports(run, base, others, unfinished) if base is not None else (),
        duels=tuple(duels),
        controls=findings.controls,
        gaps=tuple(seen_gap(arm, looks) for arm in arms),
        origins=_origins(arms),
        flaky=tuple(problem for arm in arms for problem in _flaky(arm)),
        levels=tuple(one for arm in arms for one in level_rates(arm, looks)),
        twins=twin_pairs(arms, twins, always_valid=run.is_watched),
        xray=feedback_xray(arms, always_valid=run.is_watched),
    )


def weigh_repair(run: RunSettings, arms: Sequence[ArmSamples]) -> tuple[Findings, list[CriticVsResampling]]:
    """What the sentence at the top rests on, and each critic vs. resampling: all of a report that claims a repair.

    `arms` are those without twins.
    """
    owed_by = partial(revisions_owed, gated=run.gated, gate=run.gate)
    owed = {arm.name: int(owed_by(arm, rounds=run.rounds_owed(arm.kind)).sum()) for arm in arms}
    arms = [whole_or_empty(run, arm) for arm in arms]
    base = _base_of(arms)
    others = [arm for arm in arms if arm is not base] if base is not None else []
    critics = _critics_first(others)
    duels = _critics_vs_resampling(run, base, critics, others) if base is not None else []
    findings = Findings(
        run=run,
        arms=arms,
        critic=critics[0] if duels else None,
        samples=duels[0].equal_samples if duels else None,
        tokens=duels[0].equal_tokens if duels else None,
        controls=_controls(run, base, critics) if base is not None else (),
        owed=owed,
    )
    return findings, duels


def _base_of(arms: Sequence[ArmSamples]) -> ArmSamples | None:
    return next((arm for arm in arms if not arm.kind.repairs), None)


def whole_arms(run: RunSettings, arms: Sequence[ArmSamples]) -> list[ArmSamples]:
    """The arms without twins; one that owes revisions without any problem, so that nothing can be said of it."""
    return [whole_or_empty(run, arm) for arm in set_twins_apart(arms)[0]]


def whole_or_empty(run: RunSettings, arm: ArmSamples) -> ArmSamples:
    return complete_or_empty(arm, gated=run.gated, rounds=run.rounds_owed(arm.kind), gate=run.gate)


def cautions_about(run: RunSettings, arms: Sequence[ArmSamples], name: str) -> list[str]:
    """What the report of the run says that changes the meaning of this arm's results, wherever they are compared."""
    arm = next(one for one in arms if one.name == name)
    base = _base_of(arms)
    critics = [arm, *(one for one in _critics_first(arms) if one is not arm)]
    controls = _controls(run, base, critics) if base is not None and arm.kind != ArmKind.RESAMPLE else ()
    return [
        *controls_in_words(name, controls),
        *shown_in_words(run, arm, name),
        *broken_in_words(run, arm, name),
    ]


def token_difference(run: RunSettings, arms: Sequence[ArmSamples], left: str, right: str) -> Estimated | None:
    """Of a critic and resampling in one run, in either order: right minus left with as many tokens."""
    by_name = {arm.name: arm for arm in arms}
    one, other = by_name[left], by_name[right]
    base = _base_of(arms)
    rivals = [arm for arm in (one, other) if arm.kind == ArmKind.RESAMPLE]
    if base is None or len(rivals) != 1 or not (one.kind.repairs and other.kind.repairs):
        return None
    critic = one if rivals[0] is other else other
    looks = Looks(always_valid=run.is_watched)
    found = equal_tokens(base, critic, rivals[0], looks, run.gate).difference
    return turned(found) if critic is one else found


def arm_report(arm: ArmSamples, run: RunSettings) -> ArmReport:
    """One arm by itself."""
    ks, known = usual_ks(arm.present.shape[1]), not run.is_imported and _has_costs(arm)
    looks = Looks(always_valid=run.is_watched)
    rate = partial(estimate_pass_at_k, arm.n, arm.c, looks=looks)
    with_examples = is_scored(arm.example).any() and not run.shows_hidden_verdicts(arm.kind)
    return ArmReport(
        name=arm.name,
        kind=arm.kind,
        problems=len(arm.problems),
        samples=int(arm.present.sum()),
        scored=int(arm.n.sum()),
        passed=int(arm.c.sum()),
        unscored=int(arm.unscored.sum()),
        unscored_problems=int(np.count_nonzero(arm.unscored)),
        flaky=int(np.sum(arm.verdict == FLAKY)),
        flaky_problems=int((arm.verdict == FLAKY).any(axis=1).sum()),
        solved=int(np.sum(arm.c > 0)),
        recited=int(arm.recited.sum()),
        prompt_tokens=int(arm.prompt_tokens.sum()) if known else None,
        new_tokens=int(arm.new_tokens.sum()) if known else None,
        # Rounded, because the last digits of a sum of fractions depend on the order of adding.
        seconds=round(float(arm.seconds.sum()), 3) if known else None,
        rate_name=_rate_name(arm, run),
        pass_at_k=tuple(AtK(k=k, estimate=rate(k)) for k in ks),
        all_of_k=tuple(AtK(k=k, estimate=rate(k, every=True)) for k in ks if k > 1),
        best_of=tuple(AtK(k=k, estimate=best_of_k(arm, k, looks)) for k in ks if k > 1) if with_examples else (),
        spread=spread(arm),
        rules=rule_steps(arm),
    )


def _has_costs(arm: ArmSamples) -> bool:
    """Whether its costs are recorded: programs that were written for 0 tokens all together were not counted."""
    written = revised_samples(arm) if arm.kind.repairs else arm.present
    return bool(arm.new_tokens.sum() > 0 or not written.any())


def _rate_name(arm: ArmSamples, run: RunSettings) -> str:
    if not arm.kind.repairs:
        return "pass@k"
    return "oracle-gated pass@k" if run.uses_oracle else "pass@k after repair"


def _pairs(run: RunSettings, base: ArmSamples, others: Sequence[ArmSamples]) -> tuple[PairedResult, ...]:
    """The base vs. each other arm. If hidden tests gate, the arm cannot lose, so no test is run."""
    gains = [arm.kind.repairs and run.can_only_gain for arm in others]
    tested = [arm for arm, gain in zip(others, gains, strict=True) if not gain]
    pairs = [
        compare_arms(base, arm, _looks(run, arm, tested), can_only_gain="right" if gain else "")
        for arm, gain in zip(others, gains, strict=True)
    ]
    corrected = _corrected(others, [pair.evidence for pair in pairs])
    return tuple(replace(pair, evidence=one) for pair, one in zip(pairs, corrected, strict=True))


def _looks(run: RunSettings, arm: ArmSamples, compared: Sequence[ArmSamples]) -> Looks:
    """Rivals are one family and ablations another: asking what in the feedback works costs "does repair?" no power."""
    family = sum(one.kind.is_ablation == arm.kind.is_ablation for one in compared)
    return Looks(family=max(1, family), always_valid=run.is_watched)


def _corrected(arms: Sequence[ArmSamples], found: Sequence[Evidence]) -> list[Evidence]:
    """Holm's correction within each of the two families of `_looks`."""
    corrected = list(found)
    for is_ablation in (False, True):
        places = [place for place, arm in enumerate(arms) if arm.kind.is_ablation == is_ablation]
        for place, one in zip(places, holm([found[place] for place in places]), strict=True):
            corrected[place] = one
    return corrected


def _critics_first(arms: Sequence[ArmSamples]) -> list[ArmSamples]:
    """Every repairing arm except resampling, to which they are compared; trained critics come first."""
    repairing = [arm for arm in arms if arm.kind.repairs and arm.kind != ArmKind.RESAMPLE]
    return sorted(repairing, key=lambda arm: arm.kind != ArmKind.CRITIC)


def _critics_vs_resampling(
    run: RunSettings, base: ArmSamples, critics: Sequence[ArmSamples], others: Sequence[ArmSamples]
) -> list[CriticVsResampling]:
    """Each critic, with p-values and intervals corrected for their number: rivals and ablations apart."""
    resample = next((arm for arm in others if arm.kind == ArmKind.RESAMPLE), None)
    looks = [_looks(run, critic, critics) for critic in critics]
    asked = list(zip(critics, looks, strict=True))
    tries = [against_resampling(base, critic, resample, look, run.gate) for critic, look in asked]
    tokens = [equal_tokens(base, critic, resample, look, run.gate) for critic, look in asked]
    of_tries = _corrected(critics, [one.evidence for one in tries])
    of_tokens = _corrected(critics, [one.evidence for one in tokens])
    return [
        CriticVsResampling(
            arm=critic.name,
            equal_samples=replace(tries[place], evidence=of_tries[place]),
            equal_tokens=replace(tokens[place], evidence=of_tokens[place]),
        )
        for place, critic in enumerate(critics)
    ]


def _controls(run: RunSettings, base: ArmSamples, critics: Sequence[ArmSamples]) -> tuple[EqualSamples, ...]:
    """The first critic vs. each arm that repairs the same failures without their own trace."""
    if not critics or critics[0].kind.hides_trace:
        return ()
    controls = [arm for arm in critics[1:] if arm.kind.hides_trace]
    looks = Looks(family=max(1, len(controls)), always_valid=run.is_watched)
    found = [against_resampling(base, critics[0], arm, looks, run.gate) for arm in controls]
    corrected = holm([one.evidence for one in found])
    return tuple(replace(one, evidence=evidence) for one, evidence in zip(found, corrected, strict=True))


def _repair_reports(
    run: RunSettings, base: ArmSamples, others: Sequence[ArmSamples], unfinished: Mapping[str, ArmSamples]
) -> tuple[RepairReport, ...]:
    """Each repairing arm; `unfinished` holds the arms with what an incomplete one has done so far, by name."""
    repairing = [arm for arm in others if arm.kind.repairs]
    resample = next((arm for arm in repairing if arm.kind == ArmKind.RESAMPLE), None)
    curves, looks = partial(coverage, always_valid=run.is_watched), Looks(always_valid=run.is_watched)
    return tuple(
        RepairReport(
            arm=arm.name,
            kind=arm.kind,
            repairs=repairs(unfinished[arm.name], looks),
            step=repair_step(base, arm),
            ceiling=ceiling(base, arm),
            gap_change=gap_change(base, arm, looks),
            gap_missing=gap_change_bounds(base, arm),
            corrections=correction_rates(arm, looks),
            decays=decays(base, arm),
            coverage=(
                curves(arm, base, can_only_gain=run.can_only_gain),
                *([curves(arm, resample)] if resample is not None and resample is not arm else ()),
            ),
        )
        for arm in repairing
    )


def _origins(arms: Sequence[ArmSamples]) -> tuple[OriginReason, ...]:
    problems = {info for arm in arms for info in arm.problems}
    counted = Counter((info.origin, info.origin_reason) for info in problems)
    order = list(Origin)
    return tuple(
        OriginReason(origin=origin, reason=reason, problems=number)
        for (origin, reason), number in sorted(
            counted.items(), key=lambda item: (order.index(item[0][0]), -item[1], item[0][1])
        )
    )


def _flaky(arm: ArmSamples) -> list[FlakyProblem]:
    flaky = count(np.equal(arm.verdict, FLAKY))
    return [
        FlakyProblem(task_id=arm.problems[row].key.task_id, arm=arm.name, samples=int(flaky[row]))
        for row in np.flatnonzero(flaky)
    ]
