"""What the query of a list of problems and of one problem may hold, in the words of OpenAPI.

The pages' own readers read it (`app.queries.problem_filter`, `app.queries.sample_choice`), so FastAPI does not see it.
"""

from typing import Any

from app.queries.problem_filter import Sort
from app.queries.run_facts import ProblemState
from models.enums import Verdict

_VERDICTS = {"type": "string", "enum": [str(one) for one in Verdict]}


def _field(name: str, description: str, schema: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": schema or {"type": "string"}}


_FILTER = [
    _field(
        "state",
        "Each must hold; may be given more than once.",
        {"type": "array", "items": {"type": "string", "enum": [str(one) for one in ProblemState]}},
    ),
    _field("class", "Some draft of the base ended so.", _VERDICTS),
    _field("from", "Some sample went from this verdict to `to`.", _VERDICTS),
    _field("to", "Some sample went from `from` to this verdict.", _VERDICTS),
    _field("by", "The arm whose repairs are meant; the run's critic where it is left out."),
    _field("q", "Words of task id, function and description.", {"type": "string", "maxLength": 200}),
    _field("sort", "The order.", {"type": "string", "enum": [str(one) for one in Sort]}),
]
FILTER: dict[str, Any] = {"parameters": _FILTER}
PAGE: dict[str, Any] = {
    "parameters": [*_FILTER, _field("after", "The last page's `next_after`.", {"type": "integer"})]
}
SAMPLE: dict[str, Any] = {
    "parameters": [
        _field("arm", "The run's critic where it is left out."),
        _field("sample", "From 0; the one with most to tell where it is left out.", {"type": "integer"}),
    ]
}
