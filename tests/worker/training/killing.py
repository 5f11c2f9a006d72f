"""A training that is killed: by a real SIGKILL, to a real process."""

import os
from pathlib import Path

from tests.forking import Nursery
from worker.training.folders import STATE


def train_and_kill(nursery: Nursery, kind: str, base: Path, out: Path) -> None:
    """Train a `base` or a `critic` in a process of its own and kill it in the middle of its steps."""
    program = Path(__file__).with_name("killed_training.py")
    reading, writing = os.pipe()
    process = nursery.start(str(program), kind, str(base), str(out), environment={}, stdout=writing)
    os.close(writing)
    with os.fdopen(reading) as said:
        # The program says each step; at the fifth a state of the fourth lies on the disk.
        for line in said:
            if line.strip() == "5":
                break
        process.kill()
        process.wait(timeout=60)
    assert (out.with_name(f"{out.name}.training") / STATE).is_file()
    assert not out.exists()
