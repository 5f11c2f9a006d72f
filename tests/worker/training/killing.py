"""A training that is killed: by a real SIGKILL, to a real process."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from worker.training.resume import FILE


def train_and_kill(kind: str, base: Path, out: Path) -> None:
    """Train a `base` or a `critic` in a process of its own and kill it in the middle of its steps."""
    program = Path(__file__).parent / "killed_training.py"
    process = subprocess.Popen(
        [sys.executable, str(program), kind, str(base), str(out)],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3]), "OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        # The program says each step; at the fifth a state of the fourth lies on the disk.
        while process.stdout.readline().strip() not in {"5", ""}:
            time.sleep(0)
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=60)
    finally:
        process.kill()
        process.stdout.close()
    assert (out.with_name(f"{out.name}.training") / FILE).is_file()
    assert not out.exists()
