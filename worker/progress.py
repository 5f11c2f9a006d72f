"""What long work is handed besides its specification: a way to say how far it is, and to hear that it is to stop.

The same function collects or trains for a job, for the command line and for an investigation; each brings one of these.
`worker.jobs.handle.JobHandle` is one. Nothing here stores anything.
"""

from collections.abc import Mapping
from typing import Any, Protocol


class WorkProgress(Protocol):
    """Of one try at one piece of work."""

    @property
    def reached(self) -> Mapping[str, Any]:
        """What an earlier try said last; empty where there was none."""
        ...

    def check(self) -> None:
        """Raise `JobStopped` where the work is to stop and keep what it has done, or `JobTaken` where it is another
        worker's and is to keep nothing."""
        ...

    def progress(self, **values: Any) -> None:
        """Replace what is shown: `stage`, `done` and `total`, and the figures of the kind of work."""
        ...

    def event(self, kind: str, **data: Any) -> None:
        """Add to what has happened."""
        ...


class Unwatched:
    """Of work that nobody follows and nobody stops."""

    reached: Mapping[str, Any] = {}

    def check(self) -> None:
        """It goes on."""

    def progress(self, **values: Any) -> None:
        """Nobody reads it."""

    def event(self, kind: str, **data: Any) -> None:
        """Nobody reads it."""
