"""What everybody else does: one `go test` a candidate, in a package of its own, on a warm build cache.

In: the files of each candidate's package. Out: a coarse verdict and the CPU seconds of all child processes. The
exit code is believed, as those harnesses do.
"""

import re
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from models.enums import Verdict
from worker.toolchain import Go
from worker.toolchain.go_command import environment
from worker.toolchain.ruler_build import SOURCE


@dataclass(frozen=True, kw_only=True)
class Baseline:
    """Coarse verdicts in the order of the candidates, and what they cost."""

    verdicts: list[str]
    cpu_seconds: float
    wall_seconds: float


Files = Mapping[str, str]
"""The text of each file of a package by its name."""


def run_baseline(go: Go, packages: Sequence[Files]) -> Baseline:
    """`go test` on each package; a first run, not counted, warms the build cache."""
    with _module() as folder:
        _go_test(go, folder, "warm", packages[0])
        cpu, wall = children_cpu_seconds(), time.monotonic()
        verdicts = [_go_test(go, folder, f"c{number}", files) for number, files in enumerate(packages)]
        return Baseline(
            verdicts=verdicts, cpu_seconds=children_cpu_seconds() - cpu, wall_seconds=time.monotonic() - wall
        )


def children_cpu_seconds() -> float:
    """CPU seconds of all finished child processes and their children."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


@contextmanager
def _module() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="tekhne-baseline-"))
    try:
        shutil.copy(SOURCE / "go.sum", folder)
        version = re.search(r"stretchr/testify (v\S+)", (SOURCE / "go.mod").read_text())
        pinned = version[1] if version else "latest"
        text = f"module baseline\n\ngo 1.26\n\nrequire github.com/stretchr/testify {pinned}\n"
        (folder / "go.mod").write_text(text)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _go_test(go: Go, folder: Path, name: str, files: Files) -> str:
    package = folder / name
    package.mkdir()
    for file, text in files.items():
        (package / file).write_text(text)
    done = subprocess.run(
        [str(go.path), "test", "-count=1", "-timeout=10s", f"./{name}"],
        cwd=folder,
        env={**environment(), "GOFLAGS": "-mod=mod"},
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    shutil.rmtree(package)
    return _class_of(done.returncode, done.stdout + done.stderr)


def _class_of(returncode: int, output: str) -> str:
    if returncode == 0:
        return "passed"
    if "panic: test timed out" in output:
        return "timeout"
    if "[build failed]" in output or "[setup failed]" in output:
        return "vet" if re.search(r"^# \[", output, re.MULTILINE) else "compile"
    return "panic" if re.search(r"^(panic: |fatal error: )", output, re.MULTILINE) else "assertion"


def coarse(verdict: Verdict) -> str:
    """A ruler's verdict in the baseline's few words."""
    if verdict in {Verdict.IMPORT, Verdict.SYNTAX, Verdict.TYPE}:
        return "compile"
    return {Verdict.TIMEOUT_RUN: "timeout"}.get(verdict, verdict.value)
