"""What can go wrong with checkpoints that are added by hand.

CheckpointError
├── NameTaken       another checkpoint has the name
├── BadAddress      what should be a server's URL is none, or its model is not named
└── FetchFailed     a packaged model cannot be downloaded, or is not in its package
"""

from models.errors import TekhneError


class CheckpointError(TekhneError):
    """Said to the user as it stands; the store is unchanged."""


class NameTaken(CheckpointError):
    """Names are unique, because runs are created by them."""


class BadAddress(CheckpointError):
    """No engine could ask it."""


class FetchFailed(CheckpointError):
    """No model came."""
