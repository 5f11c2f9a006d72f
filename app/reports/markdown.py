"""A run's report or a comparison as Markdown, for a terminal, a pull request or a paper's appendix.

In: the tree. Out: text; every number comes from the tree, and nothing is computed here. Names come from users and
models and are escaped, so that a `|` in a name cannot break a table.
"""

from collections.abc import Iterator, Sequence

from app.reports.equal_samples import EqualSamples
from app.reports.evidence import Evidence
from app.reports.markdown_memory import gap_lines, memory_lines, origin_lines, twin_lines
from app.reports.markdown_parts import Cells, document, escape, estimate_cells, section, table, warning_lines
from app.reports.markdown_repairs import repair_lines
from app.reports.markdown_xray import xray_lines
from app.reports.origin_effects import WeighedByOrigin
from app.reports.paired import PairedResult
from app.reports.report import (
    ArmReport,
    Comparison,
    CriticVsResampling,
    Report,
    RunSettings,
)
from app.reports.verdict import bills_in_words, budget_in_words
from app.reports.wording import (
    amount,
    difference,
    evidence_in_words,
    missing_in_words,
    number_of,
    origins_differ_in_words,
    percent,
    ran_out_in_words,
)


def report_markdown(report: Report) -> str:
    """The report of one run."""
    return document(_report_lines(report))


def _report_lines(report: Report) -> Iterator[str]:
    yield from (f"# {escape(report.run.name)} (run {report.run.id})", "", f"**{escape(report.verdict)}**", "")
    yield from warning_lines(report.warnings)
    yield from _settings_lines(report.run)
    yield from _arm_lines(report.arms, report.run)
    yield from _attribution_lines(report)
    for pair in report.pairs:
        yield from pair_lines(pair)
    for result in report.duels:
        yield from _resampling_lines(result, report.run)
    yield from _control_lines(report.controls)
    yield from xray_lines(report.xray) if report.xray else ()
    rates = {arm.name: arm.rate_name for arm in report.arms}
    for repair in report.repairs:
        yield from repair_lines(repair, rates[repair.arm])
    yield from origin_lines(report.origins)
    yield from gap_lines(report.gaps, report.repairs)
    yield from memory_lines(report.memory)
    yield from twin_lines(report.twins)
    if report.flaky:
        yield from section(f"Flaky: {number_of(len(report.flaky), 'problem')}")
        yield from table(("Problem", "Arm", "Samples"), [(p.task_id, p.arm, p.samples) for p in report.flaky])


def _settings_lines(run: RunSettings) -> Iterator[str]:
    ruler = f"{run.go_version} ({run.ruler[:12]})" if run.ruler else "none: the results were imported"
    yield from table(
        ("Setting", "Value"),
        [
            ("Problems", _problems_in_words(run)),
            ("Base", run.base or "none"),
            ("Samples per problem", run.samples),
            ("Sampling", ", ".join(f"{name} {value}" for name, value in run.sampling) or "unknown"),
            ("Seed", "unknown" if run.is_imported else run.seed),
            *((("Engine", " ".join(run.engine_notes)),) if run.engine_notes else ()),
            *(() if run.is_imported else (("Repair", repair_in_words(run)),)),
            ("Ruler", ruler),
            ("State", run.state),
        ],
    )


def _problems_in_words(run: RunSettings) -> str:
    twins = f" and {number_of(run.twins, 'twin')}" if run.twins else ""
    return f"{run.problems}{twins} from {', '.join(run.problem_sets) or 'no set'}"


def repair_in_words(run: RunSettings) -> str:
    """Gate, rounds, feedback and budget of a run."""
    gate = "gated: failed drafts only" if run.gated else "ungated: every draft"
    told = f"{run.gate} tests gate and stop"
    rounds, budget = number_of(run.rounds, "round"), run.budget.replace("_", " ")
    return f"{gate}, {told}, {rounds}, traces of {run.feedback} tests, {budget}"


def _arm_lines(arms: Sequence[ArmReport], run: RunSettings) -> Iterator[str]:
    yield from section("Arms")
    heads = ("Arm", "Problems", "Solved", "Scored", "Passed", "Unscored", "Flaky", "New tokens")
    yield from table(
        heads,
        [
            (
                a.name,
                a.problems,
                a.solved,
                a.scored,
                a.passed,
                a.unscored,
                a.flaky,
                "unknown" if a.new_tokens is None else a.new_tokens,
            )
            for a in arms
        ],
    )
    yield from section("pass@k")
    rows = [
        (arm.name, label, at.k, *estimate_cells(at.estimate))
        for arm in arms
        for label, values in (
            (arm.rate_name, arm.pass_at_k),
            (arm.rate_name.replace("@", "^"), arm.all_of_k),
            ("best of k by example tests", arm.best_of),
        )
        for at in values
    ]
    yield from table(("Arm", "Statistic", "k", "Value", "95% CI", "Problems", "Left out"), rows)
    yield from (f"- {escape(arm.name)}: {arm.spread.in_words}" for arm in arms if arm.spread)
    yield ""


def _attribution_lines(report: Report) -> Iterator[str]:
    yield from section("Pass count by step: raw → goimports → critic")
    steps = [(arm.name, step) for arm in report.arms for step in arm.rules]
    steps += [(repair.arm, repair.step) for repair in report.repairs]
    rows = [(arm, f"{step.before} → {step.after}", step.scored, step.to_pass, step.to_fail) for arm, step in steps]
    yield from table(("Arm", "Step", "Samples scored", "Fail → pass", "Pass → fail"), rows)


def _resampling_lines(result: CriticVsResampling, run: RunSettings) -> Iterator[str]:
    equal, tokens = result.equal_samples, result.equal_tokens
    yield from section(f"{escape(result.arm)} vs. resampling")
    rival = f"{escape(equal.rival)} would be expected to fix" if equal.is_expected else escape(equal.rival)
    yield (
        f"{budget_in_words(run, equal).capitalize()}, of {number_of(equal.failures, 'failure')}: {escape(result.arm)} "
        f"fixed {equal.fixed_by_critic}, {rival} {amount(equal.fixed_by_rival)} "
        f"({bills_in_words(equal)}). Difference in pass rate: "
        f"{evidence_in_words(equal.evidence, power=True)}. {missing_in_words(equal.evidence.missing)}".rstrip()
    )
    yield ""
    if len(equal.by_origin) > 1:
        effects = [
            (one.origin, one.problems, one.failures, one.fixed_by_critic, amount(one.fixed_by_rival),
             f"{difference(one.difference)}. {missing_in_words(one.evidence.missing)}".rstrip(". "))
            for one in equal.by_origin
        ]  # fmt: skip
        yield from table(("Origin", "Problems", "Failures", "Fixed", "By resampling", "Difference"), effects)
    budget = f", {tokens.budget} new tokens a problem" if tokens.budget else ""
    yield (
        f"With as many tokens{budget}: difference in success rate {evidence_in_words(tokens.evidence, power=True)}. "
        f"{missing_in_words(tokens.evidence.missing)} {escape(ran_out_in_words(tokens))}".rstrip()
        + (f" Here, {origins_differ_in_words(tokens)}." if tokens.differs_by_origin else "")
    )
    yield ""
    heads = ("New tokens", escape(result.arm), f"{escape(tokens.resampling)} drafts")
    curves = [
        (p.tokens, percent(p.critic), percent(p.resampling), p.critic_ran_out, p.resampling_ran_out)
        for p in tokens.points
    ]
    yield from table((*heads, "Critic ran out", "Resampling ran out"), curves)


def _control_lines(controls: Sequence[EqualSamples]) -> Iterator[str]:
    if controls:
        yield from section("Without the draft's own trace")
        rows = [
            (
                one.rival,
                one.failures,
                amount(one.fixed_by_rival),
                one.fixed_by_critic,
                _with_bounds(one.evidence),
            )
            for one in controls
        ]
        yield from table(("Arm", "Failures", "Fixed", "Fixed by the critic", "Critic − arm"), rows)


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
        yield from table(("Problem set", "Fixed", "Broken", "Difference in pass rate"), rows)
    yield from _by_origin_lines(comparison.result)
    moved = [flip for flip in comparison.result.ledger if flip.move in ("fixed", "broken")]
    if moved:
        yield from section("Problems that moved")
        cells = [(f.task_id, f.move, f"{f.left_passed}/{f.scored}", f"{f.right_passed}/{f.scored}") for f in moved]
        yield from table(("Problem", "Move", "Left", "Right"), cells)


def _by_origin_lines(result: WeighedByOrigin) -> Iterator[str]:
    """The difference on seen, unseen and unknown problems apart, if more than one of these occurs."""
    if len(result.by_origin) > 1:
        yield from section("By origin")
        rows: list[Cells] = [
            (one.origin, one.problems, difference(one.difference), missing_in_words(one.evidence.missing))
            for one in result.by_origin
        ]
        rows.append((" − ".join(result.contrast), "", difference(result.interaction), ""))
        yield from table(("Origin", "Problems", "Difference in pass rate", "Missing"), rows)


def _side(run: RunSettings, arm: str) -> str:
    return escape(f"{run.name} (run {run.id}), {arm}")


def _pair_cells(pair: PairedResult) -> Cells:
    return (pair.problems.fixed, pair.problems.broken, _with_bounds(pair.evidence))


def _with_bounds(evidence: Evidence) -> str:
    """A difference with its test and, if more than 2% are missing, its worst cases."""
    return f"{evidence_in_words(evidence)}. {missing_in_words(evidence.missing)}".rstrip(". ")


def pair_lines(pair: PairedResult) -> Iterator[str]:
    yield from section(f"{escape(pair.left)} → {escape(pair.right)}")
    yield from (escape(pair.in_words), "")
    yield from (
        f"Difference in pass rate: {_with_bounds(pair.evidence)}."
        + (
            " Only failed drafts were revised, so this arm can only gain on its own base."
            if pair.can_only_gain
            else ""
        ),
        "",
    )
    rows = [
        (what, flips.fixed, flips.broken, flips.both, flips.neither)
        for what, flips in (("Problems", pair.problems), ("Samples", pair.samples))
    ]
    yield from table(("Pairs of", "Fixed", "Broken", "Both", "Neither"), rows)
    yield from warning_lines(pair.warnings)
