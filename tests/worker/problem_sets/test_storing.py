"""Sets go into the store once, come back equal, and a change makes a version beside the old one."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from models import Run, RunProblem, Store
from models import problem as tables
from worker.problem_sets.own_sets import ProblemFolder, read_problem
from worker.problem_sets.problem import ProblemContent, ProblemSetContent
from worker.problem_sets.storing import find_problem_set, install_own_sets, put_problem_set


def problem(slug: str) -> ProblemContent:
    test = f'package p\n\nimport "testing"\n\nfunc Test{slug.title()}(t *testing.T) {{}}\n'
    solution = f"package p\n\n// {slug} is.\nfunc {slug.title()}() int {{\n\treturn 1\n}}\n"
    return read_problem(ProblemFolder(slug=slug, solution=solution, example=test, hidden=test), "seen")


@pytest.fixture
def some_set() -> ProblemSetContent:
    return ProblemSetContent(
        name="some", problems=(problem("beta"), problem("alpha")), source="here", licence="MIT"
    )


def test_a_set_comes_back_as_it_went_in(store: Store, some_set: ProblemSetContent) -> None:
    with store.writer() as session:
        put_problem_set(session, some_set)
    with store.reader() as session:
        found = find_problem_set(session, "some")
    assert found is not None
    assert found.version_hash == some_set.version_hash
    assert [each.task_id for each in found.problems] == ["seen/beta", "seen/alpha"]
    assert (found.source, found.licence) == ("here", "MIT")


def test_putting_twice_changes_nothing(store: Store, some_set: ProblemSetContent) -> None:
    for _ in range(2):
        with store.writer() as session:
            put_problem_set(session, some_set)
    with store.reader() as session:
        assert session.scalar(select(func.count()).select_from(tables.ProblemSetVersion)) == 1
        assert session.scalar(select(func.count()).select_from(tables.Problem)) == 2


def test_an_edited_problem_makes_a_second_version_that_shares_the_rest(
    store: Store, some_set: ProblemSetContent
) -> None:
    first, second = some_set.problems
    edited = replace(some_set, problems=(replace(first, description="else"), second))
    with store.writer() as session:
        put_problem_set(session, some_set)
        version = put_problem_set(session, edited)
        assert version.number == 2
        assert session.scalar(select(func.count()).select_from(tables.Problem)) == 3
    with store.reader() as session:
        found = find_problem_set(session, "some")
    assert found is not None
    assert found.problems[0].description == "else"


def test_the_own_sets_are_installed_once(store: Store) -> None:
    for _ in range(2):
        with store.writer() as session:
            versions = install_own_sets(session)
            assert set(versions) == {"tekhne-seen", "tekhne-fresh"}
            assert all(version.number == 1 for version in versions.values())


def test_an_unknown_set_is_none(store: Store) -> None:
    with store.reader() as session:
        assert find_problem_set(session, "nothing") is None


def test_a_date_or_an_original_that_is_told_later_is_kept_without_a_new_version(
    store: Store, some_set: ProblemSetContent
) -> None:
    with store.writer() as session:
        version = put_problem_set(session, some_set)
        run = Run(name="run", specification_hash="r", samples=1)
        session.add(run)
        session.flush()
        run_id, before = run.id, run.revision_number
        session.add(
            RunProblem(run_id=run_id, problem_id=version.members[0].problem_id, version_id=version.id, position=0)
        )
    first, second = some_set.problems
    told = replace(some_set, problems=(replace(first, date="2026-10"), replace(second, twin_of=first.text_hash)))
    later = replace(some_set, problems=(replace(first, date="2027-01"), second))
    for one in (told, told, later):
        with store.writer() as session:
            assert put_problem_set(session, one).number == 1
    with store.reader() as session:
        found = find_problem_set(session, "some")
        assert found is not None
        assert [(one.date, one.twin_of) for one in found.problems] == [("2026-10", ""), ("", first.text_hash)]
        assert session.get_one(Run, run_id).revision_number == before + 1, "cached reports are not shown again"
