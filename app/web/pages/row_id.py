"""Row ids as they stand in addresses, forms and bodies: positive, and no larger than a database can hold."""

from typing import Annotated

from fastapi import Form, Path, Query
from pydantic import Field

LARGEST = 2**63 - 1
RowId = Annotated[int, Path(ge=1, le=LARGEST)]
FormRowId = Annotated[int, Form(ge=1, le=LARGEST)]
QueryRowId = Annotated[int, Query(ge=1, le=LARGEST)]
BodyRowId = Annotated[int, Field(ge=1, le=LARGEST)]


def row_id(text: str) -> int | None:
    """A row id out of a query's text; None where it is none."""
    if not (text.isascii() and text.isdigit()):
        return None
    value = int(text[:20])
    return value if 1 <= value <= LARGEST else None
