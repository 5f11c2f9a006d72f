"""The summary of judged completions: counts, a verdict table and pass@k, for people or as one JSON object.

A `Tally` takes rows one by one, so a file of any length can be counted while it streams.
"""

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from rich.table import Table

from app.reports.estimates import Estimate, Estimated
from app.reports.pass_at_k import estimate_pass_at_k, usual_ks
from cli.terminal import Terminal
from models.enums import Verdict
from worker.problem_sets import ProblemSetContent
from worker.verify.completions import JudgementRow


@dataclass
class Tally:
    """The counts of the rows so far."""

    verdicts: Counter[Verdict] = field(default_factory=Counter)
    verdicts_raw: Counter[Verdict] = field(default_factory=Counter)
    verdicts_legacy: Counter[Verdict] = field(default_factory=Counter)
    scored: Counter[str] = field(default_factory=Counter)
    """Samples that have a verdict about the program, by task."""
    passed: Counter[str] = field(default_factory=Counter)
    cached: int = 0
    nulls: int = 0
    """Completions that are null, which count as failures."""
    ruler: str = ""
    """Digest of the ruler that judged them; empty before the first row."""

    def add(self, row: JudgementRow) -> None:
        self.verdicts[row.verdict] += 1
        self.verdicts_raw[row.verdict_raw] += 1
        if row.verdict_legacy is not None:
            self.verdicts_legacy[row.verdict_legacy] += 1
        self.scored[row.task_id] += row.verdict.scored
        self.passed[row.task_id] += row.verdict is Verdict.PASSED
        self.cached += row.cached
        self.nulls += row.null_completion
        self.ruler = row.ruler

    @property
    def total(self) -> int:
        return self.verdicts.total()

    @property
    def unscored(self) -> int:
        return sum(count for verdict, count in self.verdicts.items() if not verdict.scored)


def pass_at_ks(tally: Tally) -> dict[int, Estimated]:
    """pass@k for the usual k, over the tasks that the file answers."""
    tasks = list(tally.scored)
    scored = np.array([tally.scored[task] for task in tasks], dtype=np.int64)
    passed = np.array([tally.passed[task] for task in tasks], dtype=np.int64)
    most = int(scored.max()) if tasks else 0
    return {k: estimate_pass_at_k(scored, passed, k) for k in usual_ks(most)}


def summary_json(tally: Tally, problem_set: ProblemSetContent, bad_rows: int) -> str:
    return json.dumps(
        {
            "completions": tally.total,
            "bad_rows": bad_rows,
            "problem_set": problem_set.name,
            "problem_set_hash": problem_set.version_hash,
            "tasks": len(tally.scored),
            "tasks_in_set": len(problem_set.problems),
            "verdicts": dict(tally.verdicts),
            "verdicts_raw": dict(tally.verdicts_raw),
            "verdicts_legacy": dict(tally.verdicts_legacy),
            "unscored": tally.unscored,
            "cached": tally.cached,
            "null_completions": tally.nulls,
            "pass_at_k": {str(k): _estimate_json(value) for k, value in pass_at_ks(tally).items()},
            "ruler": tally.ruler,
        }
    )


def _estimate_json(estimate: Estimated) -> dict[str, Any]:
    if not isinstance(estimate, Estimate):
        return {"value": None, "reason": estimate.reason}
    interval = estimate.interval
    return {
        "value": estimate.value,
        "low": interval.low if interval else None,
        "high": interval.high if interval else None,
        "tasks": estimate.problems,
        "left_out": estimate.left_out,
    }


def print_summary(console: Terminal, tally: Tally, problem_set: ProblemSetContent, bad_rows: int) -> None:
    console.print(_verdict_table(tally))
    for k, estimate in pass_at_ks(tally).items():
        console.print(_in_words(k, estimate), highlight=False)
    missing = len(problem_set.problems) - len(tally.scored)
    facts = [f"{tally.total} completions of {len(tally.scored)} tasks"]
    facts += [f"{missing} tasks of {problem_set.name} without any"] if missing else []
    facts += [f"{tally.unscored} unscored (our fault, counted nowhere)"] if tally.unscored else []
    facts += [f"{tally.nulls} null, counted as failures as their owner does"] if tally.nulls else []
    facts += [f"{bad_rows} lines could not be judged"] if bad_rows else []
    facts += [f"{tally.cached} answered from the store"] if tally.cached else []
    console.print("; ".join(facts) + ".", highlight=False)


def _verdict_table(tally: Tally) -> Table:
    """Verdicts in the enum's order; comparing the columns shows what fixing imports alone repaired."""
    columns = {"goimports": tally.verdicts, "raw": tally.verdicts_raw, "legacy": tally.verdicts_legacy}
    shown = {name: counts for name, counts in columns.items() if counts or name == "goimports"}
    table = Table("verdict")
    for name in shown:
        table.add_column(name, justify="right")
    for verdict in Verdict:
        if any(counts[verdict] for counts in shown.values()):
            table.add_row(verdict, *(str(counts[verdict]) for counts in shown.values()))
    return table


def _in_words(k: int, estimate: Estimated) -> str:
    if not isinstance(estimate, Estimate):
        return f"pass@{k} not estimable: {estimate.reason}"
    low_high = f" [{estimate.interval.low:.1%}, {estimate.interval.high:.1%}]" if estimate.interval else ""
    left_out = f"; {estimate.left_out} with fewer samples left out" if estimate.left_out else ""
    return f"pass@{k} {estimate.value:.1%}{low_high} over {estimate.problems} tasks{left_out}"
