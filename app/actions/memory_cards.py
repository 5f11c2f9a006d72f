"""Asking for a memory card: a job that measures it."""

from sqlalchemy import select

from app.actions.errors import NoSuchRow, NotAllowed
from app.actions.jobs import Enqueued, JobQueue
from models import Checkpoint, Problem, ProblemSet, ProblemSetMember, ProblemSetVersion, Store
from models.enums import CheckpointKind, JobKind


def ask_for_card(store: Store, queue: JobQueue, checkpoint_id: int, problem_set: str) -> Enqueued:
    """The job that measures it; one that waits or runs already is found.

    Raises:
        NoSuchRow: there is no such checkpoint or set.
        NotAllowed: the checkpoint is a critic, or the set has no canonical solutions.
    """
    with store.reader() as session:
        checkpoint = session.get(Checkpoint, checkpoint_id)
        if checkpoint is None:
            raise NoSuchRow(f"There is no checkpoint {checkpoint_id}.")
        if checkpoint.kind is CheckpointKind.CRITIC:
            raise NotAllowed(f"{checkpoint.name} is a critic, and a memory card is one of its base.")
        if session.scalar(select(ProblemSet.id).where(ProblemSet.name == problem_set)) is None:
            raise NoSuchRow(f"There is no problem set {problem_set!r}.")
        solved = (
            select(Problem.id)
            .join(ProblemSetMember, ProblemSetMember.problem_id == Problem.id)
            .join(ProblemSetVersion, ProblemSetVersion.id == ProblemSetMember.version_id)
            .join(ProblemSet, ProblemSet.id == ProblemSetVersion.problem_set_id)
            .where(ProblemSet.name == problem_set, Problem.canonical_solution.is_not(None))
        )
        if session.scalar(solved.limit(1)) is None:
            raise NotAllowed(
                f"{problem_set} has no canonical solutions, and a memory card measures how likely those are."
            )
        name = checkpoint.name
    payload = {"checkpoint": name, "problem_set": problem_set}
    return queue.enqueue(JobKind.MEMORY, payload, deduplication_key=f"memory-{checkpoint_id}-{problem_set}")
