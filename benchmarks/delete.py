"""`tekhne bench delete`: removing a large run, what others who write wait meanwhile, and how the cost grows.

In: a number of samples. Out: seconds for it and for half of it, the longest wait of a writer that stores a row every
20 ms beside the removal, and the space that `tekhne compact` gives back. The store is a temporary SQLite file.
"""

import tempfile
import threading
import time
from pathlib import Path

from app.actions.deleting import delete_run, remove_deleted
from benchmarks.big_shared import Size
from benchmarks.big_store import fill
from benchmarks.report import BenchReport, Figure, at_most
from cli.compacting import compact
from cli.store import open_store
from models import Store, WorkerHeartbeat
from models.base import now

SAMPLES_A_PROBLEM = 200
WRITE_EVERY_SECONDS = 0.02
LONGEST_SECONDS, LONGEST_WAIT_MS, LARGEST_GROWTH = 20.0, 1_000.0, 2.3
MIB = 2**20


class Writer:
    """Writes one row again and again while open, and remembers the longest wait."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._write, daemon=True)
        self.longest_seconds = 0.0

    def __enter__(self) -> "Writer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closed.set()
        self._thread.join()

    def _write(self) -> None:
        while not self._closed.wait(WRITE_EVERY_SECONDS):
            began = time.monotonic()
            with self._store.writer() as session:
                beat = {"executor_id": "bench", "host": "-", "pid": 1, "instance": "-"}
                session.merge(WorkerHeartbeat(**beat, started_at=now(), seen_at=now()))
            self.longest_seconds = max(self.longest_seconds, time.monotonic() - began)


def measure(*, samples: int) -> BenchReport:
    with tempfile.TemporaryDirectory(prefix="tekhne-bench-") as folder:
        half, _, _ = _delete(Path(folder) / "half.db", samples // 2)
        whole, wait, (before, after) = _delete(Path(folder) / "whole.db", samples)
    thousands = f"{samples // 1000}k"
    return BenchReport(
        bench="delete",
        figures=[
            at_most(f"seconds_{thousands}", whole, "s", LONGEST_SECONDS),
            Figure(name="seconds_half", value=half, unit="s"),
            at_most("growth_2x", whole / half, "times as long for twice as many", LARGEST_GROWTH, baseline=half),
            at_most("longest_writer_wait_ms", wait * 1000, "ms", LONGEST_WAIT_MS),
            Figure(name="file_before_mib", value=before / MIB, unit="MiB"),
            Figure(name="file_compacted_mib", value=after / MIB, unit="MiB"),
        ],
    )


def _delete(file: Path, samples: int) -> tuple[float, float, tuple[int, int]]:
    """Seconds, the longest wait, and the file's size before the removal and after compacting."""
    store = open_store(f"sqlite:///{file}")
    problems = max(1, samples // SAMPLES_A_PROBLEM)
    run_id = fill(store, Size(problems=problems, samples=samples // problems, runs=1))[0]
    before, _ = compact(store)
    with Writer(store) as writer:
        began = time.monotonic()
        delete_run(store, run_id)
        remove_deleted(store)
        seconds = time.monotonic() - began
    compact(store)
    store.close()
    return seconds, writer.longest_seconds, (before, file.stat().st_size)
