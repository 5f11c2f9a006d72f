"""The search over the API: the page's own query, as JSON; and the filters that are kept under a name."""

from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from app.actions.saved_filters import LONGEST_ADDRESS, forget_filter, save_filter
from app.errors import BadRequest
from app.queries.saved_filters import SavedFilterRow, list_saved_filters
from app.queries.search import SearchSection
from app.queries.search_filter import SearchIn, read_search
from app.state import state_of
from app.web.parameters import RowId, query_of
from app.web.search_results import find_programs
from models.enums import Origin, Verdict
from models.saved_filters import LONGEST_NAME

router = APIRouter(tags=["search"])


def _field(name: str, description: str, schema: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": schema or {"type": "string"}}


def _words(values: type[SearchIn] | type[Verdict] | type[Origin]) -> dict[str, Any]:
    return {"type": "string", "enum": [str(value) for value in values]}


_BOUNDS = [
    _field(f"{name}_{end}", f"The {word} {what}.", {"type": "number", "minimum": 0})
    for name, what in (
        ("tokens", "number of new tokens"),
        ("cpu", "CPU time, in seconds"),
        ("edit", "number of lines added and removed, of revisions"),
    )
    for end, word in (("min", "least"), ("max", "greatest"))
]
SEARCH: dict[str, Any] = {
    "parameters": [
        _field(
            "q", "Found as it is written; the case of a–z does not matter.", {"type": "string", "maxLength": 200}
        ),
        _field("in", "Texts to search; all if none is named.", {"type": "array", "items": _words(SearchIn)}),
        _field("run", "Only this run.", {"type": "integer"}),
        _field("arm", "Only arms of this name."),
        _field("class", "The program's verdict.", _words(Verdict)),
        _field("fingerprint", "Only this failure group."),
        _field("origin", "Whether the problem was seen in training; needs `run`.", _words(Origin)),
        _field("label", "Only programs to which somebody gave this label."),
        _field("program", "Only programs with the text of this row.", {"type": "integer"}),
        *_BOUNDS,
        _field("after", "The section's `next_after`, of a search of one kind of text."),
    ]
}


@router.get("/search", openapi_extra=SEARCH)
def search(request: Request) -> tuple[SearchSection, ...]:
    """Programs by a text of theirs and by what they came to: a section for each kind of text."""
    app_state = state_of(request)
    query = query_of(request)
    read = read_search(query)
    if read.errors:
        raise BadRequest(" ".join(f"{name}: {words}" for name, words in read.errors.items()))
    with app_state.store.reader() as session:
        return find_programs(app_state, session, read.filter, query.get("after", [""])[0])


class NewFilter(BaseModel):
    """A filter to keep."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"name": "panics", "address": "/search?class=panic"}]}
    )

    name: Annotated[str, Field(max_length=LONGEST_NAME)]
    address: Annotated[str, Field(max_length=LONGEST_ADDRESS)]
    """Path and query of a list that takes a filter."""


@router.get("/saved-filters")
def saved_filters(request: Request) -> tuple[SavedFilterRow, ...]:
    """The filters that are kept under a name."""
    with state_of(request).store.reader() as session:
        return list_saved_filters(session)


@router.post("/saved-filters", status_code=201)
def save(request: Request, body: NewFilter) -> SavedFilterRow:
    """Keep a filter; one of the same name gives way."""
    store = state_of(request).store
    filter_id = save_filter(store, body.name, body.address)
    with store.reader() as session:
        return next(row for row in list_saved_filters(session) if row.id == filter_id)


@router.delete("/saved-filters/{filter_id}", status_code=204)
def forget(request: Request, filter_id: RowId) -> None:
    """Forget a saved filter."""
    forget_filter(state_of(request).store, filter_id)
