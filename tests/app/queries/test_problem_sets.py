"""Problem sets: versions with their sizes and origins, problems by position, origins within a run."""

import pytest
from sqlalchemy import event, select

from app.errors import NotFound
from app.queries.origins import count_origins
from app.queries.problem_sets import find_set, list_members, list_set_names, list_sets
from models import ProblemSet, ProblemSetMember, ProblemSetVersion, Store
from models.enums import Origin
from tests.app.queries.conftest import Filled
from tests.store_factory import StoreFactory


def add_version(store: Store, name: str, number: int, problems: int) -> int:
    """A version that holds the first problems of the set's first version."""
    with store.writer() as session:
        owner = session.scalars(select(ProblemSet).where(ProblemSet.name == name)).one()
        version = ProblemSetVersion(number=number, content_hash=f"{name} {number}")
        members = sorted(owner.versions[0].members, key=lambda one: one.position)[:problems]
        version.members = [ProblemSetMember(problem_id=one.problem_id, position=one.position) for one in members]
        owner.versions.append(version)
        session.flush()
        return version.id


def test_a_set_shows_its_versions_the_newest_first_with_their_sizes_and_origins(filled: Filled) -> None:
    add_version(filled.store, "tekhne-fresh", 2, 4)
    with filled.store.reader() as session:
        found = find_set(session, "tekhne-fresh")
    assert [(one.number, one.problems) for one in found.versions] == [(2, 4), (1, 30)]
    assert [[(o.checkpoint, o.origin, o.problems) for o in one.origins] for one in found.versions] == [
        [("demo-base", Origin.UNSEEN, 4)],
        [("demo-base", Origin.UNSEEN, 30)],
    ], "a problem is the same in whatever version it stands"


def test_all_sets_are_read_by_the_same_few_selects_however_many_there_are(filled: Filled) -> None:
    statements: list[str] = []
    event.listen(filled.store.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    counts = []
    for name in ("a second set", "a third set"):
        filled.factory.problem_set(name, problems=2)
        statements.clear()
        with filled.store.reader() as session:
            assert len(list_sets(session)) == len(list_set_names(session))
        counts.append(len(statements))
    assert counts[0] == counts[1]
    assert list_names_of(filled.store) == ["a second set", "a third set", "tekhne-fresh"]


def list_names_of(store: Store) -> list[str]:
    with store.reader() as session:
        return [row.name for row in list_sets(session)]


def test_a_set_that_is_not_there_is_named(sqlite_store: Store) -> None:
    with sqlite_store.reader() as session, pytest.raises(NotFound, match="There is no problem set “gone”"):
        find_set(session, "gone")


def test_problems_are_listed_by_position(store: Store) -> None:
    version = StoreFactory(store).problem_set(problems=7)
    with store.reader() as session:
        every = list_members(session, version)
        assert [one.problems for one in find_set(session, "tekhne-fresh").versions] == [7]
        assert [row.task_id for row in every] == [f"tekhne-fresh/{place}" for place in range(7)]
        assert list_members(session, version, after=2, rows=3) == every[3:6]
    assert all(row.first_line and "\n" not in row.first_line for row in every)


def test_the_origins_of_a_run_are_counted_by_problem(filled: Filled) -> None:
    unseen = filled.run_id
    seen = filled.factory.run(filled.factory.problem_set("seen", 5), origin=Origin.SEEN)
    with filled.store.reader() as session:
        assert count_origins(session, unseen) == {Origin.UNSEEN: 30}
        assert count_origins(session, seen) == {Origin.SEEN: 5}
