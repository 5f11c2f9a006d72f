"""`/metrics`: for Prometheus, what this process answers and what the store's jobs, workers and runs do.

Like every address it asks for the login, if there is one: Prometheus sends the token as `authorization`. Rows are
counted by their highest id, so that a scrape costs milliseconds whatever the store holds. docs/operations.md lists all.
"""

from collections.abc import Iterator

from fastapi import APIRouter, Request
from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector, CollectorRegistry

from app.queries.health import count_runs_by_state, list_workers, table_sizes
from app.queries.jobs import count_jobs_by_state
from app.state import AppState, Session, state_of
from models.enums import JobState, RunState

router = APIRouter()


@router.get("/metrics", name="metrics")
def metrics(request: Request) -> Response:
    app_state = state_of(request)
    stored = CollectorRegistry(auto_describe=False)
    stored.register(StoreCollector(app_state))
    body = generate_latest(app_state.metrics.registry) + generate_latest(stored)
    return Response(body, headers={"Content-Type": CONTENT_TYPE_LATEST, "Cache-Control": "no-store"})


class StoreCollector(Collector):
    """Reads the store once, when Prometheus asks. A store that cannot be read is a request that failed: status 503."""

    def __init__(self, app_state: AppState) -> None:
        self._state = app_state

    def collect(self) -> Iterator[Metric]:
        with self._state.store.reader() as session:
            yield from store_metrics(session)


def store_metrics(session: Session) -> Iterator[Metric]:
    """Jobs and runs by state, workers, and rows ever stored by table."""
    jobs = GaugeMetricFamily("tekhne_jobs", "Jobs by state", labels=["state"])
    counted = count_jobs_by_state(session)
    for state in JobState:
        jobs.add_metric([state], counted.get(state, 0))
    yield jobs
    runs = GaugeMetricFamily("tekhne_runs", "Runs and re-runs by state", labels=["state"])
    found = count_runs_by_state(session)
    for one in RunState:
        runs.add_metric([one], found.get(one, 0))
    yield runs
    workers = list_workers(session)
    yield GaugeMetricFamily("tekhne_workers_alive", "Workers that beat lately", sum(one.alive for one in workers))
    rows = CounterMetricFamily("tekhne_rows", "Rows ever stored, deleted ones included", labels=["table"])
    for size in table_sizes(session):
        rows.add_metric([size.name], size.rows)
    yield rows
