"""Errors of the depot, each one sentence for the user who set TEKHNE_DEPOT.

DepotError
├── DepotUnusable    it cannot be opened, read or written: its library, its credentials, the network
├── NotInDepot       it holds no complete copy of a checkpoint
├── DepotDamaged     its files are not those that were pushed, or not the checkpoint's
└── NoRoom           what is fetched does not fit on this machine's disk
"""

from models.errors import TekhneError


class DepotError(TekhneError):
    """Base of this room's errors."""


class DepotUnusable(DepotError):
    """The library that reads it is missing, it lets nobody in, or it does not answer."""


class NotInDepot(DepotError):
    """Nobody pushed the checkpoint, or not all of it."""


class DepotDamaged(DepotError):
    """The bytes are not the ones that the hash names. Nothing is kept."""


class NoRoom(DepotError):
    """The disk is full. Nothing is kept."""
