"""Run by a test in every process of a training on several: trains a critic, and the first process says what it saw.

Arguments: base folder, transcripts file, out folder.
"""

import sys
from pathlib import Path

import torch

from worker.training.critic import CriticRequest, train_critic
from worker.training.options import TrainingOptions
from worker.training.reports import TrainingProgress
from worker.transcripts.transcript import read_transcripts

OPTIONS = TrainingOptions(
    steps=40,
    batch_tokens=256,
    learning_rate=5e-3,
    warmup_steps=2,
    evaluate_every=2,
    target_loss=5.6,
    save_seconds=0.0,
)


def say(step: TrainingProgress) -> None:
    if step.validation_loss is None:
        print(f"step {step.step}", flush=True)


if __name__ == "__main__":
    torch.set_num_threads(1)
    base, transcripts, out = sys.argv[1:]
    lessons = list(read_transcripts(Path(transcripts)))
    train_critic(CriticRequest(out=Path(out), base=base, transcripts=lessons, options=OPTIONS), say)
