"""Files of reviews: `labels.csv`, as a run gives it, read back.

In: the text of a CSV. Out: the reviews are stored, all or none of them. An apostrophe that guards a cell against a
spreadsheet is taken off.
"""

import csv
import io

from app.actions.errors import ActionError
from app.actions.labels import MOST_ROWS, ImportedReviews, save_reviews
from app.reports.tables.table import unguarded
from models import Store

NEEDED = ("task_id", "arm", "sample", "round", "reviewer", "labels")
"""The columns that a file of reviews must have; `state`, `note` and any others may be there."""


def import_reviews(store: Store, run_id: int, text: str) -> ImportedReviews:
    """Read a CSV as `labels.csv` has it, whole or not at all; each row replaces the review of its reviewer.

    Raises:
        NoSuchRow: there is no such run.
        ActionError: a line cannot be used; it is named.
    """
    return save_reviews(store, run_id, [(f"Line {number}", row) for number, row in _rows(text)])


def _rows(text: str) -> list[tuple[int, dict[str, str]]]:
    """The lines of the file with their numbers, apostrophes against formulas taken off."""
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    missing = [name for name in NEEDED if name not in (reader.fieldnames or ())]
    if missing:
        raise ActionError(f"The file lacks the column {missing[0]}: it needs {', '.join(NEEDED)}.")
    rows: list[tuple[int, dict[str, str]]] = []
    try:
        for row in reader:
            if len(rows) == MOST_ROWS:
                raise ActionError(f"The file has more than {MOST_ROWS:,} rows: import it in parts.")
            rows.append(
                (
                    reader.line_num,
                    {name: unguarded(row.get(name) or "") for name in reader.fieldnames or () if name},
                )
            )
    except csv.Error as error:
        raise ActionError(f"The file is no CSV at line {reader.line_num}: {error}.") from error
    return rows
