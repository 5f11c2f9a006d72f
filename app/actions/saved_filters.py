"""Keeping a filter under a name, and forgetting it."""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

from sqlalchemy import select

from app.actions.errors import NoSuchRow, NotAllowed
from models import SavedFilter, Store
from models.saved_filters import LONGEST_NAME

LONGEST_ADDRESS = 4_000
_LISTS = re.compile(r"/search|/failures|/runs/\d{1,18}/(?:problems|failures)")


def save_filter(store: Store, name: str, address: str) -> int:
    """Keep the filter of a list; a filter of the same name gives way to it. Returns its id.

    Raises:
        NotAllowed: the name is empty or too long, or the address is not that of a list with a filter.
    """
    tidy = " ".join(name.split())
    if not tidy or len(tidy) > LONGEST_NAME or not tidy.isprintable():
        raise NotAllowed(
            f"A filter's name has 1 to {LONGEST_NAME} characters on one line; {name[:LONGEST_NAME]!r} has not."
        )
    kept = _kept(address)
    with store.writer() as session:
        row = session.scalars(select(SavedFilter).where(SavedFilter.name == tidy)).first()
        if row is None:
            row = SavedFilter(name=tidy, address=kept)
            session.add(row)
        row.address = kept
        session.flush()
        return row.id


def forget_filter(store: Store, filter_id: int) -> None:
    """Raises NoSuchRow if there is no such filter."""
    with store.writer() as session:
        row = session.get(SavedFilter, filter_id)
        if row is None:
            raise NoSuchRow(f"There is no saved filter {filter_id}.")
        session.delete(row)


def _kept(address: str) -> str:
    """Path and query without empty parameters and without the place of a page."""
    if len(address) > LONGEST_ADDRESS:
        raise NotAllowed(
            f"This filter's address has more than {LONGEST_ADDRESS:,} characters: choose fewer values."
        )
    parts = urlsplit(address)
    query = [(name, value) for name, value in parse_qsl(parts.query) if name != "after"]
    if parts.scheme or parts.netloc or not _LISTS.fullmatch(parts.path):
        raise NotAllowed("Only the filters of the search, of problems and of failures can be saved.")
    if not query:
        raise NotAllowed("This list has no filter to save: choose something first.")
    return f"{parts.path}?{urlencode(query)}"
