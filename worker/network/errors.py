"""Errors of the networks, each one sentence for whoever named the model.

NetworkError
├── ModelUnusable     a folder or hub id that does not load: missing, half-downloaded, of another shape
├── WrongBase         a critic's delta on a base that it was not trained on
└── PromptTooLong     a prompt that leaves no room in the model's context
"""

from models.errors import TekhneError


class NetworkError(TekhneError):
    """Base of this room's errors."""


class ModelUnusable(NetworkError):
    """The model cannot be loaded, or is of a shape that no critic can stand on."""


class WrongBase(NetworkError):
    """The delta names another base by its hash."""


class PromptTooLong(NetworkError):
    """Nothing could be written after this prompt."""
