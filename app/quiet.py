"""When nobody is asking: work beside the requests waits for that, since both share one interpreter.

In: a word at every request. Out: a wait that ends once none has come for a moment, or after some seconds anyway, so
that a busy server gets its background work done as well.
"""

import time
from collections.abc import Callable

QUIET_SECONDS = 0.25
PATIENCE_SECONDS = 5.0
_LOOK_SECONDS = 0.05


class Quiet:
    """Shared by requests and background threads; a reader's page comes first."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._asked = clock()

    def broken(self) -> None:
        """A request has come."""
        self._asked = self._clock()

    def wait(self) -> None:
        """Come back when it is quiet, or when patience ends."""
        limit = self._clock() + PATIENCE_SECONDS
        while (now := self._clock()) < limit and now - self._asked < QUIET_SECONDS:
            self._sleep(_LOOK_SECONDS)
