"""Derived values are cached until the run changes."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from app.revision_cache import RevisionCache


def test_a_value_is_computed_once_for_each_version() -> None:
    cache = RevisionCache[int](size=2)
    calls: list[int] = []

    def compute() -> int:
        calls.append(1)
        return len(calls)

    assert [cache.get(1, 1, compute), cache.get(1, 1, compute), cache.get(1, 2, compute)] == [1, 1, 2]
    assert cache.peek(1, 1) is None
    assert cache.peek(1, 2) == 2


def test_the_value_asked_for_longest_ago_is_dropped_first() -> None:
    cache = RevisionCache[int](size=2)
    for run in (1, 2):
        cache.get(run, 1, lambda: 0)
    cache.get(1, 1, lambda: 0)
    cache.get(3, 1, lambda: 0)
    assert cache.peek(2, 1) is None
    assert cache.peek(1, 1) == 0


def test_of_threads_that_ask_together_one_computes() -> None:
    cache: RevisionCache[str] = RevisionCache(2)
    begun, waiting = Event(), Event()
    computed: list[str] = []

    def compute() -> str:
        begun.set()
        waiting.wait()
        computed.append("once")
        return "value"

    with ThreadPoolExecutor(3) as threads:
        first = threads.submit(cache.get, 1, "a", compute)
        begun.wait()
        others = [threads.submit(cache.get, 1, "a", compute) for _ in range(2)]
        # Another key waits for nobody.
        assert cache.get(2, "a", lambda: "other") == "other"
        waiting.set()
        assert {one.result() for one in (first, *others)} == {"value"}
    assert computed == ["once"]


def test_a_computation_that_fails_leaves_it_to_the_next() -> None:
    cache: RevisionCache[int] = RevisionCache(2)
    with pytest.raises(ZeroDivisionError):
        cache.get(1, "a", lambda: 1 // 0)
    assert cache.get(1, "a", lambda: 5) == 5
