"""The log of web process and worker, on standard error: one line an event, whatever text of others stands in it.

Model output, names and servers' sentences reach the log through errors. Their control characters are written out, and
what follows a line break of theirs is indented, so that nobody can forge a line or steer the terminal.
"""

import logging

from models.terminal_text import without_controls

FORMAT = "%(asctime)s %(name)s: %(message)s"
TIME = "%H:%M:%S"
_INDENT = "    "


class LogFormatter(logging.Formatter):
    """Time, logger and message; a traceback follows in indented lines."""

    def __init__(self) -> None:
        super().__init__(FORMAT, TIME)

    def format(self, record: logging.LogRecord) -> str:
        text = without_controls(super().format(record).replace("\r\n", "\n"))
        return text.replace("\n", f"\n{_INDENT}")


def log_to_standard_error(level: int) -> None:
    """For a process of ours, once at its start."""
    handler = logging.StreamHandler()
    handler.setFormatter(LogFormatter())
    logging.basicConfig(level=level, handlers=[handler])
