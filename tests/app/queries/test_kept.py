"""Derived values live exactly as long as they are true."""

from app.revision_cache import RevisionCache


def test_a_value_is_computed_once_a_revision() -> None:
    kept = RevisionCache[int](size=2)
    made: list[int] = []

    def compute() -> int:
        made.append(1)
        return len(made)

    assert [kept.get(1, 1, compute), kept.get(1, 1, compute), kept.get(1, 2, compute)] == [1, 1, 2]
    assert kept.peek(1, 1) is None
    assert kept.peek(1, 2) == 2


def test_the_run_asked_for_longest_ago_is_forgotten_first() -> None:
    kept = RevisionCache[int](size=2)
    for run in (1, 2):
        kept.get(run, 1, lambda: 0)
    kept.get(1, 1, lambda: 0)
    kept.get(3, 1, lambda: 0)
    assert kept.peek(2, 1) is None
    assert kept.peek(1, 1) == 0
