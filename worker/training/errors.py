"""What can go wrong with training.

TrainingError
├── DataError        there is nothing to train on, or a row cannot be used
├── FolderError      a checkpoint folder is missing, taken, or another kind
├── ResumeError      what an interrupted training left behind does not fit this command
├── DivergedError    the loss is not a number any more
└── MemoryShort      a step needs more memory than the machine has
"""

from models.errors import TekhneError


class TrainingError(TekhneError):
    """Anything a caller of this package can cause."""


class DataError(TrainingError):
    """Nothing to train on, or a row that cannot be used."""


class FolderError(TrainingError):
    """A checkpoint folder that cannot be read or written."""


class ResumeError(TrainingError):
    """An interrupted training that this command cannot go on from."""


class DivergedError(TrainingError):
    """The loss left the numbers."""


class MemoryShort(TrainingError):
    """A step needs more memory than the machine has."""
