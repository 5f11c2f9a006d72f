"""The training that a test kills: prints each step, slowly. Its problems are those of the tests' conftest."""

import importlib.util
import sys
import time
from pathlib import Path

import torch

from worker.problem_sets import ProblemSetContent
from worker.training.base import BaseRequest, train_base
from worker.training.critic import CriticRequest, train_critic
from worker.training.options import TrainingOptions
from worker.training.reports import TrainingProgress


def main() -> None:
    torch.set_num_threads(1)
    spec = importlib.util.spec_from_file_location("tiny", Path(__file__).parent / "conftest.py")
    assert spec is not None
    assert spec.loader is not None
    tiny = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tiny)
    problems = ProblemSetContent(name="tiny", problems=tuple(tiny.problem_named(name) for name in tiny.NAMES))
    options = TrainingOptions(
        steps=24, batch_tokens=128, learning_rate=5e-3, warmup_steps=2, evaluate_every=10, save_seconds=0.0
    )
    kind, start, out = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    if kind == "critic":
        lessons = tiny.lessons_of(problems)
        train_critic(CriticRequest(out=out, base=start, transcripts=lessons, options=options), say)
    else:
        command = "tekhne train base"
        train_base(BaseRequest(out=out, start=start, options=options, problems=problems, command=command), say)


def say(progress: TrainingProgress) -> None:
    print(progress.step, flush=True)
    time.sleep(0.05)


main()
