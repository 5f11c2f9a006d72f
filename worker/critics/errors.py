"""Errors of the critics.

CriticError
└── UnknownTemplate    a prompted critic names a file that is not there
"""

from models.errors import TekhneError


class CriticError(TekhneError):
    """Base of this room's errors."""


class UnknownTemplate(CriticError):
    """No template has this name."""
