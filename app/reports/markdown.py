"""A run's report as Markdown, for a terminal, a pull request or a paper's appendix.

In: the tree. Out: text; every number is the tree's, nothing is computed here.
"""

from collections.abc import Iterator, Sequence

from app.reports.estimate import NotEstimable
from app.reports.gap import Gap
from app.reports.markdown_parts import (
    difference,
    document,
    escape,
    estimate_cells,
    pair_lines,
    section,
    table,
    warning_lines,
)
from app.reports.report import ArmReport, Duel, RepairReport, Report
from app.reports.run_settings import RunSettings
from app.reports.wording import amount, between, number_of, p_value, percent


def report_markdown(report: Report) -> str:
    """The report of one run."""
    return document(_report_lines(report))


def _report_lines(report: Report) -> Iterator[str]:
    yield from (f"# {escape(report.run.name)} (run {report.run.id})", "", f"**{escape(report.verdict)}**", "")
    yield from warning_lines(report.warnings)
    yield from _settings_lines(report.run)
    yield from _arm_lines(report.arms)
    for pair in report.pairs:
        yield from pair_lines(pair)
    for duel in report.duels:
        yield from _duel_lines(duel)
    for repair in report.repairs:
        yield from _repair_lines(repair)
    yield from _gap_lines(report.gaps, report.repairs)
    if report.flaky:
        yield from section(f"Flaky: {number_of(len(report.flaky), 'problem')}")
        yield from table(("Problem", "Arm", "Samples"), [(p.task_id, p.arm, p.samples) for p in report.flaky])


def _settings_lines(run: RunSettings) -> Iterator[str]:
    ruler = f"{run.go_version} ({run.ruler[:12]})" if run.ruler else "none of ours"
    budget = run.budget.replace("_", " ")
    gate = "failing drafts only (so none can be broken)" if run.gated else "every draft (ungated)"
    yield from table(
        ("Setting", "Value"),
        [
            ("Problems", f"{run.problems} from {', '.join(run.problem_sets) or 'no set'}"),
            ("Base", run.base or "none"),
            ("Samples a problem", run.samples),
            ("Sampling", ", ".join(f"{name} {value}" for name, value in run.sampling) or "unknown"),
            ("Seed", run.seed),
            (
                "Repair",
                f"{gate}, {number_of(run.rounds, 'round')}, fed by {run.feedback} tests, {budget}",
            ),
            ("Ruler", ruler),
            ("State", run.state),
        ],
    )


def _arm_lines(arms: Sequence[ArmReport]) -> Iterator[str]:
    yield from section("Arms")
    heads = ("Arm", "Problems", "Solved", "Scored", "Passed", "Unscored", "Flaky", "New tokens")
    yield from table(
        heads,
        [(a.name, a.problems, a.solved, a.scored, a.passed, a.unscored, a.flaky, a.new_tokens) for a in arms],
    )
    yield from section("pass@k")
    rows = [
        (arm.name, label, at.k, *estimate_cells(at.estimate))
        for arm in arms
        for label, values in (("pass@k", arm.pass_at_k), ("best of k by example tests", arm.best_of))
        for at in values
    ]
    yield from table(("Arm", "Statistic", "k", "Value", "95% interval", "Problems", "Left out"), rows)
    yield from section("What the rule moved")
    steps = [
        (arm.name, f"{step.before} → {step.after}", step.scored, step.to_pass, step.to_fail)
        for arm in arms
        for step in arm.rules
    ]
    yield from table(("Arm", "Step", "Samples", "Fail → pass", "Pass → fail"), steps)


def _duel_lines(duel: Duel) -> Iterator[str]:
    equal = duel.equal_samples
    yield from section(f"{escape(duel.arm)} against resampling")
    yield (
        f"At equal samples, of {number_of(equal.failures, 'failure')}: {escape(duel.arm)} fixed "
        f"{equal.fixed_by_critic}, {escape(equal.rival)} {amount(equal.fixed_by_rival)}. Difference of pass rates: "
        f"{difference(equal.difference)}, {p_value(equal.p_value)}."
    )
    tokens = duel.equal_tokens
    yield ""
    yield (
        f"At equal tokens, {tokens.budget} a sample: difference of the chances to have passed "
        f"{difference(tokens.difference)}, {p_value(tokens.p_value)}."
    )
    yield ""
    heads = ("Tokens", escape(duel.arm), f"{escape(tokens.resampling)} drafts")
    yield from table(heads, [(p.tokens, percent(p.critic), percent(p.resampling)) for p in tokens.points])


def _repair_lines(repair: RepairReport) -> Iterator[str]:
    done, top = repair.repairs, repair.ceiling
    yield from section(f"What {escape(repair.arm)} did")
    rate = done.rate
    known = (
        "not estimable" if isinstance(rate, NotEstimable) else f"{percent(rate.value)}, {between(rate.interval)}"
    )
    yield f"- Repaired {done.repaired} of {number_of(done.failures, 'failure')} ({known})."
    yield f"- {done.copied} of {number_of(done.revised, 'revision')} copied the draft."
    if done.median_edit_size is not None:
        yield f"- Median edit: {amount(done.median_edit_size)} lines."
    if top.rate_at_most is not None:
        yield (
            f"- {number_of(top.never_solved, 'problem')} never solved by the base in at least {top.fewest_samples} "
            f"samples each (true rate at most {percent(top.rate_at_most)}, 95%); solved here: {top.solved_by_arm}."
        )
    yield ""
    rows = [(label, rate.name, rate.tried, rate.repaired)
            for label, rates in (("class", done.by_class), ("round", done.by_round)) for rate in rates]  # fmt: skip
    yield from table(("By", "", "Tried", "Repaired"), rows)
    yield from table(("Draft", "Final", "Samples"), [(t.draft, t.final, t.samples) for t in done.transitions])


def _gap_lines(gaps: Sequence[Gap], repairs: Sequence[RepairReport]) -> Iterator[str]:
    if all(isinstance(gap.difference, NotEstimable) for gap in gaps):
        return
    yield from section("Seen minus unseen")
    rows = [
        (gap.arm, estimate_cells(gap.seen)[0], estimate_cells(gap.unseen)[0], difference(gap.difference))
        for gap in gaps
    ]
    rows += [(f"{repair.arm} minus base", "", "", difference(repair.gap_change)) for repair in repairs]
    yield from table(("Arm", "Seen", "Unseen", "Difference"), rows)
