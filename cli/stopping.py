"""Ctrl-C and SIGTERM of commands whose work can be paused."""

import signal
import threading
from collections.abc import Callable
from contextlib import suppress

from app.actions.errors import NotAllowed


def pause_on_signal(pause: Callable[[], None]) -> None:
    """Let the first Ctrl-C or SIGTERM call `pause`, and the second end the process.

    Args:
        pause: pauses the work in the store; that it raises NotAllowed, because the work just ended, is no error.
    """

    def stop(number: int, _: object) -> None:
        signal.signal(number, signal.SIG_DFL)
        # In a thread: the signal may have interrupted a transaction of this one.
        threading.Thread(target=quietly, daemon=True).start()

    def quietly() -> None:
        with suppress(NotAllowed):
            pause()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
