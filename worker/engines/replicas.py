"""The servers of one model: which of them is asked next, and which are left alone for a while.

In: what became of each request. Out: the server with the fewest requests under way among those that are open. A server
that asked for a pause is closed until then; one that failed is set aside for a moment, so that the others are asked
instead, and tried again afterwards. Where none is open, whoever asks waits for the first that will be.
"""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from openai import AsyncOpenAI

from worker.engines.server_errors import ServerHiccup

ASIDE_SECONDS = 5.0
"""How long a server that failed is left alone while others are open; one that hung until its time was over costs the
next sample that tries it as long again."""


@dataclass(frozen=True, kw_only=True)
class Outage:
    """A model whose servers answer nobody."""

    since: float
    """By `time.monotonic`."""
    url: str
    reason: str

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.since


class Replica:
    """One server."""

    def __init__(self, url: str, client: AsyncOpenAI) -> None:
        self.url, self.client = url, client
        self.under_way = 0
        self.opens_at = 0.0
        """By `time.monotonic`: it asked for no request before."""
        self.opens_at_clock = ""
        self.aside_until = 0.0
        """It failed a moment ago."""
        self.silent: Outage | None = None
        """Since its first failure of that kind nobody got an answer."""

    @property
    def is_closed(self) -> bool:
        return self.opens_at > time.monotonic()

    @property
    def is_aside(self) -> bool:
        return self.aside_until > time.monotonic()

    def answered(self) -> None:
        self.silent, self.aside_until = None, 0.0

    def failed(self, hiccup: ServerHiccup, reason: str) -> None:
        self.aside_until = time.monotonic() + ASIDE_SECONDS
        if not hiccup.is_silent:
            self.silent = None
        elif self.silent is None:
            self.silent = Outage(since=time.monotonic(), url=self.url, reason=reason)

    def close_for(self, seconds: float) -> None:
        """It asked for no request within so many seconds."""
        opens_at = time.monotonic() + seconds
        if opens_at > self.opens_at:
            clock = datetime.now(UTC) + timedelta(seconds=seconds)
            self.opens_at, self.opens_at_clock = opens_at, f"{clock:%H:%M:%S} UTC"


class Replicas:
    """All servers of one model; used in one event loop."""

    def __init__(self, urls: Sequence[str], make_client: Callable[[str], AsyncOpenAI]) -> None:
        self.all = tuple(Replica(url.rstrip("/"), make_client(url.rstrip("/"))) for url in urls)
        self.words = " and ".join(replica.url for replica in self.all)
        """Their addresses, for a sentence."""

    @property
    def outage(self) -> Outage | None:
        """Since when not one of them answers."""
        silences = [replica.silent for replica in self.all]
        return max((one for one in silences if one), key=lambda one: one.since) if all(silences) else None

    @property
    def are_aside(self) -> bool:
        """Whether there is none to turn to at once: each failed a moment ago, or asked for a pause."""
        return all(replica.is_aside or replica.is_closed for replica in self.all)

    def forget_silence(self) -> None:
        for replica in self.all:
            replica.silent = None

    @property
    def waits_for(self) -> str:
        """What all requests wait for, in words for a page; empty where they do not."""
        if all(replica.is_closed for replica in self.all):
            first = min(self.all, key=lambda replica: replica.opens_at)
            return f"waiting until {first.opens_at_clock}: the server at {first.url} asked for no request before"
        outage = self.outage
        return f"waiting for the server at {outage.url} ({outage.reason})" if outage is not None else ""

    @contextmanager
    def asking(self, replica: Replica) -> Iterator[Replica]:
        """Counts a request that is under way."""
        replica.under_way += 1
        try:
            yield replica
        finally:
            replica.under_way -= 1

    async def opened(self) -> Replica:
        """The server to ask now, when one is open: the least busy, and one that failed a moment ago last."""
        while all(replica.is_closed for replica in self.all):
            await asyncio.sleep(max(0.0, min(replica.opens_at for replica in self.all) - time.monotonic()))
        return min(
            (replica for replica in self.all if not replica.is_closed),
            key=lambda replica: (replica.is_aside, replica.under_way),
        )

    async def close(self) -> None:
        for replica in self.all:
            await replica.client.close()
