"""People before a dashboard, as plain HTTP clients of several web processes: watchers who keep a page open and take its
events, and readers who open one page after another.

In: the addresses of the processes, any of which answers any request, and the pages. Out: how long pages took, and what
went wrong. They are a browser's requests without the browser: nothing is drawn.
"""

import asyncio
import html
import random
import re
import time
from collections import Counter
from collections.abc import Sequence
from urllib.parse import urlsplit

import httpx

COMING_SECONDS = 10.0
"""Within this time all watchers open their pages."""
SILENT_SECONDS = 16.0
"""After which a page calls its connection lost."""
STAY_SECONDS = (40.0, 120.0)
"""How long a watcher keeps a page before loading it again, once they move."""
THINK_SECONDS = (2.0, 8.0)
"""How long a reader looks at a page."""
STREAM = re.compile(r'hx-sse:connect="([^"]+)"')


class Crowd:
    """Its methods belong to one event loop."""

    def __init__(self, addresses: Sequence[str]) -> None:
        self.page_ms: list[float] = []
        self.errors: Counter[str] = Counter()
        self.events = 0
        """Chunks of streams that arrived."""
        self.watchers_move = False
        """Whether watchers load their pages again now and then, at any of the processes."""
        self._addresses = addresses
        self._chance = random.Random(5)
        self._tasks: list[asyncio.Task[None]] = []
        self._client = httpx.AsyncClient(timeout=60, limits=httpx.Limits(max_connections=None))

    async def watch(self, pages: Sequence[str]) -> None:
        """Add a watcher for each of these pages; returns when all get events."""
        follow = [asyncio.Event() for _ in pages]
        for number, page in enumerate(pages):
            self._tasks.append(asyncio.create_task(self._watcher(number, page, follow[number])))
        for one in follow:
            await one.wait()

    def read(self, pages: Sequence[str], readers: int) -> None:
        """Add readers of these pages."""
        self._tasks += [asyncio.create_task(self._reader(pages)) for _ in range(readers)]

    async def leave(self) -> None:
        """All go."""
        for task in self._tasks:
            task.cancel()
        for outcome in await asyncio.gather(*self._tasks, return_exceptions=True):
            if not isinstance(outcome, asyncio.CancelledError | None):
                self.errors[f"a client failed: {outcome!r}"] += 1
        self._tasks = []
        await self._client.aclose()

    async def _reader(self, pages: Sequence[str]) -> None:
        while True:
            await asyncio.sleep(self._chance.uniform(*THINK_SECONDS))
            await self._open(self._chance.choice(self._addresses), self._chance.choice(pages))

    async def _watcher(self, number: int, page: str, follows: asyncio.Event) -> None:
        await asyncio.sleep(self._chance.uniform(0, COMING_SECONDS) if number else 0)
        while True:
            address = self._addresses[number % len(self._addresses)]
            text = await self._open(address, page)
            stream = STREAM.search(text)
            if stream is None:
                self.errors[f"{page} has no stream"] += 1
                await asyncio.sleep(1)
                continue
            await self._follow(address, html.unescape(stream[1]), follows)
            number += 1

    async def _open(self, address: str, page: str) -> str:
        """The page's text; empty where it could not be loaded."""
        began = time.perf_counter()
        try:
            answer = await self._client.get(f"{address}{page}", follow_redirects=True)
        except httpx.HTTPError as error:
            self.errors[f"{page}: {type(error).__name__}"] += 1
            return ""
        self.page_ms.append((time.perf_counter() - began) * 1000)
        if answer.status_code != httpx.codes.OK:
            self.errors[f"{page}: status {answer.status_code}"] += 1
            return ""
        return answer.text

    async def _follow(self, address: str, path: str, follows: asyncio.Event) -> None:
        """Take the events of a stream until it is time to load the page again, or something is wrong."""
        stay, began = self._chance.uniform(*STAY_SECONDS), time.monotonic()
        place = urlsplit(address)
        reader, writer = await asyncio.open_connection(place.hostname, place.port)
        try:
            writer.write(f"GET {path} HTTP/1.1\r\nHost: {place.netloc}\r\n\r\n".encode())
            status = await reader.readline()
            if b" 200 " not in status:
                self.errors[f"a stream: {status.decode().strip()}"] += 1
            while not self.watchers_move or time.monotonic() - began < stay:
                async with asyncio.timeout(SILENT_SECONDS):
                    chunk = await reader.read(1 << 16)
                if not chunk:
                    self.errors["a stream ended"] += 1
                    return
                self.events += 1
                if b"data:" in chunk:
                    follows.set()
        except TimeoutError:
            self.errors["a stream fell silent"] += 1
        finally:
            writer.close()
