"""One row a sample: the file from which every number of a report can be computed again.

In: rows as they come. Out: chunks of bytes; and back, rows from lines of text. Columns are described in docs/csv.md,
in this order; new ones are added at the end and none is renamed.
"""

import csv
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from app.reports.csv_cells import BYTE_ORDER_MARK, Cell, flag, plain, stream, text
from app.reports.errors import BadResults
from app.reports.sample_tables import SampleRow
from models.arm_kinds import find_arm_kind
from models.enums import Origin, Verdict

COLUMNS = (
    "task_id", "problem_version", "problem_set", "origin", "arm", "kind", "sample", "verdict", "draft_verdict",
    "verdict_raw", "verdict_legacy", "example_verdict", "rounds", "copied", "edit_size", "prompt_tokens",
    "new_tokens", "seconds", "seed", "finish_reason", "program_hash",
)  # fmt: skip


def attempts_csv(rows: Iterable[SampleRow]) -> Iterator[bytes]:
    """The whole file, in chunks."""
    return stream(COLUMNS, map(_cells, rows))


def _cells(row: SampleRow) -> tuple[Cell, ...]:
    return (
        text(row.task_id),
        text(row.problem_version),
        text(row.problem_set),
        row.origin,
        text(row.arm),
        row.kind,
        row.sample,
        row.verdict or "",
        row.draft_verdict or "",
        row.verdict_raw or "",
        row.verdict_legacy or "",
        row.example_verdict or "",
        row.rounds,
        flag(row.copied),
        row.edit_size,
        row.prompt_tokens,
        row.new_tokens,
        row.seconds,
        "" if row.seed is None else row.seed,
        row.finish_reason,
        row.program_hash,
    )


def _verdict(cell: str) -> Verdict | None:
    return Verdict(cell) if cell else None


def _flag(cell: str) -> bool:
    if cell not in ("true", "false"):
        raise ValueError(cell)
    return cell == "true"


def _seed(cell: str) -> int | None:
    return int(cell) if cell else None


_READERS: dict[str, Callable[[str], Any]] = {
    "task_id": plain,
    "problem_version": plain,
    "problem_set": plain,
    "origin": Origin,
    "arm": plain,
    "kind": find_arm_kind,
    "sample": int,
    "verdict": _verdict,
    "draft_verdict": _verdict,
    "verdict_raw": _verdict,
    "verdict_legacy": _verdict,
    "example_verdict": _verdict,
    "rounds": int,
    "copied": _flag,
    "edit_size": int,
    "prompt_tokens": int,
    "new_tokens": int,
    "seconds": float,
    "seed": _seed,
    "finish_reason": str,
    "program_hash": str,
}


def rows_from_csv(lines: Iterable[str], source: str = "the file") -> Iterator[SampleRow]:
    """Rows of a file written by `attempts_csv`; further columns are ignored.

    Args:
        lines: the file opened with `newline=""`.
        source: how errors name it.

    Raises:
        BadResults: a column is missing or a cell cannot be read; names line and column.
    """
    reader = csv.reader(lines, strict=True)
    header = [name.removeprefix(BYTE_ORDER_MARK) for name in next(reader, [])]
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        raise BadResults(source, 1, f"the header lacks {', '.join(missing)}: is this the file of attempts?")
    places = [(name, header.index(name), _READERS[name]) for name in COLUMNS]
    try:
        for cells in reader:
            yield _row(cells, places, source, reader.line_num)
    except csv.Error as error:
        raise BadResults(source, reader.line_num, f"this is no CSV ({error})") from error


def _row(
    cells: list[str], places: list[tuple[str, int, Callable[[str], Any]]], source: str, line: int
) -> SampleRow:
    values = {}
    for name, place, read in places:
        try:
            values[name] = read(cells[place])
        except IndexError:
            raise BadResults(source, line, f"the row ends before column {name}") from None
        except ValueError:
            raise BadResults(source, line, f"column {name} cannot be {cells[place]!r}") from None
    return SampleRow(**values)
