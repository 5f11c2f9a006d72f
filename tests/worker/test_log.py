"""What the worker lets DBOS write into its log."""

import logging
import sys
import traceback

from models.queue_rows import PickledRow
from models.store_faults import StoreFileGone
from worker.__main__ import shorten_explained_errors


def record(text: str) -> logging.LogRecord:
    return logging.LogRecord("dbos", logging.WARNING, __file__, 1, text, (), None)


def traceback_of(error: Exception) -> str:
    try:
        raise error
    except type(error):
        return traceback.format_exc()


def test_a_database_error_is_one_line() -> None:
    written = record(f"Exception polling schedules: {traceback_of(StoreFileGone('there is no file x'))}")
    assert shorten_explained_errors(written)
    assert written.getMessage() == (
        "Exception polling schedules: models.store_faults.StoreFileGone: there is no file x"
    )


def test_any_other_error_keeps_its_traceback() -> None:
    text = f"Exception polling schedules: {traceback_of(ValueError('a bug'))}"
    written = record(text)
    assert shorten_explained_errors(written)
    assert written.getMessage() == text


def test_an_error_of_ours_is_its_sentence() -> None:
    written = record("Exception encountered when recovering workflow 1:")
    try:
        raise PickledRow("A row is a pickle.")
    except PickledRow:
        written.exc_info = sys.exc_info()
    assert shorten_explained_errors(written)
    assert written.getMessage() == "Exception encountered when recovering workflow 1: A row is a pickle."
    assert not written.exc_info
