"""Where attempts come from: drafts of an engine, or mutants of the canonical solutions.

Each attempt says who wrote it, because a critic trained on a generator's mistakes repairs the generator's. Drawing
again with the same seed draws the same attempts, which is what makes collecting resumable.
"""

import asyncio
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from models.enums import FinishReason
from worker.engines import Engine, SamplingSettings, StopRule, WriteRequest
from worker.mutants import Mutant
from worker.problem_sets import Problem

MUTANT = "mutant"


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One completion of a problem's prompt."""

    problem: Problem
    text: str
    source: str
    """A checkpoint's name, or `mutant`."""


class AttemptSource(Protocol):
    """Attempts at some problems, several of each."""

    def attempts(self, problems: Sequence[Problem]) -> Iterator[Attempt]: ...


@dataclass(frozen=True, kw_only=True)
class Drafts:
    """`samples` drafts a problem, drawn side by side."""

    engine: Engine
    samples: int
    sampling: SamplingSettings

    def attempts(self, problems: Sequence[Problem]) -> Iterator[Attempt]:
        for problem, texts in zip(problems, asyncio.run(self._draw_all(problems)), strict=True):
            for text in texts:
                yield Attempt(problem=problem, text=text, source=self.engine.name)

    async def _draw_all(self, problems: Sequence[Problem]) -> list[list[str]]:
        return list(await asyncio.gather(*(self._draw(problem) for problem in problems)))

    async def _draw(self, problem: Problem) -> list[str]:
        """The samples in the order of their keys; what the engine could not write is left out."""
        keys = tuple(f"{problem.task_id}:{index}" for index in range(self.samples))
        request = WriteRequest(prompt=problem.prompt, keys=keys, sampling=self.sampling, stop=StopRule.GO_BODY)
        texts = {
            sample.key: sample.text
            async for sample in self.engine.write(request)
            if sample.finish_reason is not FinishReason.ERROR
        }
        return [texts[key] for key in keys if key in texts]


@dataclass(frozen=True, kw_only=True)
class Mutants:
    """Up to `each` mutants a problem, chosen by the seed; those proved equal to their original are no attempts."""

    by_task: Mapping[str, Sequence[Mutant]]
    each: int
    seed: int

    def attempts(self, problems: Sequence[Problem]) -> Iterator[Attempt]:
        for problem in problems:
            mutants = [mutant for mutant in self.by_task.get(problem.task_id, ()) if not mutant.equivalent]
            draw = random.Random(f"{self.seed}:{problem.task_id}")
            for mutant in draw.sample(mutants, min(self.each, len(mutants))):
                yield Attempt(problem=problem, text=mutant.solution, source=MUTANT)
