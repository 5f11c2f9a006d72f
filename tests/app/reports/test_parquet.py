"""Parquet files: the cells of the CSV with their types, in constant memory."""

import io
import json
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pandas as pd
import pyarrow.parquet as pq
import pytest

from app.reports.sample_tables import SampleRow
from app.reports.tables import find_report_table, report_tables
from app.reports.tables.attempts import ATTEMPTS
from app.reports.tables.parquet import ROWS_PER_GROUP
from app.reports.tables.table import ReportTable
from models.enums import Verdict
from tests.app.reports.inputs import Inputs
from tests.app.reports.test_csv import row
from tests.app.reports.test_tables import INPUTS, WITH_LEVELS, WITH_TWINS


def read(table: ReportTable, inputs: Inputs) -> pd.DataFrame:
    return pd.read_parquet(io.BytesIO(b"".join(table.parquet(inputs))))


def test_columns_have_types_and_missing_values_are_missing() -> None:
    rows = [
        row(
            fingerprint="type: undefined: X",
            verdict=Verdict.TYPE,
            line=3,
            message="candidate.go:3:1: undefined: a",
        ),
        row(sample=1, verdict=None, seed=None, new_tokens=None, seconds=0.1 + 0.2, copied=True),
    ]
    found = read(ATTEMPTS, Inputs(rows=rows))
    assert list(found) == [column.name for column in ATTEMPTS.columns]
    assert {name: str(found[name].dtype) for name in ("verdict", "arm", "sample", "seconds", "copied", "task_id")} == {
        "verdict": "category", "arm": "category", "sample": "int64", "seconds": "float64", "copied": "bool",
        "task_id": "str",
    }  # fmt: skip
    assert found["verdict"].isna().tolist() == [False, True]
    assert found["new_tokens"].isna().tolist() == [False, True]
    assert found["seconds"].tolist() == [0.3, 0.1 + 0.2]
    assert found["line"].tolist()[0] == 3
    assert found["fingerprint"].tolist() == ["type: undefined: X", ""]


@pytest.mark.parametrize(
    "table", [one for one in report_tables() if one is not ATTEMPTS], ids=lambda one: one.name
)
def test_every_table_holds_what_its_json_holds(table: ReportTable) -> None:
    inputs = {"twins": WITH_TWINS, "difficulty": WITH_LEVELS}.get(table.name, INPUTS)
    records = json.loads(b"".join(table.json(inputs)))
    found = pq.read_table(io.BytesIO(b"".join(table.parquet(inputs)))).to_pylist()
    for one, record in zip(found, records, strict=True):
        # JSON has no instants: there they are ISO 8601.
        times = {name for name, value in one.items() if isinstance(value, datetime)}
        assert one == {name: datetime.fromisoformat(v) if name in times else v for name, v in record.items()}


@pytest.mark.parametrize(
    ("table", "columns"), [("labels", ["changed_at"]), ("failures", ["first_seen", "last_seen"])]
)
def test_instants_are_timestamps_in_utc(table: str, columns: list[str]) -> None:
    found = read(find_report_table(table), INPUTS)
    assert {str(found[name].dtype) for name in columns} == {"datetime64[us, UTC]"}


def test_a_table_without_rows_is_a_file_without_rows() -> None:
    assert len(read(find_report_table("flips"), Inputs())) == 0
    assert len(read(ATTEMPTS, Inputs())) == 0


def test_the_documentation_of_each_column_is_in_the_file() -> None:
    schema = pq.read_schema(io.BytesIO(b"".join(ATTEMPTS.parquet(Inputs(rows=[row()])))))
    assert schema.field("fingerprint").metadata[b"doc"].startswith(b"The failure group")
    assert schema.metadata[b"tekhne_table"] == b"attempts"


def test_text_that_no_file_can_hold_is_replaced_and_the_rest_is_kept() -> None:
    found = read(ATTEMPTS, Inputs(rows=[row(task_id="a\udc80b", message="=1+1")]))
    assert (found["task_id"][0], found["message"][0]) == ("a?b", "=1+1")


class Many(Inputs):
    """Rows that are made when they are asked for."""

    COUNT = 5 * ROWS_PER_GROUP

    def samples(self) -> Iterator[SampleRow]:
        one = row()
        return (replace(one, sample=number) for number in range(self.COUNT))


def test_memory_does_not_grow_with_the_number_of_rows() -> None:
    chunks = ATTEMPTS.parquet(Many())
    next(chunks)
    tracemalloc.start()
    try:
        next(chunks)
        after_two = tracemalloc.get_traced_memory()[1]
        parts = list(chunks)
        after_all = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(parts) > 3
    assert after_all < 1.5 * after_two
