"""A watcher of a live page at the application's own interface: it takes events when the test lets it."""

import asyncio
from collections.abc import Callable

from fastapi import FastAPI
from starlette.types import Message


class Watcher:
    """Keeps what its stream sends. One that does not `read` takes no further bytes, as a browser behind a slow line."""

    def __init__(self, app: FastAPI, address: str, *, cookie: str = "") -> None:
        self._app = app
        self._path, _, self._query = address.partition("?")
        self._cookie = cookie
        self.received = ""
        self.chunks = 0
        self._reads = asyncio.Event()
        self._reads.set()
        self._came = asyncio.Event()
        self._left = asyncio.Event()
        self.task = asyncio.create_task(self._ask())

    def stop_reading(self) -> None:
        self._reads.clear()

    def read(self) -> None:
        self._reads.set()

    async def until(self, has: Callable[[str], bool]) -> None:
        """Wait for what it received; fails if the stream ends without it."""
        while not has(self.received):
            assert not self.task.done(), self.received
            self._came.clear()
            came = asyncio.create_task(self._came.wait())
            await asyncio.wait({came, self.task}, return_when=asyncio.FIRST_COMPLETED)
            came.cancel()

    async def leave(self) -> None:
        """As a browser that closes the page."""
        self._left.set()
        await self.task

    async def _ask(self) -> None:
        host = [(b"host", b"localhost")]
        scope = {
            "type": "http", "method": "GET", "path": self._path, "raw_path": self._path.encode(),
            "query_string": self._query.encode(), "client": ("127.0.0.1", 5), "server": ("localhost", 80),
            "headers": [*host, (b"cookie", self._cookie.encode())] if self._cookie else host, "scheme": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1", "root_path": "",
        }  # fmt: skip
        sent: list[Message] = [{"type": "http.request", "body": b"", "more_body": False}]

        async def receive() -> Message:
            if sent:
                return sent.pop()
            await self._left.wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            if message["type"] != "http.response.body":
                return
            await self._reads.wait()
            self.received += message.get("body", b"").decode()
            self.chunks += 1
            self._came.set()

        await self._app(scope, receive, send)
