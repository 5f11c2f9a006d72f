"""`/api/v1`: as JSON what the pages show and do. One file a subject; rows are the pages' own frozen rows.

Errors are `{"error": one sentence, "advice": what to do}`. Changing requests take JSON. `/api/v1/openapi.json`
describes all of it. Tables come as CSV too: by suffix, or to `Accept: text/csv`.
"""

from dataclasses import dataclass

from fastapi import APIRouter

from app.api import catalogue, failures, investigations, jobs, labels, problems, runs, search
from app.api.requests import FILTER
from app.web import downloads


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """What every answer from 400 to 499 holds."""

    error: str
    """What happened, in one sentence."""
    advice: str
    """What to do; may be empty."""


_EXAMPLE = {"error": "There is no run 7.", "advice": "The list of runs shows all that are in this store."}
_SUBJECTS = (labels, runs, problems, jobs, investigations, catalogue, failures, search)


def router() -> APIRouter:
    """All of the API, with the files of every report table that is registered now."""
    found = APIRouter(
        prefix="/api/v1",
        responses={
            "4XX": {
                "model": Refusal,
                "description": "Refused: what happened and what to do",
                "content": {"application/json": {"example": _EXAMPLE}},
            }
        },
    )
    for part in (downloads.router(FILTER), *(one.router for one in _SUBJECTS)):
        found.include_router(part)
    return found
