"""What a file from elsewhere may unpack to, and the one parser of the JSON in it.

In: how much came out of a file and how large it is, or the bytes of one JSON value. Out: nothing or the value; an error
where no honest file is like that. Every reader of rows, documents, tables and archives counts and parses here.
"""

import json
import re
from typing import Any

from models.errors import TekhneError
from worker.problem_sets.errors import SourceError

MAX_TOTAL_BYTES = 8 * 1024**3
MAX_RATIO = 100
"""Honest rows pack to a tenth; a file made to fill the memory packs to a thousandth."""
FREE_BYTES = 8 * 1024**2
"""So much may come out of any file."""
DEEPEST = 100
"""Levels of lists and objects within each other."""
MOST_VALUES = 5_000_000
"""Of one line or document: short values take thirty times their bytes of memory."""
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"', re.DOTALL)


class BadJson(TekhneError, ValueError):
    """The value is more than is read; the message says in what, without a full stop."""


def refuse_bomb(source: str, *, unpacked: int, packed: int) -> None:
    """Raise SourceError where `packed` bytes of `source` became more than an honest file holds."""
    if unpacked > min(MAX_TOTAL_BYTES, max(FREE_BYTES, MAX_RATIO * packed)):
        raise SourceError(
            f"{source} unpacks to more than {MAX_RATIO} times its size, or to more than "
            f"{MAX_TOTAL_BYTES // 1024**3} GiB: this is no honest file; nothing was kept."
        )


def parse_json(data: bytes) -> Any:
    """The value in `data`, which is UTF-8.

    Raises:
        UnicodeDecodeError, JSONDecodeError: it is no JSON.
        BadJson: it is nested too deeply, holds too many values, or a number that is too long.
    """
    if _values(data) > MOST_VALUES and _values(_STRING.sub(b'""', data)) > MOST_VALUES:
        raise BadJson(f"JSON of more than {MOST_VALUES:,} values")
    try:
        value = json.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError):
        raise
    except RecursionError as error:
        raise BadJson("JSON nested too deeply") from error
    except ValueError as error:
        raise BadJson("a number has more digits than can be read") from error
    if is_too_deep(value):
        raise BadJson("JSON nested too deeply")
    return value


def _values(data: bytes) -> int:
    """At least as many as there are: marks within strings count too."""
    return data.count(b",") + data.count(b"[") + data.count(b"{")


def is_too_deep(value: object) -> bool:
    """Whether lists and objects stand within each other more than `DEEPEST` times."""
    level = [value]
    for _ in range(DEEPEST):
        level = [part for one in level for part in _parts(one) if isinstance(part, dict | list | tuple)]
        if not level:
            return False
    return True


def _parts(value: object) -> Any:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list | tuple) else ()
