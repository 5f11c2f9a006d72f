"""A run's report or a comparison as Markdown, for a terminal, a pull request or a paper's appendix.

In: the tree. Out: text; every number comes from the tree, and nothing is computed here. Names come from users and
models and are escaped, so that a `|` in a name cannot break a table.
"""

from collections.abc import Iterator, Sequence

from app.reports.attribution import Gap
from app.reports.estimates import Estimated, NotEstimable
from app.reports.paired import PairedResult
from app.reports.report import ArmReport, Comparison, CriticVsResampling, RepairReport, Report, RunSettings
from app.reports.wording import amount, between, number_of, p_value, percent, points

Cells = Sequence[str | int]


def report_markdown(report: Report) -> str:
    """The report of one run."""
    return document(_report_lines(report))


def _report_lines(report: Report) -> Iterator[str]:
    yield from (f"# {escape(report.run.name)} (run {report.run.id})", "", f"**{escape(report.verdict)}**", "")
    yield from warning_lines(report.warnings)
    yield from _settings_lines(report.run)
    yield from _arm_lines(report.arms)
    yield from _attribution_lines(report)
    for pair in report.pairs:
        yield from pair_lines(pair)
    for result in report.duels:
        yield from _resampling_lines(result)
    for repair in report.repairs:
        yield from _repair_lines(repair)
    yield from _gap_lines(report.gaps, report.repairs)
    if report.flaky:
        yield from section(f"Flaky: {number_of(len(report.flaky), 'problem')}")
        yield from table(("Problem", "Arm", "Samples"), [(p.task_id, p.arm, p.samples) for p in report.flaky])


def _settings_lines(run: RunSettings) -> Iterator[str]:
    ruler = f"{run.go_version} ({run.ruler[:12]})" if run.ruler else "none: the results were imported"
    budget = run.budget.replace("_", " ")
    gate = "gated: failed drafts only, so none can be broken" if run.gated else "ungated: every draft"
    yield from table(
        ("Setting", "Value"),
        [
            ("Problems", f"{run.problems} from {', '.join(run.problem_sets) or 'no set'}"),
            ("Base", run.base or "none"),
            ("Samples per problem", run.samples),
            ("Sampling", ", ".join(f"{name} {value}" for name, value in run.sampling) or "unknown"),
            ("Seed", run.seed),
            (
                "Repair",
                f"{gate}, {number_of(run.rounds, 'round')}, traces of {run.feedback} tests, {budget}",
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
    yield from table(("Arm", "Statistic", "k", "Value", "95% CI", "Problems", "Left out"), rows)


def _attribution_lines(report: Report) -> Iterator[str]:
    yield from section("Attribution: raw → goimports → critic")
    steps = [(arm.name, step) for arm in report.arms for step in arm.rules]
    steps += [(repair.arm, repair.step) for repair in report.repairs]
    rows = [(arm, f"{step.before} → {step.after}", step.scored, step.to_pass, step.to_fail) for arm, step in steps]
    yield from table(("Arm", "Step", "Samples scored", "Fail → pass", "Pass → fail"), rows)


def _resampling_lines(result: CriticVsResampling) -> Iterator[str]:
    equal = result.equal_samples
    yield from section(f"{escape(result.arm)} vs. resampling")
    yield (
        f"At equal samples, of {number_of(equal.failures, 'failure')}: {escape(result.arm)} fixed "
        f"{equal.fixed_by_critic}, {escape(equal.rival)} {amount(equal.fixed_by_rival)}. Difference in pass rate: "
        f"{difference(equal.difference)}, {p_value(equal.p_value)}."
    )
    tokens = result.equal_tokens
    yield ""
    yield (
        f"At equal tokens, {tokens.budget} new tokens per sample: difference in success rate "
        f"{difference(tokens.difference)}, {p_value(tokens.p_value)}."
    )
    yield ""
    heads = ("New tokens", escape(result.arm), f"{escape(tokens.resampling)} drafts")
    yield from table(heads, [(p.tokens, percent(p.critic), percent(p.resampling)) for p in tokens.points])


def _repair_lines(repair: RepairReport) -> Iterator[str]:
    done, never = repair.repairs, repair.ceiling
    yield from section(f"Repair by {escape(repair.arm)}")
    rate = done.rate
    known = (
        "not estimable" if isinstance(rate, NotEstimable) else f"{percent(rate.value)}, {between(rate.interval)}"
    )
    yield f"- Repaired {done.repaired} of {number_of(done.failures, 'failure')} ({known})."
    yield f"- {done.copied} of {number_of(done.revised, 'revised sample')} copied the draft."
    if done.median_edit_size is not None:
        yield f"- Median edit: {amount(done.median_edit_size)} lines."
    if never.rate_at_most is not None:
        yield (
            f"- {number_of(never.never_solved, 'problem')} never solved by the base in at least "
            f"{never.fewest_samples} samples each (95% upper bound on the true rate {percent(never.rate_at_most)}); "
            f"{never.solved_by_arm} solved here."
        )
    yield ""
    rows = [(label, rate.name, rate.tried, rate.repaired)
            for label, rates in (("class", done.by_class), ("round", done.by_round)) for rate in rates]  # fmt: skip
    yield from table(("Group", "Class or round", "Tried", "Repaired"), rows)
    yield from table(
        ("Verdict of the draft", "Final verdict", "Samples"),
        [(t.draft, t.final, t.samples) for t in done.transitions],
    )


def _gap_lines(gaps: Sequence[Gap], repairs: Sequence[RepairReport]) -> Iterator[str]:
    if all(isinstance(gap.difference, NotEstimable) for gap in gaps):
        return
    yield from section("Seen vs. unseen problems")
    rows = [
        (gap.arm, estimate_cells(gap.seen)[0], estimate_cells(gap.unseen)[0], difference(gap.difference))
        for gap in gaps
    ]
    rows += [(f"{repair.arm} minus base", "", "", difference(repair.gap_change)) for repair in repairs]
    yield from table(("Arm", "Seen in training", "Unseen", "Seen − unseen"), rows)


def comparison_markdown(comparison: Comparison) -> str:
    """The comparison of two runs or arms."""
    return document(_comparison_lines(comparison))


def _comparison_lines(comparison: Comparison) -> Iterator[str]:
    left, right = comparison.left, comparison.right
    title = f"# {_side(left, comparison.result.left)} → {_side(right, comparison.result.right)}"
    yield from (title, "", f"**{escape(comparison.verdict)}**", "")
    yield from warning_lines(comparison.warnings)
    yield from pair_lines(comparison.result)
    if len(comparison.slices) > 1:
        yield from section("By problem set")
        rows = [(part.problem_set, *_pair_cells(part.result)) for part in comparison.slices]
        yield from table(("Problem set", "Fixed", "Broken", "p", "Difference in pass rate"), rows)
    moved = [flip for flip in comparison.result.ledger if flip.move in ("fixed", "broken")]
    if moved:
        yield from section("Problems that moved")
        cells = [(f.task_id, f.move, f"{f.left_passed}/{f.scored}", f"{f.right_passed}/{f.scored}") for f in moved]
        yield from table(("Problem", "Move", "Left", "Right"), cells)


def _side(run: RunSettings, arm: str) -> str:
    return escape(f"{run.name} (run {run.id}), {arm}")


def _pair_cells(pair: PairedResult) -> Cells:
    return (pair.problems.fixed, pair.problems.broken, p_value(pair.p_value), difference(pair.difference))


def document(lines: Iterator[str]) -> str:
    return "\n".join(lines).rstrip() + "\n"


def section(title: str) -> Iterator[str]:
    yield from (f"## {title}", "")


def table(heads: Sequence[str], rows: Sequence[Cells]) -> Iterator[str]:
    if not rows:
        return
    yield f"| {' | '.join(heads)} |"
    yield f"|{' --- |' * len(heads)}"
    for row in rows:
        yield f"| {' | '.join(escape(str(cell)) for cell in row)} |"
    yield ""


def escape(text: str) -> str:
    """Text on one line that Markdown shows literally."""
    escaped = "".join("\\" + char if char in "\\`*_[]<>|" else char for char in text)
    return " ".join(escaped.split())


def warning_lines(warnings: Sequence[str]) -> Iterator[str]:
    yield from (f"> {escape(warning)}" for warning in warnings)
    if warnings:
        yield ""


def estimate_cells(estimate: Estimated) -> Cells:
    if isinstance(estimate, NotEstimable):
        return (f"not estimable: {estimate.reason}", "", "", "")
    limits = estimate.interval
    shown = f"{percent(limits.low)} to {percent(limits.high)}" if limits else "none"
    return (percent(estimate.value), shown, estimate.problems, estimate.left_out)


def difference(estimate: Estimated) -> str:
    if isinstance(estimate, NotEstimable):
        return f"not estimable: {estimate.reason}"
    return f"{points(estimate.value)} ({between(estimate.interval, signed=True)})"


def pair_lines(pair: PairedResult) -> Iterator[str]:
    yield from section(f"{escape(pair.left)} → {escape(pair.right)}")
    yield from (escape(pair.in_words), "")
    yield from (f"Difference in pass rate: {difference(pair.difference)}, {p_value(pair.sign_p_value)}.", "")
    rows = [
        (what, flips.fixed, flips.broken, flips.both, flips.neither)
        for what, flips in (("Problems", pair.problems), ("Samples", pair.samples))
    ]
    yield from table(("Pairs of", "Fixed", "Broken", "Both", "Neither"), rows)
    yield from warning_lines(pair.warnings)
