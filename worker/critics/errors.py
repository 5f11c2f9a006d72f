"""Errors of the critics.

CriticError
└── UnknownTemplate    a prompted critic names a file that is not there
"""


class CriticError(Exception):
    """Base of this room's errors."""

    exit_code = 2


class UnknownTemplate(CriticError):
    """No template has this name."""
