"""Mutants: copies of a canonical solution with one small edit each, which good tests tell from the original.

`generate` writes them with Go's own parser; `score` counts which of them the tests killed.
"""

from worker.mutants.generating import Mutant, MutationError, MutationOperator, generate, mutant_writer
from worker.mutants.scoring import MutationScore, score

__all__ = ["Mutant", "MutationError", "MutationOperator", "MutationScore", "generate", "mutant_writer", "score"]
