"""Errors of mutation.

MutationError
"""

from models.errors import TekhneError


class MutationError(TekhneError):
    """The Go program that writes mutants could not be built or broke off; the message says which and why."""
