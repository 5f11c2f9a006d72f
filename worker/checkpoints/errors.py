"""What can go wrong with checkpoints that are added by hand.

CheckpointError
├── NameTaken       another checkpoint has the name
├── BadAddress      what should be a server's URL is none, or its model is not named
└── FetchFailed     a packaged model cannot be downloaded, or is not in its package
"""


class CheckpointError(Exception):
    """Said to the user as it stands; the store is unchanged."""

    exit_code = 2


class NameTaken(CheckpointError):
    """Names are unique, because runs are created by them."""


class BadAddress(CheckpointError):
    """No engine could ask it."""


class FetchFailed(CheckpointError):
    """No model came."""
