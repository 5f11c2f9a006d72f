"""The limits every execution is held to; part of the ruler's identity.

CPU seconds decide a timeout. Wall seconds count only while a program idles (less than 5 CPU-milliseconds in a
second), so that they stop one that sleeps, and a verdict does not change because the machine is busy. Ten times
the wall seconds are the end for anything.
"""

from dataclasses import asdict, dataclass


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one candidate may use. Compile and run are held apart."""

    compile_cpu_seconds: float = 10.0
    compile_wall_seconds: float = 30.0
    compile_memory_bytes: int = 2 * 1024**3
    run_cpu_seconds: float = 5.0
    run_wall_seconds: float = 10.0
    run_memory_bytes: int = 512 * 1024**2
    output_bytes: int = 1024**2
    """Standard output and error together; of what is kept for people, the middle of a longer text is left out."""
    stack_bytes: int = 64 * 1024**2
    """Go's own limit of one goroutine's stack; past it the program dies of a stack overflow."""
    processes: int = 64
    """Threads and processes of one run together."""
    completion_bytes: int = 1024**2
    """A longer completion is not compiled."""

    def as_dict(self) -> dict[str, int | float]:
        return asdict(self)
