"""`/transcripts` and `/transcripts/{id}`: what critics are trained on; a transcript can be marked as bad, and back."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response, StreamingResponse

from app.actions.transcripts import mark_transcript, save_set
from app.queries.transcripts import (
    TranscriptChoices,
    TranscriptFilter,
    TranscriptPage,
    TranscriptView,
    chosen_ids,
    find_transcript,
    list_transcripts,
    transcript_choices,
    transcript_lines,
)
from app.state import state_of
from app.web.parameters import RowId, choice_in, query_of, row_id
from app.web.rendering.diff import Diff, diff
from app.web.respond import render
from models.enums import TranscriptDomain, TranscriptState, Verdict

router = APIRouter()


@dataclass(frozen=True, kw_only=True)
class TranscriptsContext:
    """The page `/transcripts`."""

    filter: TranscriptFilter
    states: tuple[TranscriptState, ...]
    verdicts: tuple[Verdict, ...]
    domains: tuple[TranscriptDomain, ...]
    choices: TranscriptChoices
    page: TranscriptPage


@dataclass(frozen=True, kw_only=True)
class TranscriptContext:
    """The page of one transcript."""

    transcript: TranscriptView
    diff: Diff
    """The attempt against the revision."""


@router.get("/transcripts", name="transcripts")
def transcripts_page(request: Request) -> Response:
    wanted = filter_of(query_of(request))
    with state_of(request).store.reader() as session:
        page, choices = list_transcripts(session, wanted), transcript_choices(session)
    context = TranscriptsContext(
        filter=wanted,
        states=tuple(TranscriptState),
        verdicts=tuple(verdict for verdict in Verdict if verdict is not Verdict.PASSED),
        domains=tuple(TranscriptDomain),
        choices=choices,
        page=page,
    )
    return render(request, "pages/transcripts.html", context)


@router.get("/transcripts.jsonl", name="transcripts_file")
def transcripts_file(request: Request) -> Response:
    """What the filter finds, as `tekhne transcripts import` reads it."""
    wanted, store = filter_of(query_of(request)), state_of(request).store
    with store.reader() as session:
        # What cannot be filtered by is said before the first line is sent.
        list_transcripts(session, wanted)

    def lines() -> Iterator[str]:
        with store.reader() as session:
            yield from transcript_lines(session, wanted)

    name = {"Content-Disposition": 'attachment; filename="transcripts.jsonl"'}
    return StreamingResponse(lines(), media_type="application/x-ndjson", headers=name)


@router.post("/transcripts/save")
def save(request: Request, name: Annotated[str, Form()] = "") -> Response:
    """Keep the verified ones of what the filter finds as a version of a set."""
    wanted = filter_of(query_of(request))
    with state_of(request).store.writer() as session:
        label = save_set(session, name.strip(), chosen_ids(session, wanted))
    return RedirectResponse(f"/transcripts{TranscriptFilter(set=label).as_query()}", status_code=303)


def filter_of(query: dict[str, list[str]]) -> TranscriptFilter:
    """Raises BadRequest for a state, verdict or domain that is none."""
    texts = {name: query.get(name, [""])[0].strip()[:200] for name in ("teacher", "slice", "set", "job", "q")}
    return TranscriptFilter(
        state=choice_in(query, "state", TranscriptState),
        verdict=choice_in(query, "verdict", Verdict),
        domain=choice_in(query, "domain", TranscriptDomain),
        after=row_id(query.get("after", [""])[0]),
        **texts,
    )


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
