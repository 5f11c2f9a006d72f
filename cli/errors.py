"""Errors of the command line.

CommandError            exit code 2: bad input, or a machine that cannot do it
├── StoreError          the database is not ours, newer than the code, or not reachable
└── SetupError          a step of set-up failed
"""

from models.errors import TekhneError


class CommandError(TekhneError):
    """Printed as it stands, without a traceback; nothing was changed."""


class StoreError(CommandError):
    """The store cannot be used as it is."""


class SetupError(CommandError):
    """A step of set-up failed."""
