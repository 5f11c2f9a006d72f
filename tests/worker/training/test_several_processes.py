"""Several processes train one checkpoint: they stop together, and the first one alone tells and writes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from worker.network.folders import DELTA_FILE
from worker.training.folders import read_curves
from worker.transcripts.transcript import TranscriptContent, write_transcripts


@pytest.mark.slow
def test_two_processes_stop_together_and_write_one_checkpoint(
    tmp_path: Path, tiny_base: Path, lessons: list[TranscriptContent]
) -> None:
    transcripts, out = tmp_path / "lessons.jsonl", tmp_path / "critic"
    write_transcripts(transcripts, lessons)
    launch = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2"]
    program = Path(__file__).parent / "training_on_two.py"
    done = subprocess.run(
        [*launch, str(program), str(tiny_base), str(transcripts), str(out)],
        env={
            **os.environ,
            "PYTHONPATH": str(Path(__file__).parents[3]),
            "ACCELERATE_USE_CPU": "true",
            "OMP_NUM_THREADS": "1",
        },
        capture_output=True,
        text=True,
        timeout=800,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    steps = read_curves(out)[-1].step
    assert done.stdout.splitlines() == [f"step {step}" for step in range(1, steps + 1)]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["critic", "lessons.jsonl"]
    assert (out / DELTA_FILE).is_file()
