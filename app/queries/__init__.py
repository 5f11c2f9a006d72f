"""Read the store for pages, the API and the command line: sessions and selects in, frozen rows out.

No HTTP, no markup and no statistics here. ORM objects do not leave this room.
"""

from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

PAGE_ROWS = 50
"""Rows of one page of any list."""
T = TypeVar("T", bound="DataclassInstance")


def row_of(kind: type[T], source: object, /, **others: Any) -> T:
    """A `kind` filled from `others`, and from the attributes of the same names of `source` for all other fields."""
    names = [field.name for field in fields(kind) if field.name not in others]
    return kind(**{name: getattr(source, name) for name in names}, **others)
