"""What `/api/v1/openapi.json` says is what is answered."""

import pytest

from app.reports.tables import report_tables
from tests.client import TestClient

API = "/api/v1"


@pytest.mark.parametrize("part", [f"{table.name}.csv" for table in report_tables()])
def test_the_example_of_a_file_is_how_the_file_begins(client: TestClient, run_id: int, part: str) -> None:
    said = client.get(f"{API}/openapi.json").json()["paths"][f"{API}/runs/{{run_id}}/{part}"]["get"]["responses"]
    example = said["200"]["content"]["text/csv"]["example"]
    answer = client.get(f"{API}/runs/{run_id}/{part}").content.decode("utf-8-sig")
    assert answer.startswith(example.removesuffix("…"))


def test_refusals_have_the_documented_shape(client: TestClient, run_id: int) -> None:
    specification = client.get(f"{API}/openapi.json").json()
    schemas = specification["components"]["schemas"]
    for path, query in (("/runs", "rows=0"), ("/runs/{run_id}", ""), ("/runs/{run_id}/problems", "state=bogus")):
        number = run_id if query else 999
        answer = client.get(f"{API}{path.format(run_id=number)}?{query}")
        said = specification["paths"][f"{API}{path}"]["get"]["responses"]
        documented = said.get(str(answer.status_code)) or said.get("4XX")
        assert documented, (path, answer.status_code, sorted(said))
        name = documented["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        assert set(answer.json()) == set(schemas[name]["properties"]), path


def test_the_filter_of_problems_is_documented(client: TestClient) -> None:
    paths = client.get(f"{API}/openapi.json").json()["paths"]
    named = {one["name"] for one in paths[f"{API}/runs/{{run_id}}/problems"]["get"]["parameters"]}
    assert {"state", "class", "from", "to", "by", "q", "sort", "after"} <= named
