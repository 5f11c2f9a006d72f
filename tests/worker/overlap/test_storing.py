"""Comparisons in the store: made once, found from both sides, and shown on the pages of sets and runs."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import event, func, select

from app.queries.overlaps import find_generation, read_overlap
from models import Checkpoint, Generation, OverlapComparison, OverlapFinding, ProblemOrigin, Store
from models.enums import CheckpointKind, Origin, OriginSource
from models.problem import newest_version
from worker.overlap.storing import note_overlap, note_trained, sentence
from worker.problem_sets import ProblemContent, ProblemSetContent
from worker.problem_sets.own_sets import load_own_set
from worker.problem_sets.storing import put_problem_set

FRESH = load_own_set("fresh").problems[:6]
COPY = replace(FRESH[2], task_id="copy/1", entry_point="Other")


def put(store: Store, name: str, *problems: ProblemContent) -> int:
    with store.writer() as session:
        return put_problem_set(session, ProblemSetContent(name=name, problems=problems)).id


def test_a_copy_in_another_set_is_found_from_both_sides(store: Store) -> None:
    put(store, "old", *FRESH)
    found = note_overlap(store, put(store, "new", COPY, FRESH[5]))
    assert [(one.name, one.itself, one.findings) for one in found] == [("old", False, 2)]
    assert sentence("new", 2, found).startswith("Near-duplicates of problems of new: 2 with old (")
    with store.reader() as session:
        old, new = newest_version(session, "old"), newest_version(session, "new")
        assert old is not None
        assert new is not None
        seen = read_overlap(session, new.id)
        assert seen.compared_with == ("new", "old")
        assert {(pair.task_id, pair.other_set, pair.other_task_id) for pair in seen.pairs} == {
            ("copy/1", "old", FRESH[2].task_id), (FRESH[5].task_id, "old", FRESH[5].task_id),
        }  # fmt: skip
        assert {(pair.task_id, pair.other_task_id) for pair in read_overlap(session, old.id).pairs} == {
            (FRESH[2].task_id, "copy/1"), (FRESH[5].task_id, FRESH[5].task_id),
        }  # fmt: skip


def test_a_comparison_is_made_once(store: Store) -> None:
    put(store, "old", *FRESH)
    new = put(store, "new", COPY)
    first = note_overlap(store, new)
    with store.reader() as session:
        count = session.scalar(select(func.count()).select_from(OverlapFinding))
    assert note_overlap(store, new) == first
    with store.reader() as session:
        assert session.scalar(select(func.count()).select_from(OverlapFinding)) == count
        assert session.scalar(select(func.count()).select_from(OverlapComparison)) == 2


def test_sets_are_compared_while_others_write(store: Store) -> None:
    """Every writing transaction of a comparison begins after the texts were compared."""
    old, new = put(store, "old", *FRESH), put(store, "new", COPY)
    begun: list[str] = []

    @event.listens_for(store.engine, "before_cursor_execute")
    def note(_: object, __: object, statement: str, *rest: object) -> None:
        begun.append(statement.lstrip().upper())

    note_overlap(store, new, [old])
    reading = [at for at, one in enumerate(begun) if "PROBLEM.HIDDEN_TESTS" in one]
    writing = [at for at, one in enumerate(begun) if one.startswith(("INSERT", "BEGIN IMMEDIATE"))]
    assert reading
    assert writing
    assert max(reading) < min(writing)


@pytest.mark.parametrize(
    ("read", "found"),
    [(FRESH, [("new", 1)]), (FRESH[2:3], [("new", 1)]), (FRESH[:2], [])],
    ids=["all", "part", "others"],
)
def test_what_a_checkpoint_was_trained_on_is_compared_with_the_other_sets(
    store: Store, read: Sequence[ProblemContent], found: list[tuple[str, int]]
) -> None:
    """A critic reads lessons on a few problems of a set: those few are compared."""
    put(store, "old", *FRESH)
    put(store, "old/slice", *FRESH[:3])
    put(store, "new", replace(COPY, prompt=f"// Another text.\n{COPY.prompt}"))
    with store.writer() as session:
        row = Checkpoint(
            name="mine", kind=CheckpointKind.BASE, location="/nowhere", content_hash="c" * 64, parameters=1
        )
        session.add(row)
        session.flush()
        session.add_all(
            ProblemOrigin(
                checkpoint_id=row.id, text_hash=one.text_hash, origin=Origin.SEEN, known_by=OriginSource.TRAINED
            )
            for one in read
        )
        checkpoint_id = row.id
    assert [(one.name, one.findings) for one in note_trained(store, checkpoint_id)] == found


def test_unrelated_sets_have_no_findings(store: Store) -> None:
    put(store, "one", *FRESH[:3])
    assert note_overlap(store, put(store, "two", *FRESH[3:])) == []
    assert sentence("two", 3, []) == "None of the 3 problems of two is a near-duplicate of another in the store."


def test_a_set_that_was_not_generated_has_no_generation(store: Store) -> None:
    put(store, "one", *FRESH[:3])
    with store.writer() as session:
        version = newest_version(session, "one")
        assert version is not None
        assert find_generation(session, version.id) is None
        session.add(
            Generation(
                version_id=version.id, generator="tekhne", generator_version=1, seed=None, seed_hash="a" * 64
            )
        )
        session.flush()
        row = find_generation(session, version.id)
        assert row is not None
        assert (row.seed, row.generator_version, row.families) == (None, 1, 0)
