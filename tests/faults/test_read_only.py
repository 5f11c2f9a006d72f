"""A store that nobody may write: refused at the start in one sentence, named on pages, and waited out."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.living import Prepared, Process, living
from tests.faults.workplace import until
from tests.forking import Nursery

pytestmark = [pytest.mark.go, pytest.mark.slow]

WORDS = "The store cannot be written"
UNPRIVILEGED = str(Path(__file__).with_name("unprivileged.py"))


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    files = [file for file in folder.iterdir() if file.is_file()]
    for path in (*files, folder):
        path.chmod(0o444 if path.is_file() else 0o555)
    try:
        yield
    finally:
        for path in (folder, *files):
            if path.exists():
                path.chmod(0o755 if path.is_dir() else 0o644)


def sentence_of(process: Process) -> str:
    """The only line that it wrote."""
    [line] = process.said().splitlines()
    return line


def test_tekhne_up_ends_with_one_sentence_and_changes_nothing(
    prepared: Prepared, tmp_path: Path, nursery: Nursery
) -> None:
    with living(prepared, tmp_path, nursery) as place:
        before = place.store.read_bytes()
        with read_only(place.folder):
            up = place.start(UNPRIVILEGED, "cli.main", "up")
            assert up.forked.wait(120) == 2
        assert sentence_of(up).startswith(f"error: {WORDS} (")
        assert place.store.read_bytes() == before


def test_a_running_tekhne_says_so_and_goes_on_when_it_may_write_again(
    prepared: Prepared, tmp_path: Path, nursery: Nursery
) -> None:
    with living(prepared, tmp_path, nursery) as place:
        place.start(UNPRIVILEGED, "app")
        until(place.answers)
        worker = place.start_worker()
        run_id = place.start_run()
        place.wait_for_random_moment(run_id)
        worker.end(signal.SIGKILL)
        with read_only(place.folder):
            until(lambda: f"{WORDS} since" in place.page(f"/runs/{run_id}"))
            refused = place.start(UNPRIVILEGED, "worker", TEKHNE_WORKER_ID="w-1")
            assert refused.forked.wait(120) == 75
            assert sentence_of(refused).startswith("error: ")
        until(lambda: WORDS not in place.page(f"/runs/{run_id}"))
        place.start_worker()
        place.ends_as_undisturbed(run_id)
