"""Errors of the ruler. What a program does is a verdict, never an error.

RulerError
├── NoIsolation      this machine cannot isolate programs, and no setting allows to do without
└── ZoneDied         the sandbox process ended unexpectedly
    └── ZoneUnsound  it answered, and what it said cannot be trusted
"""

from typing import Any

from models.errors import TekhneError


class RulerError(TekhneError):
    """No verdicts can be taken on this machine; the message says why and what to do."""


class NoIsolation(RulerError):
    """Models' code is executed without isolation only if the operator says so."""


class ZoneDied(RulerError):
    """The sandbox process ended, without verdicts on the programs that it held."""


class ZoneUnsound(ZoneDied):
    """The sandbox failed at a program, or the compiled packages that it reads are damaged: verdicts that it gave
    meanwhile say nothing of the programs.

    `answer` is what it said of the last program that it failed at; None where packages are damaged.
    """

    def __init__(self, sentence: str, answer: dict[str, Any] | None = None) -> None:
        super().__init__(sentence)
        self.answer = answer
