"""Connections that keep the web process waiting: how long a request's head and an answer's reader may take, and how
many connections are held.

uvicorn holds a connection that sends nothing, or a byte a minute, until the other side ends it. Here it is closed when
no whole request head has come in time, when an answer is not read, and, where there are too many, when it has waited
longest for a request. What clients do wrong is logged once a minute. How long a body may take is for
`app.web.security.limits` to say.
"""

import asyncio
import logging
import time
from collections.abc import Callable

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol


class PatientProtocol(H11Protocol):
    """HTTP/1.1 with patience that ends."""

    HEAD_SECONDS = 20.0
    UNREAD_SECONDS = 60.0
    """How long an answer's next bytes may wait for their reader."""
    MOST_CONNECTIONS = 800
    """Below the 1,024 open files that most systems allow a process."""

    _deadline: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._expect_head()
        if len(self.connections) > self.MOST_CONNECTIONS:
            self._make_room()

    def data_received(self, data: bytes) -> None:
        if self._awaits_head and self._deadline is None:
            # The next request of a connection that is kept alive; until it begins, uvicorn's own timeout counts.
            self._expect_head()
        super().data_received(data)
        if not self._awaits_head:
            self._forget("_deadline")

    def send_400_response(self, msg: str) -> None:
        try:
            super().send_400_response(msg)
        except h11.LocalProtocolError:
            # The answer had begun when the rest of its request turned out to be nonsense.
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget("_deadline")
        self._forget("_unread")
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._unread = self._unread or self.loop.call_later(self.UNREAD_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        self._forget("_unread")
        super().resume_writing()

    @property
    def _awaits_head(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _forget(self, name: str) -> None:
        timer: asyncio.TimerHandle | None = getattr(self, name)
        setattr(self, name, None)
        if timer is not None:
            timer.cancel()

    def _expect_head(self) -> None:
        self._deadline = self.loop.call_later(self.HEAD_SECONDS, self.transport.close)

    def _make_room(self) -> None:
        """Close those that have waited longest for a request, this one last."""
        held = [
            one for one in self.connections if isinstance(one, PatientProtocol) and not one.transport.is_closing()
        ]
        waiting = sorted((one._deadline.when(), number) for number, one in enumerate(held) if one._deadline)
        for _, number in waiting[: max(0, len(held) - self.MOST_CONNECTIONS)]:
            held[number].transport.close()


class RareWarnings(logging.Filter):
    """Lets a warning through once a minute, with the number of those before it: a client that sends nonsense could fill
    the log with a line a request."""

    SECONDS = 60.0

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._said: dict[object, tuple[float, int]] = {}
        """When each was said last, and how often it was kept back since."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno != logging.WARNING:
            return True
        now = self._clock()
        last, kept_back = self._said.get(record.msg, (now - self.SECONDS, 0))
        if now - last < self.SECONDS:
            self._said[record.msg] = (last, kept_back + 1)
            return False
        self._said[record.msg] = (now, 0)
        if kept_back:
            record.msg = f"{record.msg} (and {kept_back} more of these before it)"
        return True
