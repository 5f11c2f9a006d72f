"""What a database URL can be, and why one does not open; each refusal is a sentence without a password."""

import os
import re
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from cli.errors import StoreError


def refuse_unusable(url: str, *, setting: str) -> None:
    """Raise StoreError where `url` names no database that a store or a queue could be; passwords stay out of it."""
    try:
        parsed = make_url(url)
        kind = parsed.drivername
    except (ArgumentError, ValueError):
        parsed, kind = None, ""
    in_memory = kind == "sqlite" and parsed is not None and parsed.database in {None, "", ":memory:"}
    if kind not in {"sqlite", "postgresql+psycopg"} or in_memory:
        shown = re.sub(r"//([^:@/]*):.*@", r"//\1:***@", url)
        raise StoreError(
            f"{setting}={shown!r} is no database URL that Tekhne can use: "
            "give a file path, sqlite:///PATH or postgresql://…"
        )


def refuse_impossible_folder(folder: Path) -> None:
    """Looking makes nothing, but says whether the folder could be made and written to."""
    there = next(path for path in (folder, *folder.parents) if path.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        raise StoreError(
            f"The store cannot be made in {folder} ({there} is no folder that you can write to): set TEKHNE_DB."
        )


def unreachable(url: str, error: DBAPIError, *, setting: str = "TEKHNE_DB") -> str:
    """One sentence on why a database does not open."""
    where = make_url(url).render_as_string(hide_password=True)
    reason = str(error.orig).strip().splitlines()[0] if error.orig else str(error)
    if "not a database" in reason:
        return f"{where} is no SQLite database: point {setting} at a new file; nothing was changed."
    if "malformed" in reason:
        return f"{where} is damaged ({reason}): restore a copy of it, or point {setting} at a new file."
    return f"The database {where} cannot be opened ({reason}): check {setting} and that its server runs."
