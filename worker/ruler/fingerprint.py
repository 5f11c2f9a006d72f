"""What a verdict depends on besides the program and its tests: the limits of each execution, and everything else.

CPU seconds decide a timeout; a program that uses much memory may take more of them. Wall seconds count only while a
program idles (less than 5 CPU-milliseconds in a second): they stop a program that sleeps, and a busy machine changes no
verdict. At ten times the wall seconds every program is stopped.
"""

import hashlib
import json
import subprocess
from dataclasses import asdict, dataclass, field
from typing import Any

from settings import Settings
from worker.toolchain import RulerBuild


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one candidate may use. Compile and run are held apart."""

    compile_cpu_seconds: float = 10.0
    compile_wall_seconds: float = 30.0
    compile_memory_bytes: int = 2 * 1024**3
    run_cpu_seconds: float = 10.0
    run_cpu_growth_per_gib: float = 4.0
    """How many times `run_cpu_seconds` each GiB of memory past the first 64 MiB adds to it. Memory is slow where others
    use it too: the same program needed 4 to 15 CPU seconds."""
    run_cpu_most: float = 4.0
    """How many times `run_cpu_seconds` a program may use at most, whatever its memory."""
    run_wall_seconds: float = 30.0
    run_memory_bytes: int = 1536 * 1024**2
    output_bytes: int = 1024**2
    """Standard output and error together; of what is kept for people, the middle of a longer text is left out."""
    stack_bytes: int = 512 * 1024**2
    """Go's own limit of one goroutine's stack; past it the program dies of a stack overflow. A stack grows by doubling,
    so this is as far as one comes under Go's own limit of 1 GB."""
    processes: int = 64
    """Threads and processes of one run together."""
    completion_bytes: int = 1024**2
    """A longer completion is not compiled."""

    @classmethod
    def of(cls, settings: Settings) -> "Limits":
        """The limits with what the settings say about memory, stack and CPU time."""
        return cls(
            run_cpu_seconds=settings.judge_cpu_seconds,
            run_memory_bytes=settings.judge_memory_mb * 1024**2,
            stack_bytes=settings.judge_stack_mb * 1024**2,
        )

    def as_dict(self) -> dict[str, int | float]:
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class RulerFingerprint:
    """Everything a verdict can depend on besides the program and its tests."""

    go: str
    xtools: str
    vet_policy: tuple[str, ...]
    limits: dict[str, int | float]
    harness_version: str
    sandbox: str
    modules: tuple[str, ...] = ()
    """What programs may import beside the standard library: `path version`."""
    digest: str = field(init=False, default="")

    def __post_init__(self) -> None:
        text = json.dumps(self._parts(), sort_keys=True)
        object.__setattr__(self, "digest", hashlib.sha256(text.encode()).hexdigest())

    def _parts(self) -> dict[str, Any]:
        parts = asdict(self)
        parts.pop("digest")
        return parts

    def as_dict(self) -> dict[str, Any]:
        """The parts and the digest, ready for JSON."""
        return {**self._parts(), "digest": self.digest}


SANDBOX = "namespaces, seccomp allowlist, rlimits"
NO_SANDBOX = "none (unsafe), seccomp allowlist, rlimits"


def fingerprint_of(build: RulerBuild, limits: Limits, *, sandboxed: bool) -> RulerFingerprint:
    """The fingerprint of a ruler made of these parts; the harness's version is the digest of its Go sources."""
    about = subprocess.run([str(build.program), "about"], capture_output=True, check=True, timeout=60).stdout
    return RulerFingerprint(
        go=build.go.version,
        xtools=build.xtools,
        vet_policy=tuple(json.loads(about)["vet"]),
        limits=limits.as_dict(),
        harness_version=build.source_digest[:16],
        sandbox=SANDBOX if sandboxed else NO_SANDBOX,
        modules=build.modules,
    )
