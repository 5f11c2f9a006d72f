"""Errors of the ruler. What a program does is a verdict, never an error.

RulerError
├── NoIsolation      this machine cannot isolate programs, and no setting allows to do without
└── ZoneDied         the sandbox process ended unexpectedly
"""

from models.errors import TekhneError


class RulerError(TekhneError):
    """No verdicts can be taken on this machine; the message says why and what to do."""


class NoIsolation(RulerError):
    """Models' code is executed without isolation only if the operator says so."""


class ZoneDied(RulerError):
    """The sandbox process ended, without verdicts on the programs that it held."""
