"""Whether a row from a file fits its table, said before any query: every column is there, with a value of its type and
within the bounds that pages and sums rely on."""

import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy import JSON, Boolean, Column, Enum, Float, Integer, String

from models import Checkpoint
from models.base import Base, UtcDateTime
from models.enums import Origin, OriginSource, RunKind, RunState
from models.packed_text import PackedText
from models.specification import LARGEST_ROW, Sampling

LARGEST_COUNT = 2**31 - 1
"""What an integer column of Postgres holds."""
LARGEST_NUMBER = 1e15
"""Of seconds and log-probabilities: their sums stay finite."""
_YEARS = range(1970, 3000)
_IDENTIFYING = ("name", "kind", "content_hash", "layers", "parameters")


def misfit(table: type[Base], row: Mapping[str, Any]) -> str:
    """What is wrong with a row of `table`; empty if nothing is."""
    return next((fault for column in table.__table__.columns if (fault := _misfit_column(column, row))), "")


def misfit_checkpoint(row: Mapping[str, Any]) -> str:
    """The same for what an archive's head says of a checkpoint."""
    columns = [Checkpoint.__table__.columns[name] for name in _IDENTIFYING]
    if fault := next((fault for column in columns if (fault := _misfit_column(column, row))), ""):
        return fault
    for origin in row["origins"]:
        if not (isinstance(origin, list) and len(origin) == 3 and _is_whole(origin[0]) and is_text(origin[2])):
            return "an origin is no [version, origin, evidence]"
        if origin[1] not in set(Origin):
            return f"{str(origin[1])[:40]!r} is no origin"
    return _misfit_lineage(row)


_LATER = ("base_id", "parent_id", "reads_recorded", "cut_off", "cut_off_evidence")
"""Columns that older archives lack."""


def _misfit_lineage(row: Mapping[str, Any]) -> str:
    columns = [Checkpoint.__table__.columns[name] for name in _LATER if name in row]
    if fault := next((fault for column in columns if (fault := _misfit_column(column, row))), ""):
        return fault
    for origin in row.get("problem_origins", ()):
        if not (isinstance(origin, list) and len(origin) == 4 and _is_whole(origin[0]) and is_text(origin[3])):
            return "an origin is no [problem, origin, source, evidence]"
        if origin[1] not in set(Origin) or origin[2] not in set(OriginSource):
            return f"{str(origin[1:3])[:60]} is no origin"
    for origin in row.get("text_origins", ()):
        if not (isinstance(origin, list) and len(origin) == 4 and is_text(origin[3]) and _is_hash(origin[0])):
            return "an origin is no [text, origin, source, evidence]"
        if origin[1] not in set(Origin) or origin[2] not in set(OriginSource):
            return f"{str(origin[1:3])[:60]} is no origin"
    forced = row.get("forced", [])
    return "" if isinstance(forced, list) and all(map(is_text, forced)) else "forced is no list of texts"


def is_text(value: object) -> bool:
    """Whether both databases can hold it."""
    return isinstance(value, str) and "\0" not in value and value == value.encode("utf-8", "ignore").decode()


def _is_hash(value: object) -> bool:
    return is_text(value) and 0 < len(str(value)) <= 64


def _misfit_column(column: Any, row: Mapping[str, Any]) -> str:
    if column.key not in row:
        return f"{column.key} is missing"
    value = row[column.key]
    if value is None:
        return "" if column.nullable else f"{column.key} is empty"
    fits = next(check for kind, check in _CHECKS if isinstance(column.type, kind) or kind is object)
    shape = _SHAPES.get(str(column)) or _SHAPES.get(column.key)
    if not fits(column, value) or (shape is not None and not shape(value)):
        return f"{column.key} is {str(value)[:40]!r}"
    return ""


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LARGEST_ROW


def _is_number(value: object) -> bool:
    return _is_whole(value) or (isinstance(value, float) and math.isfinite(value))


def _is_integer(column: "Column[Any]", value: object) -> bool:
    """An id, a seed, or a count."""
    if not (isinstance(value, int) and _is_whole(value)):
        return False
    unbounded = column.key in ("id", "seed", "memory_bytes") or column.foreign_keys
    return bool(unbounded) or 0 <= value <= LARGEST_COUNT


def _is_measure(column: "Column[Any]", value: object) -> bool:
    """Seconds, which are not negative, or a log-probability."""
    if not (isinstance(value, int | float) and _is_number(value)):
        return False
    return abs(value) <= LARGEST_NUMBER and (value >= 0 or "seconds" not in column.key)


def _is_time(value: object) -> bool:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        return moment is not None and moment.tzinfo is not None and moment.astimezone(UTC).year in _YEARS
    except (ValueError, OverflowError):
        return False


def _is_storable_json(value: object) -> bool:
    """Lists and objects of plain values, such as Postgres takes."""
    if isinstance(value, dict):
        return all(is_text(key) and _is_storable_json(part) for key, part in value.items())
    if isinstance(value, list):
        return all(map(_is_storable_json, value))
    return value is None or isinstance(value, bool) or is_text(value) or _is_number(value)


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(map(is_text, value))


def _are_pieces(value: object) -> bool:
    """`[what, start, end]` each."""
    return isinstance(value, list) and all(
        isinstance(piece, list) and len(piece) == 3 and is_text(piece[0]) and all(map(_is_whole, piece[1:]))
        for piece in value
    )


def _is_sampling(value: object) -> bool:
    """How a model draws, among other settings of plain values."""
    if not isinstance(value, dict):
        return False
    plain = all(one is None or isinstance(one, str | int | float) for one in value.values())
    try:
        return plain and bool(Sampling.stored(value))
    except ValidationError:
        return False


_SHAPES: dict[str, Callable[[Any], bool]] = {
    "notes": _are_texts,
    "tests_completed": _are_texts,
    "tests_named": _are_texts,
    "dropped": _are_pieces,
    "import_delta": lambda value: isinstance(value, dict) and all(map(_are_texts, value.values())),
    "details": lambda value: isinstance(value, dict),
    "sampling": _is_sampling,
    "settings": _is_sampling,
    # A re-run is never archived, and what is being deleted is seen by nobody.
    "run.kind": lambda value: value != RunKind.RERUN,
    "run.state": lambda value: value != RunState.DELETING,
    "tags": _are_texts,
    "engine_notes": lambda value: isinstance(value, dict) and all(map(is_text, value.values())),
}
"""What pages expect beyond the type, by the column's name."""
_CHECKS: tuple[tuple[type, Callable[["Column[Any]", Any], bool]], ...] = (
    (Enum, lambda column, value: isinstance(value, str) and value in column.type.enums),  # type: ignore[attr-defined]
    (UtcDateTime, lambda _, value: _is_time(value)),
    (Boolean, lambda _, value: isinstance(value, bool)),
    (Integer, _is_integer),
    (Float, _is_measure),
    (JSON, lambda _, value: isinstance(value, dict | list) and _is_storable_json(value)),
    (
        String,
        lambda column, value: is_text(value) and len(value) <= (getattr(column.type, "length", None) or 2**30),
    ),
    (PackedText, lambda _, value: is_text(value) and len(value) <= 2**30),
    # Columns of other types of our own, such as the kind of an arm, are open strings.
    (object, lambda _, value: is_text(value) and len(value) <= 32),
)
"""In this order: an enum is a string to SQLAlchemy."""
