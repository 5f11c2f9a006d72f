"""Asking for a memory card: a job that measures it."""

from app.actions.errors import NoSuchRow, NotAllowed
from app.actions.jobs import Enqueued, JobQueue
from models import Checkpoint, Store
from models.enums import JobKind
from models.memory import why_no_card
from models.problem import newest_version


def ask_for_card(store: Store, queue: JobQueue, checkpoint_id: int, problem_set: str) -> Enqueued:
    """The job that measures it; one that waits or runs already is found.

    Raises:
        NoSuchRow: there is no such checkpoint or set.
        NotAllowed: what `why_no_card` says.
    """
    with store.reader() as session:
        checkpoint = session.get(Checkpoint, checkpoint_id)
        if checkpoint is None:
            raise NoSuchRow(f"There is no checkpoint {checkpoint_id}.")
        version = newest_version(session, problem_set)
        if version is None:
            raise NoSuchRow(f"There is no problem set {problem_set!r}.")
        if reason := why_no_card(session, checkpoint, version):
            raise NotAllowed(reason)
        name = checkpoint.name
    payload = {"checkpoint": name, "problem_set": problem_set}
    return queue.enqueue(JobKind.MEMORY, payload, deduplication_key=f"memory-{checkpoint_id}-{problem_set}")
