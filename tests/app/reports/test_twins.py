"""Twins: paired with their originals, tested exactly, and counted in no other number of a report."""

from dataclasses import replace

import numpy as np
import pytest

from app.reports.build import build_report
from app.reports.estimates import Estimate
from app.reports.markdown import report_markdown
from app.reports.report import as_dict
from app.reports.samples import ArmSamples
from app.reports.signs import exact_p
from app.reports.tables import find_report_table
from benchmarks.small_tables import arm
from models.enums import RunState
from tests.app.reports.runs import settings_of


def with_twins(originals: list[str], twins: list[str], name: str = "base") -> ArmSamples:
    """An arm whose later problems are twins of its first ones."""
    names = [f"P/{row}" for row in range(len(originals))]
    made = arm(name, [*originals, *twins], tasks=[*names, *(f"{one} twin" for one in names[: len(twins)])])
    infos = [
        replace(info, text=f"text {row}")
        if row < len(originals)
        else replace(info, text=f"other {row}", twin_of=f"text {row - len(originals)}", problem_set="set/twins@1")
        for row, info in enumerate(made.problems)
    ]
    return replace(made, problems=tuple(infos))


def test_solved_originals_with_unsolved_twins_are_recall() -> None:
    (found,) = build_report(settings_of(), [with_twins(["P"] * 10, ["P"] * 2 + ["A"] * 8)]).twins

    assert (found.arm, found.pairs, found.both, found.original_only) == ("base", 10, 2, 8)
    assert (found.twin_only, found.neither) == (0, 0)
    assert found.p_value == exact_p(0, 8)
    assert found.convincing
    assert "solved the original and not its twin in 8" in found.sentence
    assert found.sentence.endswith("recall, not skill.")


def test_few_broken_twins_are_no_evidence() -> None:
    (found,) = build_report(settings_of(), [with_twins(["P"] * 10, ["P"] * 7 + ["A"] * 3)]).twins

    assert not found.convincing
    assert found.sentence.endswith("no evidence of recall, which would take 6 against 0.")


def test_a_twin_counts_in_no_other_number() -> None:
    alone = arm("base", ["P", "A", "P"])
    mixed = with_twins(["P", "A", "P"], ["A", "A", "A"])
    report, other = build_report(settings_of(), [mixed]), build_report(settings_of(), [alone])

    assert report.arms[0].problems == 3
    assert report.arms == other.arms
    assert report.verdict == other.verdict


def test_a_run_without_twins_has_no_pairs() -> None:
    assert build_report(settings_of(), [arm("base", ["P", "A"])]).twins == ()


def test_a_run_of_twins_alone_is_reported_as_one_of_problems() -> None:
    mixed = with_twins(["P", "A"], ["P", "A"])
    report = build_report(settings_of(), [mixed.only(np.array([2, 3]))])

    assert report.arms[0].problems == 2
    assert report.twins == ()


def test_a_twin_whose_original_is_not_in_the_run_is_no_pair() -> None:
    mixed = with_twins(["P", "A", "P"], ["P", "A"])
    (found,) = build_report(settings_of(), [mixed.only(np.array([1, 2, 3, 4]))]).twins

    assert found.pairs == 1


def test_both_sides_have_as_many_tries() -> None:
    # The twin's second sample has no verdict, so that the original's second one does not count either.
    (found,) = build_report(settings_of(), [with_twins(["AP"], ["A."])]).twins

    assert (found.neither, found.original_only) == (1, 0)


def test_several_arms_are_corrected_together() -> None:
    arms = [with_twins(["P"] * 10, ["A"] * 10, name) for name in ("base", "resample")]
    found = build_report(settings_of(), arms).twins

    assert [one.arm for one in found] == ["base", "resample"]
    assert found[0].p_value == pytest.approx(2 * exact_p(0, 10))
    assert isinstance(found[0].difference, Estimate)


def test_a_running_run_claims_only_what_may_be_looked_at() -> None:
    run = settings_of(state=RunState.RUNNING)
    (found,) = build_report(run, [with_twins(["P"] * 6, ["A"] * 6)]).twins

    assert found.evidence.looks.always_valid
    assert not found.convincing
    assert found.sentence.endswith("no evidence of recall so far.")


def test_table_markdown_and_json_say_the_same() -> None:
    report = build_report(settings_of(), [with_twins(["P"] * 10, ["A"] * 10)])

    class Inputs:
        def __init__(self) -> None:
            self.report = report

    (row,) = find_report_table("twins").rows(Inputs())  # type: ignore[arg-type]
    found = as_dict(report)["twins"][0]
    assert list(row[:6]) == ["base", 10, 0, 10, 0, 0]
    assert (found["original_only"], found["sentence"], found["p_value"]) == (10, row[8], row[6])
    assert found["ledger"][0]["move"] == "broken"
    assert "## Problems and their twins" in report_markdown(report)
