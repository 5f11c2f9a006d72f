"""One look at the store for all open pages that show the same: it is read and drawn once, however many watch.

In: a `LivePart`, which names what it shows, reads it and draws it. Out: a `Look` that its watchers share: a task reads
while there are any, and each watcher takes the newest state when it is ready for one. A slow watcher skips what came in
between, so nothing queues for it. What differs between readers is for `app.web.live.stream`.
"""

import asyncio
import logging
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol, TypeVar

from fastapi.sse import format_sse_event

from app.errors import NotFound
from app.store_watch import unless_at_fault
from models import Store
from models.store_faults import FaultNotice

LOOK_THREADS = 4
"""Threads that read and draw live parts; requests have threads of their own and never wait for these."""

T = TypeVar("T")
log = logging.getLogger("tekhne.web")


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A live part as HTML, for pages that show the same of it."""

    html: str
    """Blank if these pages show all of it already."""
    shown: Hashable = None
    """What these pages show once they have this."""
    number: int = 0
    """The event's id."""
    is_over: bool = False
    """Whether it cannot change any more."""

    @cached_property
    def event(self) -> bytes:
        """As a server-sent event; empty where there is nothing to send."""
        html = self.html.strip()
        return format_sse_event(data_str=html, id=str(self.number)) if html else b""


@dataclass(frozen=True, kw_only=True)
class LiveTrouble:
    """Why a live part cannot be shown as it is now."""

    message: str
    is_over: bool = False
    """Whether there is nothing left to show."""


FAILED = LiveTrouble(
    message="This page cannot follow what happens because of a bug in Tekhne: load it again to see more. "
    "The log of the web process has the traceback."
)


class LivePart(Protocol):
    """A part of a page that is drawn again when it changes."""

    seconds: float
    """How long to wait between two readings."""

    @property
    def key(self) -> Hashable:
        """Names all that `read` and `draw` depend on, besides the store: of parts with one key, one serves all."""

    def read(self) -> object:
        """What is shown of the store; a value that differs (`!=`) whenever the part looks different."""

    def draw(self, now: Any, shown: Any) -> Drawn:
        """`now`, a result of `read`, for pages that show `shown` so far."""


@dataclass(frozen=True, kw_only=True)
class LookState:
    """What a look saw last."""

    number: int
    """Counts up with each change."""
    now: object
    """None until the store was read."""
    notice: FaultNotice | None
    """The store's fault."""
    trouble: LiveTrouble | None


class Look:
    """One live part while it is watched. Its methods belong to the event loop."""

    def __init__(self, part: LivePart, store: Store, threads: ThreadPoolExecutor) -> None:
        self.watchers = 0
        self.is_closed = False
        self._part = part
        self._store = store
        self._threads = threads
        self._state = LookState(number=0, now=None, notice=None, trouble=None)
        self._changed = asyncio.Event()
        self._drawings: dict[Hashable, asyncio.Future[Drawn | LiveTrouble | None]] = {}
        self._must_redraw = False
        self._logged: set[str] = set()
        self._task = asyncio.create_task(self._run())

    def close(self) -> None:
        """End the reading, and the waiting of all watchers."""
        self.is_closed = True
        self._task.cancel()
        self._changed.set()

    async def after(self, number: int, seconds: float) -> LookState | None:
        """The newest state, once it is newer than `number`; None after so many seconds, or if the look was closed."""
        try:
            async with asyncio.timeout(seconds):
                while self._state.number == number and not self.is_closed:
                    await self._changed.wait()
        except TimeoutError:
            return None
        return None if self.is_closed else self._state

    async def drawn(self, shown: Hashable) -> Drawn | LiveTrouble | None:
        """The newest state for a page that shows `shown`, drawn once for all of these; None where the store did not
        let it be drawn, and another state follows."""
        drawing = self._drawings.get(shown)
        if drawing is None:
            loop = asyncio.get_running_loop()
            drawing = loop.run_in_executor(self._threads, self._draw, self._state.now, shown)
            self._drawings[shown] = drawing
        # A watcher that leaves meanwhile must not take the drawing from the others.
        return await asyncio.shield(drawing)

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while self._state.trouble is None or not self._state.trouble.is_over:
            self._publish(await loop.run_in_executor(self._threads, self._read))
            await asyncio.sleep(self._part.seconds)

    def _publish(self, seen: object) -> None:
        last, notice = self._state, self._store.faults.current
        trouble = seen if isinstance(seen, LiveTrouble) else None
        now = last.now if trouble is not None or seen is None or seen == last.now else seen
        if (now is last.now) and (notice, trouble) == (last.notice, last.trouble) and not self._must_redraw:
            return
        self._must_redraw = False
        self._state = LookState(number=last.number + 1, now=now, notice=notice, trouble=trouble)
        self._drawings = {}
        self._changed.set()
        self._changed = asyncio.Event()

    def _read(self) -> object:
        return self._tried("read", self._part.read)

    def _draw(self, now: object, shown: Hashable) -> Drawn | LiveTrouble | None:
        drawn = self._tried("draw", lambda: self._part.draw(now, shown))
        self._must_redraw |= drawn is None
        return drawn

    def _tried(self, doing: str, work: Callable[[], T]) -> T | LiveTrouble | None:
        try:
            done = unless_at_fault(self._store, work)
        except NotFound as error:
            return LiveTrouble(message=error.message, is_over=True)
        except Exception:
            # Those who watch are told, and the next look may succeed.
            if doing not in self._logged:
                log.exception("a live part failed: %s", self._part.key)
            self._logged.add(doing)
            return FAILED
        self._logged.discard(doing)
        return done


class LiveLooks:
    """The looks of one web process, each for as long as somebody watches."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._looks: dict[Hashable, Look] = {}
        self._threads = ThreadPoolExecutor(LOOK_THREADS, "looks")
        self._is_closed = False

    def __len__(self) -> int:
        return len(self._looks)

    @contextmanager
    def watched(self, part: LivePart) -> Iterator[Look]:
        """The look at this part while the block runs: one that there is, or a new one."""
        look = self._looks.get(part.key)
        if look is None:
            look = self._looks[part.key] = Look(part, self._store, self._threads)
        look.watchers += 1
        if self._is_closed:
            look.close()
        try:
            yield look
        finally:
            look.watchers -= 1
            if not look.watchers:
                del self._looks[part.key]
                look.close()

    def end(self) -> None:
        """End every look, so that open streams end at once and browsers connect again, perhaps elsewhere."""
        self._is_closed = True
        for look in self._looks.values():
            look.close()

    def close(self) -> None:
        """End every look, and wait for what its thread is reading."""
        self.end()
        self._threads.shutdown()
