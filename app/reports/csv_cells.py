"""Cells of a CSV file: text that no spreadsheet runs as a formula, numbers that stay numbers, and the way back.

Files are UTF-8 with a byte order mark (Excel reads anything else as the local code page), lines end in CRLF and
quoting follows RFC 4180. A missing value is an empty cell, a flag is `true` or `false`.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

BYTE_ORDER_MARK = "\ufeff"
LINE_END = "\r\n"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'")
"""First characters that some spreadsheet takes for a formula, and the apostrophe itself, so that one can be taken
off again without guessing."""
_NUMBER = re.compile(r"\d+([.,]\d*)?([eE]\d+)?", re.ASCII)
"""Text that a spreadsheet shows as another number: `032005758e47` as 3.2E+54, `007` as 7."""
ROWS_A_CHUNK = 1_000

Cell = str | int | float


@lru_cache(maxsize=4_096)
def text(value: str) -> str:
    """Text as a cell: an apostrophe before whatever could begin a formula, and before digits that are no number."""
    return "'" + value if value.startswith(FORMULA_STARTS) or _NUMBER.fullmatch(value) else value


def plain(cell: str) -> str:
    """What `text` was given."""
    return cell[1:] if cell.startswith("'") else cell


def flag(value: bool) -> str:
    return "true" if value else "false"


def stream(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """The file in chunks, each made when it is asked for: memory does not grow with the number of rows."""
    buffer = io.StringIO(newline="")
    buffer.write(BYTE_ORDER_MARK)
    writer = csv.writer(buffer, lineterminator=LINE_END)
    writer.writerow(columns)
    waiting = 0
    for row in rows:
        writer.writerow(row)
        waiting += 1
        if waiting == ROWS_A_CHUNK:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
            waiting = 0
    yield buffer.getvalue().encode()
