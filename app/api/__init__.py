"""`/api/v1`: as JSON what the pages show and do. One file a subject; rows are the pages' own frozen rows.

Errors are `{"error": one sentence, "advice": what to do}`. Changing requests take JSON. `/api/v1/openapi.json`
describes all of it.
"""

from fastapi import APIRouter

from app.api import catalogue, jobs, problems, runs

ROUTER = APIRouter(prefix="/api/v1")
for part in (runs.router, problems.router, jobs.router, catalogue.router):
    ROUTER.include_router(part)
