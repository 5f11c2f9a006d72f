"""CSV files: columns held to their documentation, safe cells, and the way back to equal reports."""

import csv
import io
import re
import tracemalloc
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reports.build import build_report
from app.reports.errors import BadResults
from app.reports.sample_tables import SampleRow, arms_from_rows
from app.reports.tables import find_report_table, report_tables
from app.reports.tables.attempts import attempts_csv, rows_from_csv
from app.reports.tables.table import Column, csv_chunks, guarded, unguarded
from models.arm_kinds import ArmKind
from models.enums import Origin, Verdict
from tests.app.reports.arms import arm
from tests.app.reports.inputs import Inputs
from tests.app.reports.runs import settings_of

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "csv.md"
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "'=1", "＝1"]


def row(**changed: object) -> SampleRow:
    usual = SampleRow(
        task_id="Go/1",
        problem_version="abcdef012345",
        problem_set="set@1",
        origin=Origin.UNSEEN,
        arm="base",
        kind=ArmKind.BASE,
        sample=0,
        verdict=Verdict.PASSED,
        draft_verdict=Verdict.PASSED,
        seconds=0.3,
        seed=7,
    )
    return replace(usual, **changed)


def whole(chunks: Iterable[bytes]) -> str:
    return b"".join(chunks).decode()


def cells(chunks: Iterable[bytes]) -> list[list[str]]:
    return list(csv.reader(io.StringIO(whole(chunks).removeprefix("\ufeff"), newline="")))


def again(rows: Iterable[SampleRow]) -> list[SampleRow]:
    return list(rows_from_csv(io.StringIO(whole(attempts_csv(rows)), newline="")))


def test_the_document_holds_every_column_of_every_table() -> None:
    """`tekhne export columns` writes the part below the introduction."""
    columns = "\n".join(table.documentation() for table in report_tables())
    assert DOCUMENT.read_text().endswith(f"\n{columns}"), (
        "replace the tables of docs/csv.md by `tekhne export columns`"
    )


def test_every_column_has_one_line_of_documentation_and_a_name_of_its_own() -> None:
    for table in report_tables():
        columns = [*table.columns, *table.arm_columns]
        assert len({column.name for column in columns}) == len(columns), table.name
        assert all(column.doc and "\n" not in column.doc for column in columns), table.name


def test_files_begin_with_a_byte_order_mark_and_end_lines_as_rfc_4180_says() -> None:
    data = b"".join(attempts_csv([row()]))
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.endswith(b"\r\n")
    assert data.count(b"\n") == data.count(b"\r\n") == 2


@pytest.mark.parametrize("name", FORMULAS)
def test_no_text_reaches_a_spreadsheet_as_a_formula(name: str) -> None:
    written = cells(attempts_csv([row(task_id=name, arm=name, problem_set=name)]))[1]
    assert not any(cell.startswith(("=", "+", "@", "\t", "\r", "＝")) for cell in written)
    assert written[0] == "'" + name


@pytest.mark.parametrize("name", ["032005758e47", "441e59773677", "007", "1.50", "12345678901234567890"])
def test_text_of_digits_stays_text_in_a_spreadsheet(name: str) -> None:
    assert guarded(name) == f"'{name}"
    assert unguarded(guarded(name)) == name


def test_negative_numbers_stay_numbers() -> None:
    assert cells(csv_chunks([Column("difference", "")], [[-0.25]]))[1] == ["-0.25"]


def test_a_measured_number_has_six_digits_and_a_count_all_of_them() -> None:
    columns = [Column(name, "") for name in ("seconds", "small", "share", "count")]
    written = cells(csv_chunks(columns, [[0.30000000000000004, 0.000012345678, 1 / 3, 123_456_789]]))[1]
    assert written == ["0.3", "1.23457e-05", "0.333333", "123456789"]


@given(st.text(max_size=30))
def test_a_guarded_cell_is_read_back_as_it_was(value: str) -> None:
    assert unguarded(guarded(value)) == value


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=20))
def test_any_name_survives_the_file(name: str) -> None:
    assert again([row(task_id=name, arm=name)])[0].task_id == name


def test_rows_come_back_equal() -> None:
    rows = [
        row(),
        row(sample=1, verdict=None, draft_verdict=None, seed=None),
        row(arm="critic", kind=ArmKind.CRITIC, verdict=Verdict.FLAKY, rounds=2, copied=True, edit_size=4),
        row(
            task_id='Go/"2",\r\nx', program_hash="ab" * 32, finish_reason="complete", example_verdict=Verdict.TYPE
        ),
    ]
    assert again(rows) == rows


def random_rows() -> Iterator[SampleRow]:
    verdicts = [Verdict.PASSED, Verdict.ASSERTION, Verdict.TYPE, Verdict.SANDBOX_ERROR, Verdict.FLAKY, None]
    for number in range(40):
        for kind in (ArmKind.BASE, ArmKind.CRITIC, ArmKind.RESAMPLE):
            for sample in range(3):
                draft = verdicts[(number * 7 + sample * 3) % 6]
                repaired = kind.repairs and draft is not Verdict.PASSED
                final = verdicts[(number + sample + len(kind)) % 6] if repaired else draft
                yield row(
                    task_id=f"Go/{number}", origin=Origin.SEEN if number % 2 else Origin.UNSEEN, arm=str(kind),
                    kind=kind, sample=sample, draft_verdict=draft, verdict=final, verdict_raw=draft,
                    example_verdict=final, rounds=int(repaired), new_tokens=number + sample, seconds=0.1 * sample,
                )  # fmt: skip


def test_a_report_computed_from_the_file_equals_the_report_from_the_rows() -> None:
    direct = build_report(settings_of(), arms_from_rows(random_rows()))
    from_file = build_report(settings_of(), arms_from_rows(again(random_rows())))
    assert from_file == direct
    assert direct.duels[0].equal_samples.failures > 0


def test_memory_does_not_grow_with_the_number_of_rows() -> None:
    def peak(number: int) -> int:
        tracemalloc.start()
        size = sum(len(chunk) for chunk in attempts_csv(row(sample=i) for i in range(number)))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert size > number * 50
        return most

    assert peak(30_000) < peak(5_000) * 1.5


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "the file, line 1: the header lacks task_id"),
        ("task_id,arm\r\n", "the header lacks problem_version"),
    ],
)
def test_another_file_is_refused_by_its_header(content: str, said: str) -> None:
    with pytest.raises(BadResults, match=re.escape(said)):
        list(rows_from_csv(io.StringIO(content, newline="")))


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("verdict", "okay"),
        ("sample", "one"),
        ("copied", "yes"),
        ("seconds", "fast"),
        ("origin", ""),
        ("seed", "x"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named_by_line_and_column(column: str, cell: str) -> None:
    lines = cells(attempts_csv([row(), row()]))
    lines[2][lines[0].index(column)] = cell
    content = whole(csv_chunks([Column(name, "") for name in lines[0]], lines[1:]))
    with pytest.raises(BadResults, match=re.escape(f"results.csv, line 3: column {column} cannot be {cell!r}")):
        list(rows_from_csv(io.StringIO(content, newline=""), "results.csv"))


def test_a_row_that_ends_early_is_named() -> None:
    content = whole(attempts_csv([row()])) + "Go/2,abc\r\n"
    with pytest.raises(BadResults, match="line 3: the row ends before column problem_set"):
        list(rows_from_csv(io.StringIO(content, newline="")))


def test_one_row_a_problem_holds_every_arm() -> None:
    arms = [arm("base", ["PAE", "AA"]), arm("critic", ["PPE"], drafts=["PAE"])]
    header, first, second = cells(find_report_table("problems").csv(Inputs(arms=arms)))
    assert dict(zip(header, first, strict=True)) == {
        "task_id": "T/0", "problem_version": "v1", "problem_set": "set@1", "origin": "unseen", "origin_reason": "",
        "text": "", "twin_of": "", "family": "", "difficulty": "",
        "base_scored": "2", "base_passed": "1", "base_unscored": "1", "base_pass_at_1": "0.5",
        "base_new_tokens": "30", "base_marks": "PAE", "base_recited": "0",
        "critic_scored": "2", "critic_passed": "2", "critic_unscored": "1", "critic_pass_at_1": "1.0",
        "critic_new_tokens": "30", "critic_marks": "PPE", "critic_recited": "0",
    }  # fmt: skip
    assert second[-6:] == [""] * 6
    assert second[header.index("base_marks")] == "AA"


def test_the_pass_at_k_table_gives_value_interval_or_reason() -> None:
    report = build_report(settings_of(), [arm("base", ["PA", "AA"]), arm("critic", ["E"], drafts=["E"])])
    header, *rows = cells(find_report_table("pass-at-k").csv(Inputs(report=report)))
    first = dict(zip(header, rows[0], strict=True))
    assert (first["arm"], first["statistic"], first["k"], first["value"]) == ("base", "pass_at_k", "1", "0.25")
    assert float(first["low"]) < 0.25 < float(first["high"])
    assert (rows[-1][0], rows[-1][4], rows[-1][-1]) == ("critic", "", "no sample has been scored")


def test_the_flips_table_has_each_problem_of_each_pair() -> None:
    report = build_report(
        settings_of(), [arm("base", ["PA", "AA"]), arm("critic", ["PA", "AP"], drafts=["PA", "AA"])]
    )
    assert cells(find_report_table("flips").csv(Inputs(report=report)))[1:] == [
        ["base", "critic", "T/0", "v1", "2", "1", "1", "both"],
        ["base", "critic", "T/1", "v1", "2", "0", "1", "fixed"],
    ]
