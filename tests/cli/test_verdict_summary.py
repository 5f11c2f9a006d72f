"""Counts over verdict rows keep unscored samples out of what pass@k is made of."""

import io
from dataclasses import replace

from cli.terminal import Terminal
from cli.verdict_summary import Tally, print_summary
from models.enums import Stage, Verdict
from worker.problem_sets import ProblemSetContent
from worker.verify.completions import JudgementRow


def row(task_id: str, verdict: Verdict, *, raw: Verdict | None = None, cached: bool = False) -> JudgementRow:
    return JudgementRow(
        task_id=task_id,
        completion_index=0,
        verdict=verdict,
        verdict_raw=raw or verdict,
        stage=Stage.RUN,
        message="",
        line=None,
        column=None,
        cpu_seconds=0.0,
        wall_seconds=0.0,
        memory_bytes=0,
        ruler="r",
        cached=cached,
    )


def test_unscored_samples_count_neither_as_passed_nor_as_failed() -> None:
    tally = Tally()
    for verdict in (Verdict.PASSED, Verdict.SANDBOX_ERROR, Verdict.PANIC, Verdict.FLAKY):
        tally.add(row("a", verdict))
    assert (tally.scored["a"], tally.passed["a"], tally.unscored, tally.total) == (3, 1, 1, 4)


def test_a_task_that_never_passed_is_still_a_task() -> None:
    tally = Tally()
    tally.add(row("a", Verdict.SANDBOX_ERROR))
    assert dict(tally.scored) == {"a": 0}


def test_the_raw_rule_and_the_cache_are_counted_apart() -> None:
    tally = Tally()
    tally.add(row("a", Verdict.PASSED, raw=Verdict.IMPORT, cached=True))
    assert (tally.verdicts[Verdict.PASSED], tally.verdicts_raw[Verdict.IMPORT], tally.cached) == (1, 1, 1)


def test_null_completions_are_counted_and_the_summary_says_so() -> None:
    tally = Tally()
    tally.add(replace(row("a", Verdict.SYNTAX), null_completion=True))
    tally.add(row("a", Verdict.PASSED))
    assert tally.nulls == 1
    console = Terminal(file=io.StringIO(), width=200)
    print_summary(console, tally, ProblemSetContent(name="set", problems=()), 0)
    assert "1 null, counted as failures as their owner does" in console.file.getvalue()  # type: ignore[attr-defined]


def test_a_row_is_one_line_of_json_with_the_fields_in_order() -> None:
    text = row("a", Verdict.PASSED).as_json()
    assert "\n" not in text
    assert text.startswith('{"task_id": "a", "completion_index": 0, "verdict": "passed", "verdict_raw": "passed"')
    assert "verdict_legacy" not in text
    assert "null_completion" not in text
