"""The tables of a run in the report of an investigation.

In: the run's `Report` and its arms. Out: sheets whose numbers know their problems. Every test is the run's own.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from app.reports.estimates import Estimated, NotEstimable
from app.reports.evidence import Evidence
from app.reports.investigation import (
    LinkedText,
    ReportSheet,
    not_empty,
    number,
    plain,
    sheet,
)
from app.reports.report import AtK, CriticVsResampling, RepairReport, Report
from app.reports.samples import PASSED, ArmSamples, is_scored
from app.reports.verdict import budget_in_words
from app.reports.wording import (
    amount,
    difference,
    evidence_in_words,
    missing_in_words,
    percent,
)
from models.enums import Rule


def rule_counts(arm: ArmSamples) -> dict[Rule, tuple[int, int]]:
    """(passed, scored) under each rule that was judged."""
    tables = {Rule.LEGACY: arm.legacy, Rule.RAW: arm.raw, Rule.GOIMPORTS: arm.verdict}
    return {
        rule: (int(np.sum(codes == PASSED)), int(is_scored(codes).sum()))
        for rule, codes in tables.items()
        if is_scored(codes).any()
    }


def run_sheets(report: Report, arms: Sequence[ArmSamples], main: str) -> tuple[ReportSheet, ...]:
    run_id = report.run.id
    return not_empty(
        _arms_sheet(report),
        _rules_sheet(report, arms),
        _sets_sheet(report, arms),
        _gaps_sheet(report),
        *(_flips_sheet(report, one, main) for one in report.repairs),
        *(_duel_sheet(report, one, main) for one in report.duels),
        _controls_sheet(report),
        *(_transition_sheet(run_id, one, main) for one in report.repairs if one.arm == main),
        _twins_sheet(report),
    )


def _arms_sheet(report: Report) -> ReportSheet:
    run_id = report.run.id
    rows = [
        (
            *plain(arm.name),
            number(f"{arm.solved} of {arm.problems}", run_id),
            number(f"{arm.passed} of {arm.scored}", run_id),
            *plain(arm.rate_name),
            number(rate_at(arm.pass_at_k, 0)),
            number(rate_at(arm.pass_at_k, -1, with_k=True)),
            number(rate_at(arm.best_of, -1, with_k=True)),
            number(arm.unscored, run_id, "unscored"),
            number("unknown" if arm.new_tokens is None else f"{arm.new_tokens:,}"),
        )
        for arm in report.arms
    ]
    heads = (
        "Arm",
        "Problems solved",
        "Samples passed",
        "Rate",
        "at k = 1",
        "at the largest k",
        "Best of k",
        "Unscored",
        "New tokens",
    )
    return sheet(
        "Arms",
        heads,
        rows,
        "95% intervals, clustered by problem. Best of k: chosen by example tests, scored by hidden ones.",
    )


def rate_at(values: Sequence[AtK], place: int, *, with_k: bool = False) -> str:
    if not values:
        return "–"
    at = values[place]
    if isinstance(at.estimate, NotEstimable):
        return f"not estimable: {at.estimate.reason}"
    limits = at.estimate.interval
    k = f"k = {at.k}: " if with_k else ""
    ends = f" ({percent(limits.low)} to {percent(limits.high)})" if limits else ""
    return f"{k}{percent(at.estimate.value)}{ends}"


def _rules_sheet(report: Report, arms: Sequence[ArmSamples]) -> ReportSheet:
    by_name = {arm.name: arm for arm in arms}
    rows = []
    for arm in report.arms:
        counts = rule_counts(by_name[arm.name])
        steps = {step.before: step for step in arm.rules}
        gained = [steps[rule].to_pass if rule in steps else None for rule in (Rule.RAW, Rule.LEGACY)]
        rows.append(
            (
                *plain(arm.name),
                *(
                    number(f"{counts[rule][0]} of {counts[rule][1]}" if rule in counts else "–", report.run.id)
                    for rule in (Rule.LEGACY, Rule.RAW, Rule.GOIMPORTS)
                ),
                number("–" if gained[0] is None else gained[0], report.run.id, "import-only"),
                number("–" if gained[1] is None else gained[1], report.run.id),
            )
        )
    heads = (
        "Arm",
        "legacy",
        "raw",
        "goimports",
        "Passes that imports alone gain",
        "Passes that the brace rule hides",
    )
    return sheet("The same programs under three rules", heads, rows, "Samples that pass the hidden tests.")


def _sets_sheet(report: Report, arms: Sequence[ArmSamples]) -> ReportSheet:
    names = list(dict.fromkeys(info.problem_set for arm in arms for info in arm.problems))
    rows = []
    for name in names:
        origins = Counter(info.origin for info in arms[0].problems if info.problem_set == name)
        told = ", ".join(f"{many} {origin}" for origin, many in origins.items())
        for arm in arms:
            own = arm.only(
                np.array([i for i, info in enumerate(arm.problems) if info.problem_set == name], dtype=np.intp)
            )
            solved = f"{int((own.c > 0).sum())} of {int((own.n > 0).sum())}"
            rows.append(
                (
                    *plain(name.split("@")[0], told, arm.name),
                    number(solved, report.run.id),
                    number(f"{int(own.c.sum())} of {int(own.n.sum())}", report.run.id),
                )
            )
    heads = ("Problem set", "In training", "Arm", "Problems solved", "Samples passed")
    return sheet("By problem set", heads, rows) if len(names) > 1 else sheet("", (), ())


def _gaps_sheet(report: Report) -> ReportSheet:
    rows = [
        (
            *plain(gap.arm),
            number(share_in_words(gap.seen)),
            number(share_in_words(gap.unseen)),
            number(difference(gap.difference)),
        )
        for gap in report.gaps
        if not isinstance(gap.difference, NotEstimable)
    ]
    return sheet(
        "Seen and unseen problems",
        ("Arm", "Seen in training", "Unseen", "Seen − unseen"),
        rows,
        "pass@1 over problems.",
    )


def share_in_words(estimate: Estimated) -> str:
    return rate_at([AtK(k=1, estimate=estimate)], 0)


def _flips_sheet(report: Report, repair: RepairReport, main: str) -> ReportSheet:
    pair = next(one for one in report.pairs if one.right == repair.arm)
    flips, run_id, arm = pair.problems, report.run.id, repair.arm

    def cell(count: int, state: str) -> LinkedText:
        return number(count, run_id, state, arm, is_main=arm == main)

    rows = [
        (*plain("the base solves"), cell(flips.both, "both"), cell(flips.broken, "lost")),
        (*plain("the base does not"), cell(flips.fixed, "gained"), cell(flips.neither, "neither")),
    ]
    words = evidence_in_words(pair.evidence)
    gain = (
        " Only failed drafts were revised, so it can only gain on its own base, and no test is made."
        if pair.can_only_gain
        else ""
    )
    note = (
        f"{pair.in_words} Change in pass rate: {words}.{gain} {missing_in_words(pair.evidence.missing)}".rstrip()
    )
    return sheet(f"Problems before and after {arm}", ("", f"{arm} solves", f"{arm} does not"), rows, note)


def _duel_sheet(report: Report, duel: CriticVsResampling, main: str) -> ReportSheet:
    equal, tokens, run_id = duel.equal_samples, duel.equal_tokens, report.run.id
    fixed = number(equal.fixed_by_critic, run_id, "fixed", equal.critic, is_main=equal.critic == main)
    rows = [
        (
            *plain(budget_in_words(report.run, equal)),
            number(equal.failures, run_id, "failed"),
            fixed,
            number(amount(equal.fixed_by_rival), run_id, "" if equal.is_expected else "fixed", equal.rival),
            *plain(_tested(equal.evidence)),
        ),
        (
            *plain("with as many tokens"),
            *plain("–", "–", "–"),
            *plain(_tested(tokens.evidence)),
        ),
    ]
    heads = (
        "Budget",
        "Failures",
        f"Fixed by {duel.arm}",
        f"Fixed by {equal.rival}",
        f"{duel.arm} − resampling, pass rate",
    )
    return sheet(f"{duel.arm} against resampling", heads, rows)


def _tested(evidence: Evidence) -> str:
    """A difference with its test, and with its worst cases where samples are missing."""
    return f"{evidence_in_words(evidence, power=True)}. {missing_in_words(evidence.missing)}".rstrip()


def _controls_sheet(report: Report) -> ReportSheet:
    rows = [
        (
            *plain(one.rival),
            number(one.failures, report.run.id, "failed"),
            number(amount(one.fixed_by_rival), report.run.id, "fixed", one.rival),
            number(one.fixed_by_critic, report.run.id, "fixed", one.critic),
            *plain(evidence_in_words(one.evidence)),
        )
        for one in report.controls
    ]
    return sheet(
        "Without the draft's own trace", ("Arm", "Failures", "Fixed", "Fixed by the critic", "Critic − arm"), rows
    )


def _transition_sheet(run_id: int, repair: RepairReport, main: str) -> ReportSheet:
    rows = [
        (*plain(one.draft, one.final), number(one.samples, run_id, "", repair.arm, is_main=repair.arm == main))
        for one in sorted(repair.repairs.transitions, key=lambda one: -one.samples)
    ]
    return sheet(f"What became of failed drafts under {repair.arm}", ("Draft", "Revision", "Samples"), rows)


def _twins_sheet(report: Report) -> ReportSheet:
    run_id = report.run.id
    rows = [
        (
            *plain(one.arm),
            number(one.pairs, run_id, "twin"),
            number(one.both, run_id),
            number(one.original_only, run_id, "twin-broken"),
            number(one.twin_only, run_id),
            number(one.neither, run_id),
            *plain(evidence_in_words(one.evidence)),
        )
        for one in report.twins
    ]
    heads = ("Arm", "Pairs", "Both solved", "Original only", "Twin only", "Neither", "Twin − original, pass rate")
    return sheet("Problems and their twins", heads, rows)
