"""Which form of an answer a reader prefers: the `Accept` header, read for the few types that an address offers.

In: the header and what is on offer. Out: one of the offers. `*/*` and a missing header mean the first.
"""

from collections.abc import Sequence

from fastapi import Request

JSON, CSV, MARKDOWN = "application/json", "text/csv", "text/markdown"


def preferred(request: Request, offers: Sequence[str]) -> str:
    """The offer with the highest quality, the earlier offer where two are equal; the first where none is wanted."""
    wanted = _read(request.headers.get("accept", "*/*"))
    return max(offers, key=lambda offer: (_quality(offer, wanted), -offers.index(offer)))


def _read(header: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for part in header.split(","):
        kind, _, rest = part.partition(";")
        found[kind.strip().lower()] = _number(rest)
    return found


def _number(parameters: str) -> float:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0


def _quality(offer: str, wanted: dict[str, float]) -> float:
    group = f"{offer.partition('/')[0]}/*"
    return next((wanted[kind] for kind in (offer, group, "*/*") if kind in wanted), 0.0)
