"""Errors of memory cards.

MemoryCardError
├── NothingToMeasure    the set has too few problems with a canonical solution, or the checkpoint is no base
├── NoLogProbabilities  the server does not return the log-probabilities of a given text
└── NoAnswer            the server refuses, or does not answer
"""

from models.errors import TekhneError


class MemoryCardError(TekhneError):
    """Base of this room's errors."""


class NothingToMeasure(MemoryCardError):
    """The set or the checkpoint allows no card."""


class NoAnswer(MemoryCardError):
    """A model server refuses, or does not answer however often it is asked."""


class NoLogProbabilities(MemoryCardError):
    """The server lacks what a card is measured from."""
