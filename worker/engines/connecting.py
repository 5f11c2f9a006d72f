"""HTTP clients that connect only to addresses that a model server may have, and read no more than an answer may hold.

In: what the settings allow. Out: clients for the `openai` library. The name is resolved here, its addresses are looked
at, and the connection goes to one of them: a name that leads elsewhere a moment later changes nothing. Where the
environment names a proxy, the proxy resolves the names, and the library's own client is used. What is read is counted
in either case (`worker/engines/bounded_answers.py`).
"""

import asyncio
import ssl
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpcore2
import httpx2
from httpcore2 import AnyIOBackend, AsyncNetworkStream, NetworkStream, SyncBackend

from worker.addresses import Resolve, addresses_of, allowed_addresses
from worker.engines.bounded_answers import UNPACKED, bound, bound_async

MOST_CONNECTIONS = 1_000


class NameUnknown(httpcore2.ConnectError):
    """No address is known for the server's name."""


class _Guard:
    """Resolves names for a backend."""

    def __init__(self, *, private_allowed: bool, resolve: Resolve = addresses_of) -> None:
        self._private_allowed, self._resolve = private_allowed, resolve

    def addresses(self, host: str) -> list[str]:
        found = allowed_addresses(host, host, private_allowed=self._private_allowed, resolve=self._resolve)
        if not found:
            raise NameUnknown(f"{host} has no address")
        return found


class GuardedBackend(SyncBackend):
    """Connects to the first of a name's addresses that answers."""

    def __init__(self, guard: _Guard) -> None:
        self._guard = guard

    def connect_tcp(self, host: str, port: int, *more: Any, **others: Any) -> NetworkStream:
        *first, last = self._guard.addresses(host)
        for address in first:
            try:
                return super().connect_tcp(address, port, *more, **others)
            except httpcore2.ConnectError:
                continue
        return super().connect_tcp(last, port, *more, **others)


class AsyncGuardedBackend(AnyIOBackend):
    """The same for an event loop."""

    def __init__(self, guard: _Guard) -> None:
        self._guard = guard

    async def connect_tcp(self, host: str, port: int, *more: Any, **others: Any) -> AsyncNetworkStream:
        *first, last = await asyncio.to_thread(self._guard.addresses, host)
        for address in first:
            try:
                return await super().connect_tcp(address, port, *more, **others)
            except httpcore2.ConnectError:
                continue
        return await super().connect_tcp(last, port, *more, **others)


class _Transport(httpx2.HTTPTransport):
    def __init__(self, guard: _Guard) -> None:
        super().__init__()
        self._pool = httpcore2.ConnectionPool(_trusted(), network_backend=GuardedBackend(guard))


class _AsyncTransport(httpx2.AsyncHTTPTransport):
    def __init__(self, guard: _Guard) -> None:
        super().__init__()
        backend = AsyncGuardedBackend(guard)
        self._pool = httpcore2.AsyncConnectionPool(
            _trusted(), max_connections=MOST_CONNECTIONS, network_backend=backend
        )


def client(
    url: str, *, private_allowed: bool, timeout_seconds: float, resolve: Resolve = addresses_of
) -> httpx2.Client:
    """A client for the server at `url`."""
    transport = None if _has_proxy(url) else _Transport(_Guard(private_allowed=private_allowed, resolve=resolve))
    hooks = {"response": [bound]}
    return httpx2.Client(transport=transport, timeout=timeout_seconds, headers=UNPACKED, event_hooks=hooks)


def async_client(
    url: str, *, private_allowed: bool, timeout_seconds: float, resolve: Resolve = addresses_of
) -> httpx2.AsyncClient:
    """The same for an event loop."""
    transport = (
        None if _has_proxy(url) else _AsyncTransport(_Guard(private_allowed=private_allowed, resolve=resolve))
    )
    hooks = {"response": [bound_async]}
    return httpx2.AsyncClient(transport=transport, timeout=timeout_seconds, headers=UNPACKED, event_hooks=hooks)


def _trusted() -> ssl.SSLContext:
    return httpx2.create_ssl_context()


def _has_proxy(url: str) -> bool:
    split, proxies = urlsplit(url), getproxies()
    named = bool(proxies.get(split.scheme) or proxies.get("all"))
    return named and not proxy_bypass(split.hostname or "")
