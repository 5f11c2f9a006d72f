"""`/search`: programs, traces and reflections that hold a text, and programs by what they came to.

The address says all of it. The same page lists the programs of a failure group (`?fingerprint=`).
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from app.actions.saved_filters import forget_filter, save_filter
from app.addresses import search_url
from app.queries.runs import RunHead, find_run
from app.queries.saved_filters import SavedFilterRow, list_saved_filters
from app.queries.search import SearchSection
from app.queries.search_filter import SearchFilter, SearchIn, read_search
from app.state import state_of
from app.web.parameters import RowId, query_of
from app.web.respond import render
from app.web.search_results import PLACES, find_programs
from models.enums import Origin, Verdict

router = APIRouter()


@dataclass(frozen=True, kw_only=True)
class SearchContext:
    """The page of the search."""

    filter: SearchFilter
    errors: dict[str, str]
    """The fields that cannot be read, with the reason; nothing is searched then."""
    run: RunHead | None
    """The run that is searched; None: all."""
    sections: tuple[SearchSection, ...]
    """Empty before anything is asked."""
    is_paged: bool
    """Whether one section has the page to itself."""
    places: tuple[SearchIn, ...]
    saved: tuple[SavedFilterRow, ...]
    """Filters of this and other lists, by name."""
    verdicts: tuple[Verdict, ...]
    origins: tuple[Origin, ...]


@router.get("/search", name="search")
def search_page(request: Request) -> Response:
    app_state = state_of(request)
    query = query_of(request)
    read = read_search(query)
    after = query.get("after", [""])[0]
    if not read.errors and any("" in values for values in query.values()):
        # A form sends its empty fields too; drop them from the address that people share.
        return RedirectResponse(search_url(read.filter.query()), status_code=303)
    with app_state.store.reader() as session:
        run = find_run(session, read.filter.run_id) if read.filter.run_id is not None else None
        saved = list_saved_filters(session)
        sections = () if read.errors else find_programs(app_state, session, read.filter, after)
    context = SearchContext(
        filter=read.filter,
        errors=read.errors,
        run=run,
        sections=sections,
        is_paged=len(sections) == 1,
        places=PLACES,
        saved=saved,
        verdicts=tuple(Verdict),
        origins=tuple(Origin),
    )
    return render(request, "pages/search.html", context, status=400 if read.errors else 200)


@router.post("/saved-filters")
def save(request: Request, name: Annotated[str, Form()] = "", address: Annotated[str, Form()] = "") -> Response:
    """Keep the filter of an address under a name, and show the list that it filters."""
    save_filter(state_of(request).store, name, address)
    return RedirectResponse(address, status_code=303)


@router.post("/saved-filters/{filter_id}/forget")
def forget(request: Request, filter_id: RowId) -> Response:
    forget_filter(state_of(request).store, filter_id)
    return RedirectResponse("/search", status_code=303)
