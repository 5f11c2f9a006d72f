"""Errors of models and checkpoints, each one sentence for the user who named the model.

NetworkError
├── ModelUnusable     a folder or hub id that does not load: missing, half-downloaded, of another shape
├── ModelGone         a registered checkpoint's files are not where they were
├── ModelChanged      a registered checkpoint's files are not the registered ones
├── WrongBase         a critic's delta on a base that it was not trained on
└── WrongKind         a checkpoint of another kind than is needed
"""

from models.errors import TekhneError


class NetworkError(TekhneError):
    """Base of this room's errors."""


class ModelUnusable(NetworkError):
    """The model cannot be loaded, or is of a shape that no critic can stand on."""


class ModelGone(NetworkError):
    """The folder was moved or deleted."""


class ModelChanged(NetworkError):
    """The hash of the files is not the one they were registered by."""


class WrongBase(NetworkError):
    """The delta names another base by its hash."""


class WrongKind(NetworkError):
    """A critic, base or endpoint stands where another kind is needed."""
