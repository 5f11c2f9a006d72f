"""Comparisons in the store: made once, found from both sides, and shown on the pages of sets and runs."""

from dataclasses import replace

from sqlalchemy import func, select

from app.queries.overlaps import find_generation, read_overlap
from models import Generation, OverlapComparison, OverlapFinding, Store
from worker.overlap.storing import compare_with_store, note_overlap, sentence
from worker.problem_sets import ProblemSetContent
from worker.problem_sets.own_sets import load_own_set
from worker.problem_sets.storing import newest_version, put_problem_set

FRESH = load_own_set("fresh").problems[:6]
COPY = replace(FRESH[2], task_id="copy/1", entry_point="Other")


def put(store: Store, name: str, *problems: object) -> None:
    with store.writer() as session:
        put_problem_set(session, ProblemSetContent(name=name, problems=problems))  # type: ignore[arg-type]


def test_a_copy_in_another_set_is_found_from_both_sides(store: Store) -> None:
    put(store, "old", *FRESH)
    put(store, "new", COPY, FRESH[5])
    found = note_overlap(store, "new")
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
    put(store, "new", COPY)
    with store.writer() as session:
        version = newest_version(session, "new")
        assert version is not None
        first = compare_with_store(session, version)
        count = session.scalar(select(func.count()).select_from(OverlapFinding))
        assert compare_with_store(session, version) == first
        assert session.scalar(select(func.count()).select_from(OverlapFinding)) == count
        assert session.scalar(select(func.count()).select_from(OverlapComparison)) == 2


def test_unrelated_sets_have_no_findings(store: Store) -> None:
    put(store, "one", *FRESH[:3])
    put(store, "two", *FRESH[3:])
    assert note_overlap(store, "two") == []
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
