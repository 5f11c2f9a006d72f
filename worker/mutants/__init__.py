"""Mutants: small wrong variants of right answers, which good tests tell from the original.

`generate` writes them with Go's own parser; `score` says which of them the tests killed.
"""

from worker.mutants.mutant import Mutant, MutationOperator
from worker.mutants.scoring import MutationScore, score

__all__ = ["Mutant", "MutationOperator", "MutationScore", "score"]
