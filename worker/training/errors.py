"""Errors of training.

TrainingError
├── DataError        there is nothing to train on, or a row cannot be used
├── FolderError      a checkpoint folder is missing, exists already, or is of another kind
├── ResumeError      what an interrupted training left behind does not fit this command
├── DivergedError    the loss is not a finite number any more
└── MemoryShort      a step needs more memory than the machine has
"""

from models.errors import TekhneError


class TrainingError(TekhneError):
    """A training cannot start or go on."""


class DataError(TrainingError):
    """There is nothing to train on, or a row cannot be used."""


class FolderError(TrainingError):
    """A checkpoint folder cannot be read or written."""


class ResumeError(TrainingError):
    """This command cannot go on from what an interrupted training left behind."""


class DivergedError(TrainingError):
    """The loss is not a finite number any more."""


class MemoryShort(TrainingError):
    """A step needs more memory than the machine has."""
