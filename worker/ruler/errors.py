"""Errors of the ruler. What a program does is a verdict, never an error.

RulerError
├── NoIsolation      this machine cannot isolate, and nobody allowed to go without
└── ZoneDied         the sandbox process ended unexpectedly
"""

from models.errors import TekhneError


class RulerError(TekhneError):
    """No verdicts can be taken here; the message says why and what to do."""


class NoIsolation(RulerError):
    """Models' code is not executed without isolation unless the operator says so."""


class ZoneDied(RulerError):
    """The sandbox process ended; nothing is known of the programs that it held."""
