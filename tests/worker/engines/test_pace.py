"""Threads for a step: all while they gain something, one where they wait for each other, and back again."""

from collections.abc import Callable

from worker.engines.pace import MOST_BETWEEN, SMALL_STEP, Pace

WORK = 10 * SMALL_STEP


def walk(pace: Pace, steps: int, seconds: Callable[[int], float], work: int = WORK) -> list[int]:
    """The threads of so many steps on a machine where a step with n threads takes `seconds(n)`."""
    chosen = []
    for _ in range(steps):
        threads = pace.threads(work)
        chosen.append(threads)
        pace.took(work, seconds(threads))
    return chosen


def idle(threads: int) -> float:
    return {1: 0.028, 2: 0.017}[threads]


def busy(threads: int) -> float:
    return {1: 0.122, 2: 1.008}[threads]


def test_on_idle_cores_nearly_all_steps_have_all_threads() -> None:
    chosen = walk(Pace(2), 1000, idle)
    assert chosen.count(1) < 20


def test_on_busy_cores_nearly_all_steps_have_one_thread() -> None:
    chosen = walk(Pace(2), 1000, busy)
    assert chosen.count(2) < 25


def test_the_choice_follows_the_machine_both_ways() -> None:
    pace = Pace(2)
    walk(pace, 500, idle)
    assert walk(pace, 2 * MOST_BETWEEN, busy)[-10:] == [1] * 10
    assert walk(pace, 2 * MOST_BETWEEN, idle)[-10:] == [2] * 10


def test_what_is_about_equal_stays() -> None:
    chosen = walk(Pace(2), 1000, lambda threads: 0.100 if threads == 2 else 0.095)
    assert chosen.count(1) < 30


def test_small_steps_have_one_thread_and_teach_nothing() -> None:
    pace = Pace(8)
    assert set(walk(pace, 100, idle, work=SMALL_STEP)) == {1}
    assert pace.threads(WORK) == 8


def test_where_there_is_one_thread_nothing_is_tried() -> None:
    assert set(walk(Pace(1), 100, idle)) == {1}
