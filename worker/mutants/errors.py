"""Errors of mutation.

MutationError
"""


class MutationError(Exception):
    """The Go program that writes mutants could not be built or broke off; the message says which and why."""

    exit_code = 2
