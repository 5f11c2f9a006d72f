"""Errors of training.

TrainingError
├── DataError        there is nothing to train on, or a row cannot be used
├── FolderError      a checkpoint folder is missing, exists already, or is of another kind
├── ResumeError      what an interrupted training left behind does not fit this command
├── DivergedError    the loss is no longer finite
├── TrackerMissing   the curve is to go to a tracker that is not installed
├── MemoryShort      a step needs more memory than the machine has
└── NoDrift          there is no pair of checkpoints, or no prompt, to measure drift on
"""

from models.errors import TekhneError


class TrainingError(TekhneError):
    """A training run cannot start or continue."""


class DataError(TrainingError):
    """There is nothing to train on, or a row cannot be used."""


class FolderError(TrainingError):
    """A checkpoint folder cannot be read or written."""


class ResumeError(TrainingError):
    """This command cannot continue from the state that an interrupted training left behind."""


class DivergedError(TrainingError):
    """The loss is no longer finite."""


class MemoryShort(TrainingError):
    """A step needs more memory than the machine has."""


class TrackerMissing(TrainingError):
    """The learning curve is to go to a tracker that is not installed."""


class NoDrift(TrainingError):
    """There is nothing to measure the drift of a checkpoint from, or on."""
