"""Problem sets, checkpoints and transcripts over the API: what runs are made of."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from app.actions.jobs import Enqueued
from app.actions.memory_cards import ask_for_card
from app.actions.origins import OriginDeclaration, declare_origins
from app.actions.transcripts import LONGEST_REASON, mark_transcript, save_set
from app.queries.checkpoints import (
    CheckpointRow,
    CurveRow,
    LineageNode,
    find_checkpoint,
    learning_curve,
    lineage,
)
from app.queries.memory_cards import MemoryCardView, cards_of
from app.queries.origins import SetOrigin, origins_by_set
from app.queries.problem_sets import MemberRow, SetRow, find_set, list_members, list_sets
from app.queries.transcripts import (
    SetVersionRow,
    TranscriptFilter,
    TranscriptPage,
    TranscriptView,
    chosen_ids,
    find_transcript,
    list_transcripts,
    transcript_sets,
)
from app.state import state_of
from app.web.http import check
from app.web.parameters import QueryRowId, RowId
from models.enums import TranscriptDomain, TranscriptState, Verdict

router = APIRouter(tags=["catalogue"])
FilterText = Annotated[str, Query(max_length=200)]


@dataclass(frozen=True, kw_only=True)
class SetView:
    set: SetRow
    problems: tuple[MemberRow, ...]
    """Of the newest version."""


@dataclass(frozen=True, kw_only=True)
class CheckpointView:
    checkpoint: CheckpointRow
    origins: tuple[SetOrigin, ...]
    """What is known of it and the newest version of every set."""
    curve: tuple[CurveRow, ...]


@dataclass(frozen=True, kw_only=True)
class SavedSet:
    """A version of a set of transcripts."""

    name: str
    """With its version: `NAME@NUMBER`."""


class CardRequest(BaseModel):
    """Which set the card is about."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"problem_set": "tekhne-fresh"}]})

    problem_set: Annotated[str, Field(max_length=200)]


class TranscriptMark(BaseModel):
    """What a person says of a transcript."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"state": "bad", "reason": "the reflection is wrong"}]}
    )

    state: TranscriptState
    reason: Annotated[str, Field(max_length=LONGEST_REASON)] = ""


@router.get("/problem-sets")
def problem_sets(request: Request) -> tuple[SetRow, ...]:
    with state_of(request).store.reader() as session:
        return list_sets(session)


@router.get("/problem-sets/{name:path}")
def problem_set(request: Request, response: Response, name: str) -> SetView:
    with state_of(request).store.reader() as session:
        found = find_set(session, name)
        newest = found.versions[0] if found.versions else None
        check(request, response, "set", found)
        return SetView(set=found, problems=list_members(session, newest.id) if newest else ())


@router.get("/checkpoints")
def checkpoints(request: Request) -> tuple[LineageNode, ...]:
    """Every checkpoint below the one it stands on or went on from."""
    with state_of(request).store.reader() as session:
        return lineage(session)


@router.get("/checkpoints/{checkpoint_id}")
def checkpoint(request: Request, response: Response, checkpoint_id: RowId) -> CheckpointView:
    with state_of(request).store.reader() as session:
        found = CheckpointView(
            checkpoint=find_checkpoint(session, checkpoint_id),
            origins=origins_by_set(session, checkpoint_id),
            curve=learning_curve(session, checkpoint_id),
        )
    check(request, response, "checkpoint", found)
    return found


@router.post("/checkpoints/{checkpoint_id}/origins")
def declare(request: Request, checkpoint_id: RowId, body: OriginDeclaration) -> tuple[SetOrigin, ...]:
    """Say what a model has read in training, with evidence; what is known of it now comes back."""
    store = state_of(request).store
    declare_origins(store, checkpoint_id, body)
    with store.reader() as session:
        return origins_by_set(session, checkpoint_id)


@router.get("/checkpoints/{checkpoint_id}/memory")
def memory_cards(request: Request, checkpoint_id: RowId) -> tuple[MemoryCardView, ...]:
    """What the checkpoint's own probabilities show of problem sets, the newest card first."""
    with state_of(request).store.reader() as session:
        find_checkpoint(session, checkpoint_id)
        return cards_of(session, checkpoint_id)


@router.post("/checkpoints/{checkpoint_id}/memory", status_code=202)
def measure_memory(request: Request, checkpoint_id: RowId, body: CardRequest) -> Enqueued:
    """Queue a job that measures a memory card."""
    state = state_of(request)
    return ask_for_card(state.store, state.queue, checkpoint_id, body.problem_set)


def _filter(
    state: TranscriptState | None = None,
    verdict: Verdict | None = None,
    domain: TranscriptDomain | None = None,
    teacher: FilterText = "",
    slice: FilterText = "",
    set: Annotated[str, Query(max_length=220, description="NAME@VERSION, or a name for its newest version.")] = "",
    job: FilterText = "",
    q: Annotated[str, Query(max_length=200, description="Words in task id, reflection, trace or revision.")] = "",
    after: QueryRowId | None = None,
) -> TranscriptFilter:
    return TranscriptFilter(
        state=state,
        verdict=verdict,
        domain=domain,
        teacher=teacher,
        slice=slice,
        set=set,
        job=job,
        q=q,
        after=after,
    )


WantedTranscripts = Annotated[TranscriptFilter, Depends(_filter)]


@router.get("/transcripts")
def transcripts(request: Request, wanted: WantedTranscripts) -> TranscriptPage:
    """One page of what the filter finds. `/transcripts.jsonl?…` of the pages has all of it as a file."""
    with state_of(request).store.reader() as session:
        return list_transcripts(session, wanted)


@router.get("/transcript-sets")
def sets_of_transcripts(request: Request) -> tuple[SetVersionRow, ...]:
    """The versions of all sets of transcripts, the newest first."""
    with state_of(request).store.reader() as session:
        return transcript_sets(session)


@router.post("/transcript-sets/{name}", status_code=201)
def save_transcripts(request: Request, name: str, wanted: WantedTranscripts) -> SavedSet:
    """Keep the verified ones of what the filter finds as a version of the set."""
    with state_of(request).store.writer() as session:
        return SavedSet(name=save_set(session, name, chosen_ids(session, wanted)))


@router.get("/transcripts/{transcript_id}")
def transcript(request: Request, response: Response, transcript_id: RowId) -> TranscriptView:
    with state_of(request).store.reader() as session:
        found = find_transcript(session, transcript_id)
    check(request, response, "transcript", found)
    return found


@router.post("/transcripts/{transcript_id}/mark")
def mark(request: Request, transcript_id: RowId, body: TranscriptMark) -> TranscriptView:
    """Leave a verified transcript out of training, or take it back in."""
    store = state_of(request).store
    mark_transcript(store, transcript_id, body.state, body.reason)
    with store.reader() as session:
        return find_transcript(session, transcript_id)
