"""How many of a problem's mutants its tests killed.

In: mutants with their verdicts. Out: the score. A mutant that does not compile says nothing about the tests and is
left out, as is one that provably computes the same as the original. A mutant without a verdict is counted apart.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from models.enums import Verdict
from worker.mutants.generating import Mutant

STILLBORN = frozenset(
    {Verdict.IMPORT, Verdict.SYNTAX, Verdict.TYPE, Verdict.VET, Verdict.TIMEOUT_COMPILE, Verdict.VACUOUS}
)
"""Verdicts of programs that failed before any test could run."""


@dataclass(frozen=True, kw_only=True)
class MutationScore:
    """Of one problem, or of many added together."""

    killed: int = 0
    survivors: tuple[Mutant, ...] = ()
    equivalent: int = 0
    stillborn: int = 0
    unscored: int = 0

    @property
    def generated(self) -> int:
        """Mutants that the tests could have killed."""
        return self.killed + len(self.survivors)

    @property
    def rate(self) -> float | None:
        """The share that was killed; None where there was nothing to kill."""
        return self.killed / self.generated if self.generated else None

    def __add__(self, other: "MutationScore") -> "MutationScore":
        return MutationScore(
            killed=self.killed + other.killed,
            survivors=self.survivors + other.survivors,
            equivalent=self.equivalent + other.equivalent,
            stillborn=self.stillborn + other.stillborn,
            unscored=self.unscored + other.unscored,
        )


def score(judged: Iterable[tuple[Mutant, Verdict]]) -> MutationScore:
    """The score of mutants with their verdicts."""
    return sum((_one(mutant, verdict) for mutant, verdict in judged), start=MutationScore())


def _one(mutant: Mutant, verdict: Verdict) -> MutationScore:
    if not verdict.scored:
        return MutationScore(unscored=1)
    if verdict in STILLBORN:
        return MutationScore(stillborn=1)
    if verdict is not Verdict.PASSED:
        return MutationScore(killed=1)
    # Only a survivor counts as equivalent: where a test refutes the proof, there is a bug that must stay visible.
    return MutationScore(equivalent=1) if mutant.equivalent else MutationScore(survivors=(mutant,))
