"""Which addresses a model server may have: this machine and public ones, private networks by a setting.

In: a server's URL. Out: nothing, or an error of one sentence. Asked when a server is registered and again whenever one
is opened, because names move. A name that changes between this look and the connection is not caught.
"""

import ipaddress
import socket
from urllib.parse import urlsplit

from models.errors import TekhneError


class ForbiddenAddress(TekhneError):
    """The server is where no request of ours may go."""


def refuse_address(url: str, *, private_allowed: bool) -> None:
    """Raise ForbiddenAddress where `url` leads into a private network that the settings do not allow.

    A name that does not resolve is let pass: connecting to it will say so.
    """
    host = urlsplit(url).hostname or ""
    for text in _addresses(host):
        address = ipaddress.ip_address(text.partition("%")[0])
        address = getattr(address, "ipv4_mapped", None) or address
        if address.is_loopback:
            continue
        if address.is_link_local or address.is_multicast or address.is_unspecified:
            raise ForbiddenAddress(f"{url} leads to {address}, where no model server is: give another address.")
        if not address.is_global and not private_allowed:
            raise ForbiddenAddress(
                f"{url} leads to {address}, which is on a private network: set TEKHNE_PRIVATE_ENDPOINTS=true to "
                f"allow such servers."
            )


def _addresses(host: str) -> set[str]:
    try:
        return {str(found[4][0]) for found in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError):
        return set()
