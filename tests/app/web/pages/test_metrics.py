"""`/metrics`: what it counts, that the documentation lists it, and that nothing typed by a user becomes a label."""

import re
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from models import Store
from tests.client import TestClient
from tests.store_factory import StoreFactory

ROOT = Path(__file__).resolve().parents[4]
Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def scraped(client: TestClient) -> Samples:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def value(samples: Samples, name: str, **labels: str) -> float:
    return samples[name, frozenset(labels.items())]


def test_jobs_runs_workers_and_rows_of_the_store_are_counted(
    empty_client: TestClient, sqlite_store: Store
) -> None:
    empty = scraped(empty_client)
    assert value(empty, "tekhne_runs", state="done") == 0
    assert value(empty, "tekhne_workers_alive") == 0
    factory = StoreFactory(sqlite_store)
    factory.run(factory.problem_set(problems=3))
    full = scraped(empty_client)
    assert sum(count for (name, _), count in full.items() if name == "tekhne_runs") == 1
    assert value(full, "tekhne_rows_total", table="runs") == 1
    assert value(full, "tekhne_rows_total", table="attempts") > 0


def test_requests_are_timed_by_the_pattern_of_their_route(empty_client: TestClient) -> None:
    for number in (1, 2, 3):
        assert empty_client.get(f"/runs/{number}").status_code == 404
    assert empty_client.get("/no-such-page-typed-by-somebody").status_code == 404
    samples = scraped(empty_client)
    count = "tekhne_request_duration_seconds_count"
    assert value(samples, count, method="GET", route="/runs/{run_id}", status="404") == 3
    assert value(samples, count, method="GET", route="unknown", status="404") == 1
    assert not any("typed-by-somebody" in value for _, labels in samples for _, value in labels)


def test_queries_of_pages_are_counted_and_nothing_is_read_while_nobody_watches(empty_client: TestClient) -> None:
    before = value(scraped(empty_client), "tekhne_store_queries_total")
    empty_client.get("/runs")
    after = scraped(empty_client)
    assert value(after, "tekhne_store_queries_total") > before > 0
    assert value(after, "tekhne_live_looks") == 0


def test_every_metric_is_documented_and_every_documented_one_is_there(empty_client: TestClient) -> None:
    empty_client.get("/runs")
    names = {name for name, _ in scraped(empty_client) if not name.endswith("_created")}
    shown = {re.sub(r"_(bucket|sum|count)$", "", name) for name in names}
    documented = set(re.findall(r"^\| `(tekhne_\w+)`", (ROOT / "docs/operations.md").read_text(), re.MULTILINE))
    assert {name for name in shown if name.startswith("tekhne_")} == documented
    assert any(name.startswith("process_") for name in shown)
