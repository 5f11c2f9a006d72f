"""The columns of every file are explained one click away from each link to a file."""

from html import unescape

from app.reports.tables import report_tables
from tests.app.web.pages.conftest import Served


def test_every_column_of_every_table_is_explained(served: Served) -> None:
    text = unescape(served.text("/columns"))
    for table in report_tables():
        assert f'id="{table.file_name}"' in text
        for column in table.columns:
            assert f">{column.name}</th>" in text
        for column in table.arm_columns:
            assert f">ARM_{column.name}</th>" in text


def test_the_links_to_files_stand_beside_the_link_to_their_columns(served: Served) -> None:
    for path, anchor in (("/runs/1", ""), ("/runs/1/problems", "#problems"), ("/runs/1/failures", "#failures")):
        assert f'href="/columns{anchor}"' in served.text(path), path


def test_every_table_comes_as_parquet_too(served: Served) -> None:
    for table in report_tables():
        answer = served.client.get(f"/runs/1/{table.name}.parquet")
        assert answer.status_code == 200
        assert answer.content.startswith(b"PAR1")
        assert answer.content.endswith(b"PAR1")
        assert f"run-1-{table.file_name}.parquet" in answer.headers["content-disposition"]
    assert served.client.get("/api/v1/runs/1/attempts.parquet").content.startswith(b"PAR1")
