"""Reading what an address or a form says: row ids, and values of a closed set.

In: text from a request. Out: typed values; a value that cannot be used raises BadRequest or is None.
"""

from enum import StrEnum
from typing import Annotated, TypeVar

from fastapi import Form, Path, Query, Request
from starlette.datastructures import FormData

from app.errors import BadRequest
from models.specification import LARGEST_ROW

RowId = Annotated[int, Path(ge=1, le=LARGEST_ROW)]
FormRowId = Annotated[int, Form(ge=1, le=LARGEST_ROW)]
QueryRowId = Annotated[int, Query(ge=1, le=LARGEST_ROW)]
Kind = TypeVar("Kind", bound=StrEnum)


def row_id(text: str) -> int | None:
    """The row id that `text` holds; None if it holds none."""
    if not (text.isascii() and text.isdigit()):
        return None
    value = int(text[:20])
    return value if 1 <= value <= LARGEST_ROW else None


def query_of(request: Request) -> dict[str, list[str]]:
    """The query's values by name, each in the order given."""
    values: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        values.setdefault(name, []).append(value)
    return values


def choice_in(query: dict[str, list[str]], name: str, kind: type[Kind]) -> Kind | None:
    """The member of `kind` that the query names under `name`; None if it names none.

    Raises:
        BadRequest: the value is no member.
    """
    text = query.get(name, [""])[0]
    if text and text not in set(kind):
        raise BadRequest(f"{name}: “{text}” is none of {', '.join(kind)}.")
    return kind(text) if text else None


async def sent_form(request: Request) -> FormData:
    """The whole form, for routes whose field names are only known at run time."""
    return await request.form()
