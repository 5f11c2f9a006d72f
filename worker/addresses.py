"""Which addresses a model server may have: this machine and public ones, private networks by a setting.

In: a server's URL, or a name to connect to. Out: addresses that are allowed, or an error of one sentence. A URL is
looked at when a server is registered and when it is opened. Connections resolve the name themselves and go only to an
address that was looked at (`worker/engines/connecting.py`), so that a name cannot move in between.
"""

import ipaddress
import socket
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from models.errors import TekhneError

Resolve = Callable[[str], Iterable[str]]


class ForbiddenAddress(TekhneError):
    """The server is where no request of ours may go."""


def addresses_of(host: str) -> list[str]:
    """The addresses of a name, in the system's order; none where nobody knows it."""
    try:
        found = [str(one[4][0]) for one in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError):
        return []
    return list(dict.fromkeys(found))


def refuse_address(url: str, *, private_allowed: bool, resolve: Resolve = addresses_of) -> None:
    """Raise ForbiddenAddress where `url` leads into a private network that the settings do not allow.

    A name that does not resolve is let pass: connecting to it will say so.
    """
    allowed_addresses(urlsplit(url).hostname or "", url, private_allowed=private_allowed, resolve=resolve)


def allowed_addresses(
    host: str, called: str, *, private_allowed: bool, resolve: Resolve = addresses_of
) -> list[str]:
    """The addresses of `host`, all of them allowed; `called` is how an error names the server.

    Raises:
        ForbiddenAddress: one of them is not.
    """
    found = list(resolve(host))
    for text in found:
        address = ipaddress.ip_address(text.partition("%")[0])
        address = getattr(address, "ipv4_mapped", None) or address
        if address.is_loopback:
            continue
        if address.is_link_local or address.is_multicast or address.is_unspecified:
            raise ForbiddenAddress(f"{called} leads to {address}, where no model server is: give another address.")
        if not address.is_global and not private_allowed:
            raise ForbiddenAddress(
                f"{called} leads to {address}, which is on a private network: set TEKHNE_PRIVATE_ENDPOINTS=true to "
                f"allow such servers."
            )
    return found
