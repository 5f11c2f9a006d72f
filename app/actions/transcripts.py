"""Marking a transcript as unfit for training, and taking the mark back; keeping some as a named set."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.actions.errors import NoSuchRow, NotAllowed
from models import Store, Transcript
from models.enums import TranscriptState
from models.specification import LONGEST_NAME
from models.transcript_sets import keep_version
from models.work import FOLDER_NAME, STORE

LONGEST_REASON = 500


def mark_transcript(store: Store, transcript_id: int, state: TranscriptState, reason: str) -> None:
    """Mark a verified transcript as bad, or a bad one as verified again.

    Raises:
        NoSuchRow: there is no such transcript.
        NotAllowed: only the ruler rejects a transcript, and a rejected one stays rejected.
    """
    with store.writer() as session:
        row = session.get(Transcript, transcript_id)
        if row is None:
            raise NoSuchRow(f"There is no transcript {transcript_id}.")
        if TranscriptState.REJECTED in {row.state, state}:
            raise NotAllowed("Only the ruler rejects a transcript; people mark verified ones as bad, and back.")
        row.state = state
        row.reason = reason.strip()[:LONGEST_REASON] if state is TranscriptState.BAD else ""


def save_set(session: Session, name: str, chosen: Select[int]) -> str:
    """A new version of the set `name` with the verified ones of these transcripts; its name with its version.

    A set that would be the same as its newest version is that version.

    Raises:
        NotAllowed: the name cannot be used, or none of them is verified.
    """
    if FOLDER_NAME.fullmatch(name) is None or name == STORE or len(name) > LONGEST_NAME:
        raise NotAllowed(
            f"{name[:80]!r} cannot name a set of transcripts: use letters, digits, dots, hyphens and underscores."
        )
    verified = select(Transcript.id).where(Transcript.id.in_(chosen), Transcript.state == TranscriptState.VERIFIED)
    if session.scalars(verified.limit(1)).first() is None:
        raise NotAllowed("None of these transcripts is verified, and critics learn from verified ones only.")
    return keep_version(session, name, verified).label
