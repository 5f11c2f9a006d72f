"""How much of a model server's answer is read, and for how long: a server may be broken or hostile, and never end.

In: a response of the HTTP client whose body was not read yet. Out: the same response, whose body raises `EndlessAnswer`
when there is more of it than any answer has. A packed answer is refused, because a small one may mean a huge one;
servers are asked for none.
"""

import time
from collections.abc import AsyncIterator, Iterator

import httpx2

MOST_BYTES = 16 * 1024**2
MOST_STREAMED_BYTES = 64 * 1024**2
"""Of a stream of events: what models think comes in many small ones."""
MOST_EVENT_BYTES = 1024**2
ANSWER_SECONDS = 3_600.0
"""For a whole answer, however steadily it comes. A small model on a busy CPU takes minutes."""
UNPACKED = {"Accept-Encoding": "identity"}
_EVENT_ENDS = (b"\n\n", b"\r\n\r\n", b"\r\r")


class EndlessAnswer(httpx2.ReadError):
    """The server sends more than an answer may hold, or for longer."""


class _Count:
    """What came of one answer."""

    def __init__(self, response: httpx2.Response) -> None:
        self._is_stream = "event-stream" in response.headers.get("content-type", "")
        self._most = MOST_STREAMED_BYTES if self._is_stream else MOST_BYTES
        self._ends_at = time.monotonic() + ANSWER_SECONDS
        self._taken = self._event = 0
        self._tail = b""

    def take(self, data: bytes) -> bytes:
        """Raises EndlessAnswer where that is too much."""
        self._taken += len(data)
        if self._taken > self._most:
            raise EndlessAnswer(f"its answer has more than {self._most // 1024**2} MiB")
        if self._is_stream and self._size_of_event(data) > MOST_EVENT_BYTES:
            raise EndlessAnswer(f"one event of its stream has more than {MOST_EVENT_BYTES // 1024**2} MiB")
        if time.monotonic() > self._ends_at:
            raise EndlessAnswer(f"its answer takes longer than {ANSWER_SECONDS:.0f} seconds")
        return data

    def _size_of_event(self, data: bytes) -> int:
        """How much came since the last event ended."""
        seen = self._tail + data
        end = max(seen.rfind(mark) for mark in _EVENT_ENDS)
        self._tail = seen[-3:]
        self._event = self._event + len(data) if end < 0 else len(seen) - end
        return self._event


class _Bounded(httpx2.SyncByteStream):
    def __init__(self, inner: httpx2.SyncByteStream, count: _Count) -> None:
        self._inner, self._count = inner, count

    def __iter__(self) -> Iterator[bytes]:
        for data in self._inner:
            yield self._count.take(data)

    def close(self) -> None:
        self._inner.close()


class _AsyncBounded(httpx2.AsyncByteStream):
    def __init__(self, inner: httpx2.AsyncByteStream, count: _Count) -> None:
        self._inner, self._count = inner, count

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for data in self._inner:
            yield self._count.take(data)

    async def aclose(self) -> None:
        await self._inner.aclose()


def bound(response: httpx2.Response) -> None:
    """A hook of the client."""
    _refuse_packed(response)
    if isinstance(response.stream, httpx2.SyncByteStream):
        response.stream = _Bounded(response.stream, _Count(response))


async def bound_async(response: httpx2.Response) -> None:
    """The same for an event loop."""
    _refuse_packed(response)
    if isinstance(response.stream, httpx2.AsyncByteStream):
        response.stream = _AsyncBounded(response.stream, _Count(response))


def _refuse_packed(response: httpx2.Response) -> None:
    packed = response.headers.get("content-encoding", "identity").strip().lower()
    if packed not in ("", "identity"):
        raise EndlessAnswer(f"it packs its answer ({packed[:40]}), though it was asked not to")
