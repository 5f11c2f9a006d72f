"""The job queue's database: refused where it cannot be one, else brought to the newest schema of DBOS.

In: its URL. On Postgres the queue lives in a schema of its own beside the store; on SQLite in a file of its own.
"""

import logging
from pathlib import Path

from sqlalchemy import inspect
from sqlalchemy.exc import DBAPIError

from cli.database_url import refuse_unusable, unreachable
from cli.errors import StoreError
from models.session import MARKS, open_jobs_engine

SETTING = "TEKHNE_JOBS_DB"


def prepare_queue(url: str) -> None:
    """Make or upgrade the queue's tables: the web process only enqueues, and expects them to be there.

    Raises:
        StoreError: `url` names no database, or another program's.
    """
    from dbos import DBOS

    inspect_queue(url)
    logging.getLogger("dbos").setLevel(logging.WARNING)
    try:
        DBOS.migrate(url)
    except DBAPIError as error:
        raise StoreError(unreachable(url, error, setting=SETTING)) from error


def inspect_queue(url: str) -> None:
    """Raise StoreError where a SQLite file cannot be the queue; nothing is created or changed."""
    refuse_unusable(url, setting=SETTING)
    if not url.startswith("sqlite:///") or not Path(url.removeprefix("sqlite:///")).exists():
        return
    engine = open_jobs_engine(url)
    try:
        tables = set(inspect(engine).get_table_names())
    except DBAPIError as error:
        raise StoreError(unreachable(url, error, setting=SETTING)) from error
    finally:
        engine.dispose()
    if tables and not tables & MARKS:
        raise StoreError(
            f"{url} is a database of another program (it has tables, and none of a job queue's): "
            f"point {SETTING} at a new file; nothing was changed."
        )
