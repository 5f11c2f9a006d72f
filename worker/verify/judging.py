"""The ruler as `verify` and the problem checks ask it."""

from collections.abc import Iterator

from worker.ruler import Limits, Ruler, Submission
from worker.verify.verifying import Options, Taken

MUTANT_LIMITS = Limits(run_cpu_seconds=1.0, run_wall_seconds=10.0)
"""Enough for mutants: right answers take 0.03 CPU seconds at most, and each endless loop costs the whole limit."""


class RulerJudge:
    """Executes everything it is asked."""

    def __init__(self, ruler: Ruler) -> None:
        self._ruler = ruler

    def take(self, submissions: list[Submission], options: Options) -> Iterator[Taken]:
        for judgement in self._ruler.judge(submissions, legacy=options.legacy, retakes=options.retakes):
            yield Taken(judgement=judgement)
