"""Holding a SQLite engine to the file that it opened first.

SQLite goes on with a file that was deleted or replaced: it would write into one that nobody can find any more, or make
an empty one at the old path. So every use of a connection compares the path with the file that was opened.
"""

import os
import stat
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError

from models.store_faults import StoreFileGone


class _OpenedFile:
    def __init__(self, path: str, *, create: bool) -> None:
        self._path = Path(path)
        self.create = create
        self.identity: tuple[int, int] | None = None

    def before_connecting(self, *_: Any) -> None:
        if self.identity is not None or not self.create:
            self.refuse_others()

    def connected(self, *_: Any) -> None:
        if self.identity is None:
            self.identity = self._found()

    def refuse_others(self, *_: Any) -> None:
        found = self._found()
        if found is None:
            raise StoreFileGone(f"there is no file {self._path}")
        if self.identity is not None and found != self.identity:
            raise StoreFileGone(f"{self._path} is another file than the one that was opened")

    def before_commit(self, *_: Any) -> None:
        """Nothing is committed into a file that nobody finds any more."""
        try:
            self.refuse_others()
        except StoreFileGone as error:
            raise OperationalError("COMMIT", None, error) from error

    def _found(self) -> tuple[int, int] | None:
        try:
            there = os.stat(self._path)
        except FileNotFoundError:
            return None
        except OSError as error:
            # A folder on the way is a file now, may not be entered, or its disk fails.
            raise StoreFileGone(f"{self._path} cannot be looked at ({error.strerror})") from error
        if not stat.S_ISREG(there.st_mode):
            raise StoreFileGone(f"{self._path} is no file any more")
        return there.st_dev, there.st_ino


_OPENED = "tekhne_opened_file"


def lost_file(engine: Engine) -> str:
    """Why the engine's file is not the one that it opened, in words; empty while it is."""
    opened: _OpenedFile | None = getattr(engine, _OPENED, None)
    try:
        if opened is not None:
            opened.refuse_others()
    except StoreFileGone as error:
        return str(error)
    return ""


def hold_to_one_file(engine: Engine, *, create: bool) -> None:
    """Let the engine use one file only: that of its next connection.

    Args:
        create: whether that connection may make the file.
    """
    known: _OpenedFile | None = getattr(engine, _OPENED, None)
    if known is not None:
        known.create, known.identity = create, None
        return
    if engine.url.database in {None, "", ":memory:"}:
        return
    opened = _OpenedFile(str(engine.url.database), create=create)
    setattr(engine, _OPENED, opened)
    event.listen(engine, "do_connect", opened.before_connecting)
    event.listen(engine, "connect", opened.connected)
    event.listen(engine, "checkout", opened.refuse_others)
    event.listen(engine, "commit", opened.before_commit)
