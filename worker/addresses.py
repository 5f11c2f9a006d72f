"""Which addresses a model server may have: this machine and public ones, private networks by a setting.

In: a server's URL, or a name to connect to. Out: addresses that are allowed, or an error of one sentence. An IPv6
address that stands for an IPv4 address is judged as both. However a host is written, the system's resolver reads it. A
URL is looked at when a server is registered and when it is opened. Connections resolve the name themselves and go only
to an address that was looked at (`worker/engines/connecting.py`), so that a name cannot move in between.
"""

import ipaddress
import socket
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from models.checkpoint import without_login
from models.errors import TekhneError

Resolve = Callable[[str], Iterable[str]]
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_IPV4_IN_LOW_BITS = [ipaddress.IPv6Network(one) for one in ("64:ff9b::/96", "64:ff9b:1::/48", "::/96")]
"""Networks whose addresses end with an IPv4 address: of translators (NAT64), and an old form of all of IPv4."""


class ForbiddenAddress(TekhneError):
    """The server is where no request of ours may go."""


class BadAddress(TekhneError):
    """The server's URL cannot be one, holds a password, or its model is not named."""


def addresses_of(host: str) -> list[str]:
    """The addresses of a name, in the system's order; none where nobody knows it."""
    try:
        found = [str(one[4][0]) for one in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError):
        return []
    return list(dict.fromkeys(found))


def refuse_address(url: str, *, private_allowed: bool, resolve: Resolve = addresses_of) -> None:
    """Raise where `url` is no server's, or leads into a private network that the settings do not allow.

    A name that does not resolve is let pass: connecting to it will say so.

    Raises:
        BadAddress: it is no URL of a server, or holds a password.
        ForbiddenAddress: it leads where no request may go.
    """
    host = _host_of(url)
    allowed_addresses(host, url, private_allowed=private_allowed, resolve=resolve)


def _host_of(url: str) -> str:
    advice = "give it up to and with /v1, as in http://localhost:8000/v1."
    try:
        split = urlsplit(url)
        host, port = split.hostname or "", split.port
    except ValueError as error:
        raise BadAddress(f"{without_login(url)[:200]!r} is no server's URL ({error}): {advice}") from error
    if "@" in split.netloc or "@" in url.partition("?")[0].partition("//")[2].partition("/")[0]:
        # The URL is shown on pages and in files; a key has a place of its own.
        raise BadAddress(
            f"{without_login(url)[:200]} holds a name or password, and URLs are shown to everybody: leave it out and "
            f"give the server's key as TEKHNE_ENDPOINT_KEY (of a teacher: TEKHNE_TEACHER_KEY)."
        )
    odd = not url.isprintable() or any(mark in url for mark in " \\?#")
    if split.scheme not in ("http", "https") or not host or odd or port == 0:
        raise BadAddress(f"{without_login(url)[:200]!r} is no server's URL: {advice}")
    return host


def allowed_addresses(
    host: str, called: str, *, private_allowed: bool, resolve: Resolve = addresses_of
) -> list[str]:
    """The addresses of `host`, all of them allowed; `called` is how an error names the server.

    Raises:
        ForbiddenAddress: one of them is not.
    """
    found = list(resolve(host))
    for text in found:
        written = ipaddress.ip_address(text.partition("%")[0])
        address: Address = getattr(written, "ipv4_mapped", None) or written
        if address.is_loopback:
            continue
        for reached in (address, *_within(address)):
            if reached.is_link_local or reached.is_multicast or reached.is_unspecified:
                raise ForbiddenAddress(
                    f"{called} leads to {_shown(address, reached)}, where no model server is: give another address."
                )
            if _is_private(reached) and not private_allowed:
                raise ForbiddenAddress(
                    f"{called} leads to {_shown(address, reached)}, which is on a private network: set "
                    f"TEKHNE_PRIVATE_ENDPOINTS=true to allow such servers."
                )
    return found


def _is_private(address: Address) -> bool:
    # Site-local addresses were private networks before there were others.
    return not address.is_global or bool(getattr(address, "is_site_local", False))


def _within(address: Address) -> list[Address]:
    """The IPv4 addresses to which gateways carry what is sent to an IPv6 address."""
    if isinstance(address, ipaddress.IPv4Address):
        return []
    low = ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    if any(address in network for network in _IPV4_IN_LOW_BITS):
        return [low]
    return [one for one in (address.sixtofour, *(address.teredo or ())) if one is not None]


def _shown(address: Address, reached: Address) -> str:
    return str(reached) if reached == address else f"{reached} (as {address})"
