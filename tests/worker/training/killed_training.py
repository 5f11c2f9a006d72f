"""The training that a test kills: prints each step, slowly. Its problems are those of the tests' conftest."""

import importlib.util
import sys
import time
from pathlib import Path

import torch

from worker.problem_sets import ProblemSet
from worker.training.base import BaseRequest, train_base
from worker.training.loop import Progress
from worker.training.options import Options


def main() -> None:
    torch.set_num_threads(1)
    spec = importlib.util.spec_from_file_location("tiny", Path(__file__).parent / "conftest.py")
    assert spec is not None
    assert spec.loader is not None
    tiny = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tiny)
    problems = ProblemSet(name="tiny", problems=tuple(tiny.problem_named(name) for name in tiny.NAMES))
    options = Options(
        steps=24, batch_tokens=128, learning_rate=5e-3, warmup_steps=2, evaluate_every=10, save_seconds=0.0
    )
    request = BaseRequest(
        out=Path(sys.argv[2]), start=sys.argv[1], options=options, problems=problems, command="tekhne train base"
    )
    train_base(request, say)


def say(progress: Progress) -> None:
    print(progress.step, flush=True)
    time.sleep(0.05)


main()
