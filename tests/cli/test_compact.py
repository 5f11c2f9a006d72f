"""`tekhne compact`: the space of a deleted run goes back to the disk, and everything else stays."""

from pathlib import Path

from app.actions.deleting import delete_run, remove_deleted
from benchmarks.big_shared import Size
from benchmarks.big_store import fill
from cli.compacting import compact
from models import Run, Store


def test_the_space_of_a_deleted_run_is_given_back(store: Store) -> None:
    kept, deleted = fill(store, Size(problems=20, samples=80, runs=2))
    delete_run(store, deleted)
    remove_deleted(store)
    before, after = compact(store)
    # An empty Postgres database has 8 MB of its own.
    assert after < before - 500_000
    with store.reader() as session:
        assert session.get_one(Run, kept).samples == 80


def test_the_benchmark_of_deleting_prints_its_figures(tmp_path: Path) -> None:
    from benchmarks.delete import measure

    found = {figure.name: figure.value for figure in measure(samples=800).figures}
    assert {"seconds_0k", "growth_2x", "longest_writer_wait_ms"} <= set(found)
    assert found["file_compacted_mib"] < found["file_before_mib"]
