"""The API's tables and documents: by suffix, by `Accept`, and not again to whoever has them."""

import pytest

from models import Run, Store
from tests.client import TestClient

API = "/api/v1"


def test_a_table_comes_as_csv_by_suffix_and_by_accept(client: TestClient, run_id: int) -> None:
    path = f"{API}/runs/{run_id}/problems"
    by_suffix = client.get(f"{path}.csv?state=failed")
    by_accept = client.get(f"{path}?state=failed", headers={"Accept": "text/csv"})
    assert by_suffix.headers["content-type"].startswith("text/csv")
    assert by_accept.text == by_suffix.text
    assert client.get(path, headers={"Accept": "text/csv;q=0.1, application/json"}).json()["total"] == 3
    assert client.get(path, headers={"Accept": "image/png"}).json()["total"] == 3
    for name in ("attempts", "pass_at_k", "flips"):
        for suffix in ("csv", "json"):
            same = client.get(f"/runs/{run_id}/{name}.{suffix}").text
            assert client.get(f"{API}/runs/{run_id}/{name}.{suffix}").text == same


def test_a_report_comes_as_markdown_by_accept(client: TestClient, run_id: int) -> None:
    path = f"{API}/runs/{run_id}/report"
    document = client.get(path, headers={"Accept": "text/markdown"})
    assert document.headers["content-type"].startswith("text/markdown")
    assert document.text == client.get(f"{path}.md").text


@pytest.mark.parametrize("name", ["attempts.csv", "problems.csv", "flips.csv", "report.json", "report.md"])
def test_a_file_that_a_reader_has_is_not_sent_again_until_the_run_changes(
    client: TestClient, run_id: int, sqlite_store: Store, name: str
) -> None:
    path = f"/runs/{run_id}/{name}"
    tag = {"If-None-Match": client.get(path).headers["etag"]}
    assert client.get(path, headers=tag).status_code == 304
    with sqlite_store.writer() as session:
        session.get_one(Run, run_id).revision_number += 1
    assert client.get(path, headers=tag).status_code == 200


def test_a_program_is_tagged_by_its_text(client: TestClient, run_id: int) -> None:
    tag = {"If-None-Match": client.get("/programs/attempt/1.go").headers["etag"]}
    assert client.get("/programs/attempt/1.go", headers=tag).status_code == 304
    assert client.get("/programs/attempt/2.go", headers=tag).status_code == 200


def test_two_runs_are_compared_as_on_the_page(client: TestClient, run_id: int) -> None:
    found = client.get(f"{API}/compare?a={run_id}&b={run_id}&arm_b=critic").json()
    assert (found["kind"], found["result"]["left"], found["result"]["right"]) == ("comparison", "base", "critic")
    assert client.get(f"{API}/compare?a={run_id}&b={run_id}&arm_a=none").status_code == 400
    assert client.get(f"{API}/compare?a={run_id}&b=77").status_code == 404
