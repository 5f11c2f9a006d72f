"""Threads of tensor operations: helper pools are released and come back; a step gets as many threads as pay off."""

from collections.abc import Callable, Iterator

import pytest
import torch

from worker.engines.threads import MOST_BETWEEN, SMALL_STEP, ThreadTuner, release_helper_threads, with_threads

WORK = 10 * SMALL_STEP


@pytest.fixture
def two_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


def large_sum() -> float:
    return float((torch.ones(2000, 2000) * 2).sum())


@pytest.mark.usefixtures("two_threads")
def test_tensors_are_computed_as_before_after_releasing_helpers() -> None:
    before = large_sum()
    release_helper_threads()
    assert large_sum() == before
    release_helper_threads()
    release_helper_threads()


@pytest.mark.usefixtures("two_threads")
def test_threads_are_as_before_afterwards_even_after_an_error() -> None:
    def fail() -> None:
        with with_threads(1):
            assert torch.get_num_threads() == 1
            raise torch.OutOfMemoryError("no room")

    with pytest.raises(torch.OutOfMemoryError):
        fail()
    assert torch.get_num_threads() == 2


def walk(tuner: ThreadTuner, steps: int, seconds: Callable[[int], float], work: int = WORK) -> list[int]:
    """The threads of so many steps on a machine where a step with n threads takes `seconds(n)`."""
    chosen = []
    for _ in range(steps):
        threads = tuner.threads(work)
        chosen.append(threads)
        tuner.took(work, seconds(threads))
    return chosen


def idle(threads: int) -> float:
    return {1: 0.028, 2: 0.017}[threads]


def busy(threads: int) -> float:
    return {1: 0.122, 2: 1.008}[threads]


def test_on_idle_cores_nearly_all_steps_have_all_threads() -> None:
    chosen = walk(ThreadTuner(2), 1000, idle)
    assert chosen.count(1) < 20


def test_on_busy_cores_nearly_all_steps_have_one_thread() -> None:
    chosen = walk(ThreadTuner(2), 1000, busy)
    assert chosen.count(2) < 25


def test_the_choice_follows_the_machine_both_ways() -> None:
    tuner = ThreadTuner(2)
    walk(tuner, 500, idle)
    assert walk(tuner, 2 * MOST_BETWEEN, busy)[-10:] == [1] * 10
    assert walk(tuner, 2 * MOST_BETWEEN, idle)[-10:] == [2] * 10


def test_what_is_about_equal_stays() -> None:
    chosen = walk(ThreadTuner(2), 1000, lambda threads: 0.100 if threads == 2 else 0.095)
    assert chosen.count(1) < 30


def test_small_steps_have_one_thread_and_teach_nothing() -> None:
    tuner = ThreadTuner(8)
    assert set(walk(tuner, 100, idle, work=SMALL_STEP)) == {1}
    assert tuner.threads(WORK) == 8


def test_where_there_is_one_thread_nothing_is_tried() -> None:
    assert set(walk(ThreadTuner(1), 100, idle)) == {1}
