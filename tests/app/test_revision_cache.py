"""Derived values are cached until the run changes."""

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
