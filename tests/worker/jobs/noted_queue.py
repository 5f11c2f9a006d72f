"""A queue for the reaper that records what it is asked."""

from collections.abc import Collection, Sequence


class NotedQueue:
    """A queue that records its calls."""

    def __init__(self) -> None:
        self.requeued: list[str] = []
        self.forgotten: list[str] = []

    def requeue(self, job_id: str) -> None:
        self.requeued.append(job_id)

    def lost(self, job_ids: Sequence[str], living: Collection[str]) -> list[str]:
        return [*job_ids]

    def forget(self, job_ids: Sequence[str]) -> None:
        self.forgotten += job_ids
