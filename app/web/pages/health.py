"""`/health`: workers, rulers, stored rows, and the settings in force (without secrets).

`/health.json` is for programs: status 200 while the store answers.
"""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from app.queries.health import (
    RulerRow,
    TableSize,
    WorkerRow,
    list_rulers,
    list_workers,
    shown_settings,
    table_sizes,
)
from app.queries.jobs import count_jobs_by_state
from app.state import state_of
from app.web.respond import render
from models.enums import JobState

router = APIRouter()


@dataclass(frozen=True, kw_only=True)
class HealthContext:
    """The page `/health`."""

    workers: tuple[WorkerRow, ...]
    jobs: dict[JobState, int]
    rulers: tuple[RulerRow, ...]
    amounts: tuple[TableSize, ...]
    settings: dict[str, str]
    """By variable, as this web process reads them; a secret is only shown as set or not set."""


@router.get("/health", name="health")
def health_page(request: Request) -> Response:
    app_state = state_of(request)
    with app_state.store.reader() as session:
        context = HealthContext(
            workers=list_workers(session),
            jobs=count_jobs_by_state(session),
            rulers=list_rulers(session),
            amounts=table_sizes(session),
            settings=shown_settings(app_state.settings),
        )
    return render(request, "pages/health.html", context)


@router.get("/health.json")
def health_for_programs(request: Request) -> Response:
    with state_of(request).store.reader() as session:
        alive = sum(worker.alive for worker in list_workers(session))
    return JSONResponse({"store": "ok", "workers_alive": alive})
