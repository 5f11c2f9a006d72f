"""A process of the ruler's own that the system kills, as it does when memory runs out, fails no candidate."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import psutil
import pytest

from models.enums import Verdict
from worker.ruler import Ruler, Submission

pytestmark = pytest.mark.go
RIGHT = "\treturn 2 * n\n}\n"
LONG = "\ttotal := n\n" + "\ttotal = total*3 + n - total/7\n" * 30_000 + "\treturn total\n}\n"
"""Reading it takes long enough to be killed meanwhile."""


def readers() -> Iterator[psutil.Process]:
    """The living ones; a process that ends meanwhile is passed over."""
    for process in psutil.Process().children(recursive=True):
        try:
            if process.cmdline()[:2] == ["tekhne-ruler", "front"]:
                yield process
        except psutil.Error:
            continue


@contextmanager
def killing_readers() -> Iterator[list[int]]:
    """Kills every reader of candidates as soon as it is seen, and lists them."""
    killed: list[int] = []
    over = threading.Event()

    def watch() -> None:
        while not over.is_set():
            for reader in readers():
                with suppress(psutil.Error):
                    reader.kill()
                    killed.append(reader.pid)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield killed
    finally:
        over.set()
        watcher.join()


def test_a_killed_reader_leaves_the_program_unscored(submit: Callable[..., Submission]) -> None:
    with Ruler(cores=1) as ruler:
        with killing_readers() as killed:
            unscored = ruler.judge_one(submit(LONG)).fixed
        assert ruler.judge_one(submit(RIGHT)).fixed.verdict is Verdict.PASSED
    assert unscored.verdict is Verdict.SANDBOX_ERROR
    assert not unscored.verdict.reusable
    assert len(set(killed)) >= 3, "two fresh zones are asked after the first"


def test_one_killed_reader_costs_nothing(submit: Callable[..., Submission]) -> None:
    with Ruler(cores=1) as ruler:
        assert ruler.judge_one(submit(RIGHT)).fixed.verdict is Verdict.PASSED
        [reader] = readers()
        reader.kill()
        assert ruler.judge_one(submit(RIGHT, "again")).fixed.verdict is Verdict.PASSED
