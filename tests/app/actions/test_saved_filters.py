"""Filters under a name: what is kept of an address, that a name has one filter, and what is refused in a sentence."""

import pytest
from sqlalchemy import select

from app.actions.errors import NoSuchRow, NotAllowed
from app.actions.saved_filters import LONGEST_ADDRESS, forget_filter, save_filter
from models import SavedFilter, Store


def addresses(store: Store) -> dict[str, str]:
    with store.reader() as session:
        return {row.name: row.address for row in session.scalars(select(SavedFilter))}


def test_a_filter_is_kept_without_the_place_of_a_page_and_replaced_by_one_of_its_name(sqlite_store: Store) -> None:
    kept = save_filter(sqlite_store, "  odd \n names ", "/search?q=%3A%3D&after=7&label=")
    assert addresses(sqlite_store) == {"odd names": "/search?q=%3A%3D"}
    assert save_filter(sqlite_store, "odd names", "/runs/3/problems?state=fixed") == kept
    assert addresses(sqlite_store) == {"odd names": "/runs/3/problems?state=fixed"}
    forget_filter(sqlite_store, kept)
    assert addresses(sqlite_store) == {}
    with pytest.raises(NoSuchRow, match=f"no saved filter {kept}"):
        forget_filter(sqlite_store, kept)


@pytest.mark.parametrize(
    ("name", "address", "reason"),
    [
        ("", "/search?q=a", "1 to"),
        ("a\0b", "/search?q=a", "1 to"),
        ("x", "https://elsewhere.example/search?q=a", "Only the filters of"),
        ("x", "/health?q=a", "Only the filters of"),
        ("x", "/search?after=3", "no filter to save"),
        # A part of it would be another filter.
        ("x", "/search?q=" + "a" * LONGEST_ADDRESS, "choose fewer values"),
    ],
)
def test_what_is_no_filter_is_refused(sqlite_store: Store, name: str, address: str, reason: str) -> None:
    with pytest.raises(NotAllowed, match=reason):
        save_filter(sqlite_store, name, address)
    assert addresses(sqlite_store) == {}
