"""What the report of an investigation says of a run: sentences, tables, curves, and each problem.

In: the run's `Report` and its arms. Out: parts of a `StepSection`. Every sentence, interval and test is the run's own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.reports.estimates import Estimated, NotEstimable
from app.reports.investigation import (
    LinkedText,
    ReportSheet,
    StepSection,
    not_empty,
    number,
    plain,
)
from app.reports.investigation_charts import run_charts
from app.reports.investigation_sheets import rule_counts, run_sheets
from app.reports.report import ArmReport, Report
from app.reports.samples import ArmSamples
from app.reports.twins import set_twins_apart
from app.reports.wording import (
    between,
    percent,
)

MOST_PROBLEMS = 2_000
"""Rows of a table of problems in the report; the run's own file has all of them."""


def run_section(section: StepSection, report: Report, arms: Sequence[ArmSamples]) -> StepSection:
    """The section with what one more run found."""
    main = _main_repair(report)
    originals, _ = set_twins_apart(arms)
    run_id = report.run.id
    return replace(
        section,
        sentences=(*section.sentences, *_sentences(report, originals)),
        notes=(*section.notes, *report.warnings),
        sheets=(*section.sheets, *run_sheets(report, originals, main)),
        charts=(*section.charts, *run_charts(report)),
        problems=(*section.problems, *problem_sheets(report, arms, main)),
        links=(*section.links, LinkedText(text=f"run {run_id}", path=f"/runs/{run_id}")),
    )


def _main_repair(report: Report) -> str:
    """The arm that the verdict is about; empty where nothing repairs."""
    return report.duels[0].arm if report.duels else next((one.arm for one in report.repairs), "")


def _sentences(report: Report, arms: Sequence[ArmSamples]) -> Iterator[str]:
    yield report.verdict
    base = next((arm for arm in report.arms if not arm.kind.repairs), None)
    # Where something repairs, that is what the run is about.
    if base is not None and base.scored and not report.repairs:
        yield _rules_in_words(arms[0])
        if base.best_of:
            yield _best_of_in_words(base)
    for twins in report.twins:
        yield twins.sentence


def _rules_in_words(arm: ArmSamples) -> str:
    counts = rule_counts(arm)
    parts = [f"{passed} of {scored} under the {rule} rule" for rule, (passed, scored) in counts.items()]
    listed = ", ".join(parts[:-1]) + (" and " if len(parts) > 1 else "") + parts[-1]
    return f"Of the same drafts, {listed} pass: what lies between them is plumbing, not skill."


def _best_of_in_words(base: ArmReport) -> str:
    chosen, one = base.best_of[-1], base.pass_at_k[0]
    any_ = next((at for at in base.pass_at_k if at.k == chosen.k), None)
    told = (
        f"Of {chosen.k} drafts, the one that example tests choose passes in {_estimate_in_words(chosen.estimate)}"
    )
    rest = f"; a single draft in {_estimate_in_words(one.estimate)}"
    return f"{told}{rest}" + (f"; at least one of them in {_estimate_in_words(any_.estimate)}." if any_ else ".")


def _estimate_in_words(estimate: Estimated) -> str:
    if isinstance(estimate, NotEstimable):
        return f"a share that is not estimable ({estimate.reason})"
    return f"{percent(estimate.value)} of problems ({between(estimate.interval)})"


def problem_sheets(report: Report, arms: Sequence[ArmSamples], main: str) -> tuple[ReportSheet, ...]:
    """Every problem of a run with each arm's passes, grouped as the run's 2×2 table counts them."""
    run_id = report.run.id
    rows: dict[str, list[tuple[LinkedText, ...]]] = {state: [] for state in ("gained", "lost", "neither", "both")}
    by_key = [{info.key: i for i, info in enumerate(arm.problems)} for arm in arms]
    for info in arms[0].problems if arms else ():
        cells = [_passes(arm, places.get(info.key)) for arm, places in zip(arms, by_key, strict=True)]
        solved = {arm.name: cell is not None and cell[0] > 0 for arm, cell in zip(arms, cells, strict=True)}
        state = _state_of(solved[arms[0].name], solved.get(main, solved[arms[0].name]))
        link = LinkedText(text=info.key.task_id, run_id=run_id, task_id=info.key.task_id)
        shown = [number("–" if cell is None else f"{cell[0]} of {cell[1]}") for cell in cells]
        rows[state].append((link, *plain(info.problem_set.split("@")[0], info.origin), *shown))
    titles = _GROUPS if main else _GROUPS_OF_DRAFTS
    kept = {state: found[:MOST_PROBLEMS] for state, found in rows.items() if found}
    return not_empty(
        ReportSheet(
            title=f"All problems of run {run_id}",
            heads=("Problem", "Set", "Origin", *(arm.name for arm in arms)),
            rows=tuple(row for found in kept.values() for row in found),
            note="Samples that pass the hidden tests, of those that were scored.",
            anchor=f"problems-{run_id}",
            groups=tuple(
                (f"problems-{run_id}-{state}", titles[state].format(arm=main), len(found))
                for state, found in kept.items()
            ),
        )
    )


_GROUPS = {
    "gained": "Solved by {arm} only",
    "lost": "Solved by the base only",
    "neither": "Solved by neither",
    "both": "Solved by both",
}
_GROUPS_OF_DRAFTS = {"both": "Solved", "neither": "Not solved", "gained": "", "lost": ""}


def _state_of(before: bool, after: bool) -> str:
    return {(True, True): "both", (True, False): "lost", (False, True): "gained", (False, False): "neither"}[
        before, after
    ]


def _passes(arm: ArmSamples, row: int | None) -> tuple[int, int] | None:
    return None if row is None else (int(arm.c[row]), int(arm.n[row]))
