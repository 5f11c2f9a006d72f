"""`/revisions/{id}/tokens`: how sure the critic was of each token of a revision, and what the trace changed.

The problem page opens the same panel in place. While a job reads the revision, the panel asks for itself again.
"""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from app.actions.trace_effects import ask_for_trace_effect
from app.queries.revision_tokens import RevisionTokensView, read_revision_tokens
from app.state import state_of
from app.web.parameters import RowId
from app.web.respond import render, wants_fragment

router = APIRouter()


@dataclass(frozen=True, kw_only=True)
class RevisionTokensContext:
    """The page of one revision's tokens."""

    tokens: RevisionTokensView


@router.get("/revisions/{revision_id}/tokens", name="revision_tokens")
def tokens_page(request: Request, revision_id: RowId) -> Response:
    return _page(request, revision_id)


@router.post("/revisions/{revision_id}/trace-effect")
def measure_effect(request: Request, revision_id: RowId) -> Response:
    """Queue the job that reads the revision with and without the trace."""
    state = state_of(request)
    ask_for_trace_effect(state.store, state.queue, revision_id)
    if wants_fragment(request):
        return _page(request, revision_id)
    return RedirectResponse(f"/revisions/{revision_id}/tokens", status_code=303)


def _page(request: Request, revision_id: int) -> Response:
    with state_of(request).store.reader() as session:
        context = RevisionTokensContext(tokens=read_revision_tokens(session, revision_id))
    return render(request, "pages/revision_tokens.html", context, fragment="fragments/revision_tokens.html")
