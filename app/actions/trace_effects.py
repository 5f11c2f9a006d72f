"""Asking what the trace did to a revision: a job that has its critic read it with and without the trace."""

from app.actions.errors import NoSuchRow, NotAllowed
from app.actions.jobs import Enqueued, JobQueue
from app.queries.revision_tokens import effect_key
from models import Revision, Store, TraceEffect
from models.enums import JobKind
from models.tokens import why_no_trace_effect


def ask_for_trace_effect(store: Store, queue: JobQueue, revision_id: int) -> Enqueued | None:
    """The job that reads it, one that waits or runs already among them; None where it was read before.

    Raises:
        NoSuchRow: there is no such revision.
        NotAllowed: what `why_no_trace_effect` says.
    """
    with store.reader() as session:
        revision = session.get(Revision, revision_id)
        if revision is None:
            raise NoSuchRow(f"There is no revision {revision_id}.")
        if session.get(TraceEffect, revision_id) is not None:
            return None
        if reason := why_no_trace_effect(session, revision):
            raise NotAllowed(reason)
    return queue.enqueue(
        JobKind.TRACE_EFFECT, {"revision_id": revision_id}, deduplication_key=effect_key(revision_id)
    )
