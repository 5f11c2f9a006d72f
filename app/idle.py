"""Background work in the web process waits until no request came for a moment: both share one interpreter.

In: a call at every request. Out: a wait that ends once requests pause, or after some seconds in any case, so that a
busy server gets its background work done too.
"""

import time
from collections.abc import Callable

IDLE_SECONDS = 0.25
LONGEST_WAIT_SECONDS = 5.0
_POLL_SECONDS = 0.05


class IdleGate:
    """Shared by requests and background threads; requests go first."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._last_request = clock()

    def request_came(self) -> None:
        self._last_request = self._clock()

    def wait(self) -> None:
        """Return once the server is idle, or after `LONGEST_WAIT_SECONDS`."""
        limit = self._clock() + LONGEST_WAIT_SECONDS
        while (now := self._clock()) < limit and now - self._last_request < IDLE_SECONDS:
            self._sleep(_POLL_SECONDS)
