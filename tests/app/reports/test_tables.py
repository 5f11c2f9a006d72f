"""The registered report tables: rows that fit their columns, JSON beside CSV, and names."""

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.reports.build import build_report
from app.reports.errors import NoSuchTable
from app.reports.failures import NO_PROBLEMS, ArmFailures, FailureArm, FailureGroup, Failures
from app.reports.reviews import ReviewView
from app.reports.samples import ArmSamples
from app.reports.tables import find_report_table, register_report_table, report_tables
from app.reports.tables.table import ReportTable
from models.enums import ReviewState, Verdict
from tests.app.reports.arms import arm, whole
from tests.app.reports.inputs import Inputs
from tests.app.reports.runs import settings_of
from tests.app.reports.test_twins import with_twins


def with_levels(one: ArmSamples) -> ArmSamples:
    """The arm's problems as generated ones, half of them easy and half hard."""
    labels = ("easy", "hard")
    problems = tuple(
        replace(info, family="tank_levels", difficulty=labels[place % 2])
        for place, info in enumerate(one.problems)
    )
    return replace(one, problems=problems)


def one_failure(arms: list[ArmSamples]) -> Failures:
    at = datetime(2026, 3, 1, 9, tzinfo=UTC)
    group = FailureGroup(
        fingerprint="type: undefined: X",
        verdict=Verdict.TYPE,
        arms=tuple(ArmFailures(failed=2, revised=3, repaired=1) for _ in arms),
        problem_ids=NO_PROBLEMS,
        by_sample=(1, 1),
        first_at=at,
        last_at=at,
        first_run=1,
        last_run=1,
    )
    return Failures(arms=tuple(FailureArm(name=one.name, kind=one.kind) for one in arms), groups=(group,))


REVIEW = ReviewView(
    reviewer="Ada", labels=("off by one", "slow"), state=ReviewState.DONE, note="", version=1,
    changed_at=datetime(2026, 11, 30, tzinfo=UTC), task_id="a", problem_version="0" * 12, arm="base", sample=0, round=0,
)  # fmt: skip
INPUTS = Inputs(
    arms=whole(), report=build_report(settings_of(), whole()), failures=one_failure(whole()), reviews=(REVIEW,)
)
WITH_TWINS = Inputs(report=build_report(settings_of(), [with_twins(["P", "A"], ["A", "A"])]))
WITH_LEVELS = Inputs(report=build_report(settings_of(), [with_levels(one) for one in whole()]))
TABLES = [pytest.param(table, id=table.name) for table in report_tables() if table.name != "attempts"]


@pytest.mark.parametrize("table", TABLES)
def test_every_row_fits_the_columns_in_csv_and_json(table: ReportTable) -> None:
    inputs = {"twins": WITH_TWINS, "difficulty": WITH_LEVELS}.get(table.name, INPUTS)
    text = b"".join(table.csv(inputs)).decode("utf-8-sig")
    records = json.loads(b"".join(table.json(inputs)))
    rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    assert len(rows) == len(records) > 0
    for row, record in zip(rows, records, strict=True):
        assert list(row) == list(record)
        assert {name: cell for name, cell in row.items() if cell == ""}.keys() == {
            name for name, value in record.items() if value in (None, "")
        }


def test_a_table_without_rows_is_a_header_and_an_empty_list() -> None:
    table = find_report_table("flips")
    assert b"".join(table.csv(Inputs())).decode("utf-8-sig").startswith("left,right,task_id,")
    assert json.loads(b"".join(table.json(Inputs()))) == []


def rows(name: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(b"".join(find_report_table(name).json(INPUTS)))
    return found


def test_the_attribution_has_import_fixing_and_repair() -> None:
    steps = [(row["arm"], row["before"], row["after"], row["to_pass"]) for row in rows("attribution")]
    assert ("base", "raw", "goimports", 1) in steps
    assert ("critic", "drafts", "critic", 2) in steps


def test_transitions_and_rates_count_the_same_failures() -> None:
    (critic,) = [repair.repairs for repair in INPUTS.report.repairs if repair.arm == "critic"]
    tried = [row["tried"] for row in rows("repair_rates") if (row["arm"], row["group"]) == ("critic", "class")]
    assert sum(map(int, map(str, tried))) == critic.failures > 0
    assert len([row for row in rows("transitions") if row["arm"] == "critic"]) == len(critic.transitions)


def test_the_gap_is_given_with_both_rates_and_its_change() -> None:
    assert [row["statistic"] for row in rows("origins") if row["arm"] == "critic"] == [
        "seen", "unseen", "gap", "gap_change",
    ]  # fmt: skip


def test_resampling_is_compared_at_equal_samples_and_at_equal_tokens() -> None:
    first = rows("equal_samples")[0]
    assert (first["arm"], first["resampling"], first["failures"], first["fixed_by_critic"]) == (
        "critic", "resample", 6, 2,
    )  # fmt: skip
    points = [row for row in rows("equal_tokens") if row["arm"] == "critic"]
    assert len(points) == len(INPUTS.report.duels[0].equal_tokens.points) > 0


def test_text_with_a_comma_and_a_lone_surrogate_is_written_all_the_same() -> None:
    arms = [arm("base", ["P"], tasks=["a,\ud800"])]
    assert b"a," in b"".join(find_report_table("problems").json(Inputs(arms=arms)))


def test_a_name_is_found_with_hyphens_and_refused_with_the_names_there_are() -> None:
    assert find_report_table("pass-at-k") is find_report_table("pass_at_k")
    with pytest.raises(
        NoSuchTable, match="no table 'passk': choose one of attempts, problems, failures, pass-at-k, flips"
    ):
        find_report_table("passk")


@pytest.mark.parametrize("name", ["flips", "report"])
def test_a_name_that_is_taken_is_refused(name: str) -> None:
    table = ReportTable(name=name, title="", description="", columns=(), rows=lambda _: ())
    with pytest.raises(ValueError, match="is taken"):
        register_report_table(table)
