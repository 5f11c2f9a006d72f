"""`/api/v1`: as JSON what the pages show and do. One file a subject; rows are the pages' own frozen rows.

Errors are `{"error": one sentence, "advice": what to do}`. Changing requests take JSON. `/api/v1/openapi.json`
describes all of it. Tables come as CSV too: by suffix, or to `Accept: text/csv`.
"""

from fastapi import APIRouter

from app.api import catalogue, files, house_keeping, jobs, problems, runs

ROUTER = APIRouter(prefix="/api/v1")
for part in (files.router, runs.router, problems.router, jobs.router, catalogue.router, house_keeping.router):
    ROUTER.include_router(part)
