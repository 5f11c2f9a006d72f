"""`tekhne bench store`: the bytes of a stored attempt, and the memory that exports need.

In: a database, or none. Out: bytes of tables and indexes for each attempt (a draft with all its traces, programs,
reflections, revisions and counts) of the demo run, the search index apart; and the largest heap while a run's CSV and
archive are written, at two sizes of the run. Sizes are the database's own: pages of SQLite after `tekhne compact`,
relations of Postgres.
"""

import tempfile
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import Connection, func, inspect, select, text

from app.reporting import StoredInputs
from app.reports.tables import find_report_table
from benchmarks.big_shared import Size
from benchmarks.big_store import fill
from benchmarks.report import BenchReport, Figure, at_most
from cli.compacting import compact
from cli.errors import CommandError
from cli.store import open_store
from models import (
    Attempt,
    FailureCount,
    Program,
    Reflection,
    Revision,
    RevisionTokens,
    RunProblemCount,
    Store,
    Trace,
    TraceEffect,
)
from models.base import Base
from models.text_index import INDEX_PREFIX
from settings import database_url
from worker.archives.archive import read_archive, write_archive
from worker.archives.packing import pack_head, pack_rows
from worker.archives.unpacking import unpack
from worker.demo import EXPERIMENT
from worker.problem_sets.storing import install_own_sets

OF_ATTEMPTS: tuple[type[Base], ...] = (
    Program, Trace, Attempt, Reflection, Revision, RevisionTokens, TraceEffect, RunProblemCount, FailureCount,
)  # fmt: skip
"""Tables whose rows come with each attempt."""
BYTES_BAR = 1_500.0
GROWTH_BAR = 1.25
"""Heap of a run four times as large, as a ratio: what grows is a list of its problems."""
MB = 1e6


def measure(*, samples: int, store: str) -> BenchReport:
    """Sizes in `store`, which is empty or absent, and heaps over temporary SQLite files."""
    with tempfile.TemporaryDirectory(prefix="tekhne-bench-") as folder:
        figures = list(_sizes(database_url(store or f"{folder}/demo.db")))
        small, large = (
            _heaps(f"{folder}/{number}.db", Size(problems=50, samples=number, runs=1))
            for number in (samples, 4 * samples)
        )
        for name in small:
            figures += [
                Figure(name=f"{name}_heap_mb", value=round(small[name] / MB, 2), unit="MB"),
                at_most(f"{name}_heap_growth", round(large[name] / small[name], 2), "×", GROWTH_BAR),
            ]
    return BenchReport(bench="store", figures=figures)


def _sizes(url: str) -> Iterator[Figure]:
    opened = open_store(url)
    try:
        attempts = _with_demo_run(opened)
        compact(opened)
        with opened.engine.connect() as connection:
            by_table = {table.__tablename__: _bytes_of(connection, table) for table in OF_ATTEMPTS}
            search = _search_bytes(connection)
    finally:
        opened.close()
    yield Figure(name="attempts", value=attempts, unit="rows")
    yield at_most("bytes_per_attempt", round(sum(by_table.values()) / attempts), "B", BYTES_BAR)
    yield Figure(name="search_bytes_per_attempt", value=round(search / attempts), unit="B")
    for table, size in by_table.items():
        yield Figure(name=f"{table}_bytes_per_attempt", value=round(size / attempts), unit="B")


def _with_demo_run(store: Store) -> int:
    """The drafts of the demo run, which is stored now.

    Raises:
        CommandError: the store holds runs already.
    """
    with store.writer() as session:
        if session.scalar(select(func.count(Attempt.id))):
            raise CommandError("--store holds runs already: name an empty one, or none.")
        install_own_sets(session)
        unpack(session, EXPERIMENT, *read_archive(EXPERIMENT))
        return session.scalar(select(func.count(Attempt.id))) or 0


def _bytes_of(connection: Connection, table: type[Base]) -> int:
    """Of a table and its indexes, without the index of its texts."""
    name = table.__tablename__
    if connection.dialect.name == "postgresql":
        whole = connection.scalar(text("SELECT pg_total_relation_size(CAST(:name AS regclass))"), {"name": name})
        return int(whole or 0) - sum(_relation(connection, index) for index in _search_indexes(connection, name))
    pages = text(
        "SELECT coalesce(sum(pgsize), 0) FROM dbstat WHERE aggregate = TRUE AND name IN "
        "(SELECT name FROM sqlite_master WHERE tbl_name = :name)"
    )
    return int(connection.scalar(pages, {"name": name}) or 0)


def _search_bytes(connection: Connection) -> int:
    if connection.dialect.name == "postgresql":
        names = (index for table in OF_ATTEMPTS for index in _search_indexes(connection, table.__tablename__))
        return sum(_relation(connection, index) for index in names)
    pages = text("SELECT coalesce(sum(pgsize), 0) FROM dbstat WHERE aggregate = TRUE AND name GLOB :pattern")
    return int(connection.scalar(pages, {"pattern": f"{INDEX_PREFIX}*"}) or 0)


def _search_indexes(connection: Connection, table: str) -> list[str]:
    names = (str(index["name"]) for index in inspect(connection).get_indexes(table))
    return [name for name in names if name.startswith(INDEX_PREFIX)]


def _relation(connection: Connection, name: str) -> int:
    return int(connection.scalar(text("SELECT pg_relation_size(CAST(:name AS regclass))"), {"name": name}) or 0)


def _heaps(file: str, size: Size) -> dict[str, int]:
    """The largest heap, in bytes, above what was there before, while each file of a run is written."""
    opened = open_store(database_url(file))
    try:
        run_id = fill(opened, size)[0]
        return {
            name: _heap(opened, run_id, write)
            for name, write in (("csv", _write_csv), ("archive", _write_archive))
        }
    finally:
        opened.close()


def _heap(store: Store, run_id: int, write: Callable[[Store, int], None]) -> int:
    # Once without measuring: what is imported and cached by then is no part of the file.
    write(store, run_id)
    tracemalloc.start()
    try:
        write(store, run_id)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def _write_csv(store: Store, run_id: int) -> None:
    with store.reader() as session, Path("/dev/null").open("wb") as file:
        file.writelines(find_report_table("attempts").csv(StoredInputs(session=session, run_id=run_id)))


def _write_archive(store: Store, run_id: int) -> None:
    with store.reader() as session, Path("/dev/null").open("wb") as file:
        write_archive(file, pack_head(session, run_id), pack_rows(session, run_id))
