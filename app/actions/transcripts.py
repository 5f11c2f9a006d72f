"""Marking a transcript as unfit for training, and taking the mark back."""

from app.actions.errors import NoSuchRow, NotAllowed
from models import Store, Transcript
from models.enums import TranscriptState

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
