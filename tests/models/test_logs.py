"""A log line is one line of ours, whatever text of others stands in it."""

import logging
import sys

from models.logs import LogFormatter
from models.terminal_text import without_controls

HOSTILE = "a\x1b[2J\r\u202e\n12:00:00 tekhne.worker: job 1 is done"


def test_text_of_others_neither_forges_a_line_nor_steers_the_terminal() -> None:
    record = logging.LogRecord(
        "tekhne.worker", logging.ERROR, __file__, 1, "job %s failed: %s", ("1", HOSTILE), None
    )
    first, second = LogFormatter().format(record).split("\n")
    assert first.endswith(r"tekhne.worker: job 1 failed: a\u001b[2J\u000d\u202e")
    assert second == "    12:00:00 tekhne.worker: job 1 is done"


def test_a_traceback_stays_readable_and_is_indented() -> None:
    try:
        raise ValueError(HOSTILE)
    except ValueError:
        record = logging.LogRecord("tekhne.worker", logging.ERROR, __file__, 1, "failed", (), sys.exc_info())
    first, *more = LogFormatter().format(record).split("\n")
    assert first.endswith("tekhne.worker: failed")
    assert "Traceback (most recent call last):" in more[0]
    assert all(line.startswith("    ") and without_controls(line) == line for line in more)
