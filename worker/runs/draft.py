"""One sample of the base as the loop carries it: what was written, and where it is stored."""

from dataclasses import dataclass

from worker.runs.results import WrittenProgram


@dataclass(frozen=True, kw_only=True)
class Draft:
    """New or stored."""

    sample: int
    written: WrittenProgram
    ids: tuple[int, ...] | None
    """Its tokens as drawn, where they are known."""
    attempt_id: int | None
    """None before it is stored."""
