"""Overlap: problems that stand, nearly word for word, in another problem set or in a training corpus.

In: problems, and what to compare them with. Out: near-duplicates with their similarities. It compares texts and knows
nothing of meaning: two tasks told in wholly different words are not found. It says nothing of what a model read.
"""

from worker.overlap.pairs import NearDuplicate, near_duplicates
from worker.overlap.similarity import DEFAULT_LIMITS, OverlapLimits

__all__ = ["DEFAULT_LIMITS", "NearDuplicate", "OverlapLimits", "near_duplicates"]
