"""How far a job is, out of the free-form JSON that its worker keeps in `job.progress`.

In: that JSON. Out: frozen steps, each a bar. A page must not break on what a worker of another version wrote.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Step:
    """One bar."""

    name: str
    """`drafted`, `executed` or `repaired`; empty where the job only says how much of the whole is done."""
    done: int
    total: int
    """0 where it is not known yet how much there will be."""


def read_steps(progress: Mapping[str, Any]) -> tuple[Step, ...]:
    """A run's three bars, one bar for other jobs, and none before anything was said."""
    total = whole(progress.get("total"))
    if not total:
        return ()
    if "executed" not in progress:
        return (Step(name="", done=whole(progress.get("done")), total=total),)
    return (
        Step(name="drafted", done=whole(progress.get("drafted")), total=total),
        Step(name="executed", done=whole(progress.get("executed")), total=total),
        Step(name="repaired", done=whole(progress.get("repaired")), total=whole(progress.get("owed"))),
    )


def whole(value: object) -> int:
    """A number that can be counted with; 0 for anything else."""
    return value if isinstance(value, int) and value >= 0 else 0
