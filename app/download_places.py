"""The places for downloads. Each holds a connection to the store between its chunks, so there are only so many.

In: downloads, and how fast their readers take them. Out: a place, or none. Where all are taken, the slowest reader of
those that hardly read makes room: nobody keeps others out for long by reading a byte now and then.
"""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import anyio
from starlette.types import Message, Send


@dataclass(eq=False)
class Transfer:
    """One download as its reader takes it."""

    send: Send
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.get_running_loop)
    scope: anyio.CancelScope = field(default_factory=anyio.CancelScope)
    taken: int = 0
    _waited: float = 0.0
    _since: float | None = None
    """When the chunk was given that the reader has not taken yet."""

    async def give(self, message: Message) -> None:
        """The download's `send`."""
        self._since = time.monotonic()
        try:
            await self.send(message)
            self.taken += len(message.get("body", b""))
        finally:
            self._waited, self._since = self.waited, None

    @property
    def waited(self) -> float:
        """Seconds for which the reader has been waited for."""
        since = self._since
        return self._waited + (time.monotonic() - since if since is not None else 0.0)

    @property
    def rate(self) -> float:
        """Bytes a second that the reader takes."""
        return self.taken / max(self.waited, 1e-6)


class DownloadPlaces:
    """May be used from many threads."""

    PATIENCE_SECONDS = 10.0
    """A reader has been waited for so long before anything is said of its rate."""
    SLOW_BYTES = 16 * 1024
    """A reader that takes less in a second makes room for others."""
    ROOM_SECONDS = 5.0

    def __init__(self, most: int) -> None:
        self._free = threading.BoundedSemaphore(most)
        self._lock = threading.Lock()
        self._transfers: set[Transfer] = set()

    def take(self) -> bool:
        """Whether there is a place; `leave` gives it back."""
        if self._free.acquire(blocking=False):
            return True
        with self._lock:
            slow = [
                one for one in self._transfers if one.waited > self.PATIENCE_SECONDS and one.rate < self.SLOW_BYTES
            ]
            if not slow:
                return False
            slowest = min(slow, key=lambda one: one.rate)
            # Nobody else is to wait for the same place.
            self._transfers.discard(slowest)
        slowest.loop.call_soon_threadsafe(slowest.scope.cancel)
        return self._free.acquire(timeout=self.ROOM_SECONDS)

    def leave(self) -> None:
        self._free.release()

    @contextmanager
    def watched(self, transfer: Transfer) -> Iterator[None]:
        """While the block runs, which `transfer` may end."""
        with self._lock:
            self._transfers.add(transfer)
        try:
            with transfer.scope:
                yield
        finally:
            with self._lock:
                self._transfers.discard(transfer)
