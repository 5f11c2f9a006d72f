"""How many of its own problems a base solves while it is trained, so that a training stops before it solves them all.

In: the network as a step left it, its tokenizer, problems and a judge. Out: a `SolvedCount`. Drafts are greedy, as in a
run at temperature 0, and judged by the hidden tests. Of many problems a sample is asked, the same at each evaluation.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from models import Store
from models.enums import TestsKind, Verdict
from models.work import TrainBaseSpecification
from settings import Settings
from worker.collecting.attempts import Drafts
from worker.engines import SamplingSettings
from worker.problem_sets import ProblemContent, ProblemSetContent
from worker.problem_sets.submitting import submission
from worker.training.errors import DataError
from worker.training.processes import is_launched_alone
from worker.verdicts.judging import Judge, JudgeOptions, opened_judge

MOST_ASKED = 64
"""Problems that an evaluation asks, at most: a share of 64 is known to 6 points (its standard error)."""


@dataclass(frozen=True, kw_only=True)
class SolvedCount:
    """How many of the problems that were asked a base solved greedily."""

    solved: int
    asked: int
    """Problems whose draft has a verdict; others are left out."""

    @property
    def share(self) -> float:
        return self.solved / self.asked if self.asked else 0.0


@dataclass(frozen=True, kw_only=True)
class PassRateTarget:
    """When a base solves enough of what it is trained on.

    Args:
        target: the share of problems at which the training ends.
        check: called while drafts are written; it may raise to stop.
    """

    problems: ProblemSetContent
    judge: Judge
    target: float
    seed: int
    check: Callable[[], None]

    @property
    def asked(self) -> list[ProblemContent]:
        everything = list(self.problems.problems)
        return random.Random(self.seed).sample(everything, min(MOST_ASKED, len(everything)))

    def is_reached(self, found: SolvedCount) -> bool:
        return found.asked > 0 and found.share >= self.target

    def measure(self, network: Any, tokenizer: Any) -> SolvedCount:
        """Draft and judge; the network is left as it was, trainable and in training mode if it was so."""
        with _writing(network) as trunk:
            # Late: only here a training needs an engine.
            from worker.engines.local.engine import LocalEngine

            engine = LocalEngine(trunk, tokenizer, name="in training")
            try:
                sampling = SamplingSettings(temperature=0.0, seed=self.seed)
                drafts = list(
                    Drafts(engine=engine, samples=1, sampling=sampling, check=self.check).attempts(self.asked)
                )
            finally:
                engine.close()
        written = [draft for draft in drafts if not draft.error]
        submissions = [submission(draft.problem, draft.text, str(number)) for number, draft in enumerate(written)]
        judged = self.judge.judge(submissions, JudgeOptions(tests=TestsKind.HIDDEN))
        verdicts = [judgement.fixed.verdict for judgement in judged]
        scored = [verdict for verdict in verdicts if verdict.scored]
        return SolvedCount(solved=scored.count(Verdict.PASSED), asked=len(scored))


@contextmanager
def opened_target(
    store: Store,
    settings: Settings,
    wanted: TrainBaseSpecification,
    problems: ProblemSetContent | None,
    check: Callable[[], None],
) -> Iterator[PassRateTarget | None]:
    """What stops a training at a pass rate, with a ruler of its own; None where nothing does.

    Raises:
        DataError: several processes train, of which each would have to draft.
        RulerError, ToolchainError: nothing can be executed here.
    """
    if not wanted.target_pass_rate or problems is None:
        yield None
        return
    if not is_launched_alone():
        raise DataError("The pass rate is measured by one process: train with one, or without target_pass_rate.")
    with opened_judge(settings, store, modules=problems.modules) as judge:
        target = wanted.target_pass_rate
        yield PassRateTarget(problems=problems, judge=judge, target=target, seed=wanted.seed, check=check)


@contextmanager
def _writing(network: Any) -> Iterator[Any]:
    """The network as an engine takes it: frozen, in evaluation mode, and with its cache; afterwards as before."""
    from worker.network.critic import Trunk

    trained = [parameter for parameter in network.parameters() if parameter.requires_grad]
    was_training, cached = network.training, network.config.use_cache
    network.eval()
    network.config.use_cache = True
    try:
        yield Trunk(network)
    finally:
        network.config.use_cache = cached
        for parameter in trained:
            parameter.requires_grad_(True)
        network.train(was_training)
