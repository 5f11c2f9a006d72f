"""What a request to the API may ask for: which form of an answer, and which query parameters, in OpenAPI's words.

The readers of the pages read it (`app.queries.problem_filter`, `app.queries.sample_choice`), and FastAPI does not
see the query: `FILTER`, `PAGE` and `SAMPLE` describe it.
"""

from collections.abc import Sequence
from typing import Any

from fastapi import Request

from app.queries.problem_filter import Sort
from app.queries.problem_states import ProblemState
from models.enums import Origin, Verdict

JSON, CSV, MARKDOWN = "application/json", "text/csv", "text/markdown"


def preferred(request: Request, offers: Sequence[str]) -> str:
    """The offer with the highest quality, the earlier offer where two are equal; the first where none is wanted."""
    wanted = _read(request.headers.get("accept", "*/*"))
    return max(offers, key=lambda offer: (_quality(offer, wanted), -offers.index(offer)))


def _read(header: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for part in header.split(","):
        kind, _, rest = part.partition(";")
        found[kind.strip().lower()] = _number(rest)
    return found


def _number(parameters: str) -> float:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0


def _quality(offer: str, wanted: dict[str, float]) -> float:
    group = f"{offer.partition('/')[0]}/*"
    return next((wanted[kind] for kind in (offer, group, "*/*") if kind in wanted), 0.0)


_VERDICTS = {"type": "string", "enum": [str(one) for one in Verdict]}


def _field(name: str, description: str, schema: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": schema or {"type": "string"}}


_FILTER = [
    _field(
        "state",
        "Only problems of this state; may be given more than once, and then all must hold.",
        {"type": "array", "items": {"type": "string", "enum": [str(one) for one in ProblemState]}},
    ),
    _field(
        "origin",
        "Whether the problem was seen in training.",
        {"type": "string", "enum": [str(one) for one in Origin]},
    ),
    _field("class", "A draft of the base ended with this verdict.", _VERDICTS),
    _field("from", "A sample went from this verdict to `to`.", _VERDICTS),
    _field("to", "A sample went from `from` to this verdict.", _VERDICTS),
    _field(
        "fingerprint", "A failure group: an arm's last program for a sample failed so (`/failures` lists them)."
    ),
    _field("label", "Somebody gave this label to a program of the problem."),
    _field("by", "The arm whose repairs count; by default the run's critic."),
    _field("q", "Words to find in task id, function name and description.", {"type": "string", "maxLength": 200}),
    _field("sort", "The order.", {"type": "string", "enum": [str(one) for one in Sort]}),
]
FILTER: dict[str, Any] = {"parameters": _FILTER}
PAGE: dict[str, Any] = {
    "parameters": [*_FILTER, _field("after", "The last page's `next_after`.", {"type": "integer"})]
}
SAMPLE: dict[str, Any] = {
    "parameters": [
        _field("arm", "By default the run's critic."),
        _field("sample", "From 0; by default the most informative one.", {"type": "integer"}),
    ]
}
