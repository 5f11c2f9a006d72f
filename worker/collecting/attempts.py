"""Where attempts come from: drafts of an engine, or mutants of the canonical solutions.

Each attempt names its writer, because a critic learns to repair the mistakes of the writer that it was trained on. The
same seed draws the same attempts again, which makes collecting resumable.
"""

import asyncio
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from models.enums import FinishReason
from worker.engines import Engine, Sample, SamplingSettings, StopRule, WriteRequest
from worker.mutants import Mutant
from worker.problem_sets import ProblemContent

MUTANT = "mutant"
CHECK_SECONDS = 0.25
"""Between two looks at whether drawing is to stop."""


@dataclass(frozen=True, kw_only=True)
class CandidateAttempt:
    """One completion of a problem's prompt, not judged yet."""

    problem: ProblemContent
    text: str
    source: str
    """A checkpoint's name, or `mutant`."""
    error: str = ""
    """Why it could not be written; `text` is empty then."""


class AttemptSource(Protocol):
    """Attempts at some problems, several of each."""

    def attempts(self, problems: Sequence[ProblemContent]) -> Iterator[CandidateAttempt]: ...


@dataclass(frozen=True, kw_only=True)
class Drafts:
    """`samples` drafts per problem, drawn concurrently."""

    engine: Engine
    samples: int
    sampling: SamplingSettings
    check: Callable[[], None] = lambda: None
    """Called while drafts are drawn; it may raise to stop."""

    def attempts(self, problems: Sequence[ProblemContent]) -> Iterator[CandidateAttempt]:
        for problem, samples in zip(problems, asyncio.run(self._draw_all(problems)), strict=True):
            for sample in samples:
                failed = sample.finish_reason in (FinishReason.ERROR, FinishReason.CANCELLED)
                yield CandidateAttempt(
                    problem=problem,
                    text="" if failed else sample.text,
                    source=self.engine.name,
                    error=sample.error if failed else "",
                )

    async def _draw_all(self, problems: Sequence[ProblemContent]) -> list[list[Sample]]:
        work = asyncio.ensure_future(asyncio.gather(*(self._draw(problem) for problem in problems)))
        try:
            while not work.done():
                await asyncio.wait([work], timeout=CHECK_SECONDS)
                self.check()
        except BaseException:
            work.cancel()
            with suppress(asyncio.CancelledError):
                await work
            raise
        return list(work.result())

    async def _draw(self, problem: ProblemContent) -> list[Sample]:
        """The samples in the order of their keys."""
        keys = tuple(f"{problem.task_id}:{index}" for index in range(self.samples))
        request = WriteRequest(prompt=problem.prompt, keys=keys, sampling=self.sampling, stop=StopRule.GO_BODY)
        samples = {sample.key: sample async for sample in self.engine.write(request)}
        return [samples[key] for key in keys if key in samples]


@dataclass(frozen=True, kw_only=True)
class Mutants:
    """Up to `count` mutants per problem, chosen by the seed; those proved equivalent to the original are left out."""

    by_task: Mapping[str, Sequence[Mutant]]
    count: int
    seed: int

    def attempts(self, problems: Sequence[ProblemContent]) -> Iterator[CandidateAttempt]:
        for problem in problems:
            mutants = [mutant for mutant in self.by_task.get(problem.task_id, ()) if not mutant.equivalent]
            draw = random.Random(f"{self.seed}:{problem.task_id}")
            for mutant in draw.sample(mutants, min(self.count, len(mutants))):
                yield CandidateAttempt(problem=problem, text=mutant.solution, source=MUTANT)
