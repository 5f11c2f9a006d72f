"""`/transcripts` and `/transcripts/{id}`: what critics are trained on; a transcript can be marked as bad, and back."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from app.actions.transcripts import mark_transcript
from app.queries.transcripts import (
    TranscriptFilter,
    TranscriptPage,
    TranscriptView,
    find_transcript,
    list_transcripts,
)
from app.state import state_of
from app.web.parameters import RowId, choice_in, query_of, row_id
from app.web.rendering.diff import Diff, diff
from app.web.respond import render
from models.enums import TranscriptState, Verdict

router = APIRouter()


@dataclass(frozen=True, kw_only=True)
class TranscriptsContext:
    """The page `/transcripts`."""

    filter: TranscriptFilter
    states: tuple[TranscriptState, ...]
    page: TranscriptPage


@dataclass(frozen=True, kw_only=True)
class TranscriptContext:
    """The page of one transcript."""

    transcript: TranscriptView
    diff: Diff
    """The attempt against the revision."""


@router.get("/transcripts", name="transcripts")
def transcripts_page(request: Request) -> Response:
    query = query_of(request)
    wanted = TranscriptFilter(
        state=choice_in(query, "state", TranscriptState),
        verdict=choice_in(query, "verdict", Verdict),
        after=row_id(query.get("after", [""])[0]),
    )
    with state_of(request).store.reader() as session:
        page = list_transcripts(session, wanted)
    context = TranscriptsContext(filter=wanted, states=tuple(TranscriptState), page=page)
    return render(request, "pages/transcripts.html", context)


@router.get("/transcripts/{transcript_id}", name="transcript")
def transcript_page(request: Request, transcript_id: RowId) -> Response:
    with state_of(request).store.reader() as session:
        found = find_transcript(session, transcript_id)
    context = TranscriptContext(transcript=found, diff=diff(found.attempt, found.revision))
    return render(request, "pages/transcript.html", context)


@router.post("/transcripts/{transcript_id}/mark")
def mark(
    request: Request,
    transcript_id: RowId,
    state: Annotated[TranscriptState, Form()],
    reason: Annotated[str, Form()] = "",
) -> Response:
    mark_transcript(state_of(request).store, transcript_id, state, reason)
    return RedirectResponse(f"/transcripts/{transcript_id}", status_code=303)
