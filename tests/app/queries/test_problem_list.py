"""The problem list: its filters compared with attempts and revisions, its pages, its neighbours."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from app.queries.problem_filter import ProblemFilter, Sort, matching, read_filter
from app.queries.problem_list import Neighbours, ProblemPage, neighbours, problem_page, repair_arm_id
from app.queries.problem_states import ProblemState
from app.queries.run_facts import RunFacts, read_facts
from app.queries.runs import RunHead, find_run
from models import Arm, Attempt, Revision
from models.arm_kinds import ArmKind
from models.enums import Origin, Verdict
from tests.app.queries.conftest import Filled


@pytest.fixture
def run(filled: Filled) -> RunHead:
    with filled.store.reader() as session:
        return find_run(session, filled.run_id)


@pytest.fixture
def facts(filled: Filled, run: RunHead) -> RunFacts:
    with filled.store.reader() as session:
        return read_facts(session, run)


def _found(run: RunHead, facts: RunFacts, wanted: ProblemFilter) -> set[int]:
    return {row.problem_id for row in matching(facts, wanted, repair_arm_id(run, wanted), {})}


def _pairs(filled: Filled, kind: ArmKind) -> list[tuple[Attempt, Revision]]:
    with filled.store.reader() as session:
        rows = session.execute(
            select(Attempt, Revision)
            .join(Revision, Revision.attempt_id == Attempt.id)
            .join(Arm, Arm.id == Revision.arm_id)
            .where(Revision.run_id == filled.run_id, Arm.kind == kind)
        )
        return [(attempt, revision) for attempt, revision in rows]


def _attempts(filled: Filled) -> list[Attempt]:
    with filled.store.reader() as session:
        return list(session.scalars(select(Attempt).where(Attempt.run_id == filled.run_id)))


def _failed(verdict: Verdict | None) -> bool:
    return verdict is not None and verdict.scored and verdict is not Verdict.PASSED


def test_a_problem_is_failed_by_its_drafts(filled: Filled, run: RunHead, facts: RunFacts) -> None:
    expected = {row.problem_id for row in _attempts(filled) if _failed(row.verdict)}
    assert expected
    assert _found(run, facts, ProblemFilter(states=(ProblemState.FAILED,))) == expected


REPAIRS: list[tuple[ProblemState, Callable[[Attempt, Revision], bool]]] = [
    (ProblemState.FIXED, lambda draft, final: _failed(draft.verdict) and final.verdict is Verdict.PASSED),
    (ProblemState.BROKEN, lambda draft, final: draft.verdict is Verdict.PASSED and _failed(final.verdict)),
    (ProblemState.COPIED, lambda draft, final: final.copied),
]


@pytest.mark.parametrize(("state", "holds"), REPAIRS)
@pytest.mark.parametrize("kind", [ArmKind.CRITIC, ArmKind.RESAMPLE])
def test_repairs_are_those_of_the_arm_that_the_filter_names(
    filled: Filled,
    run: RunHead,
    facts: RunFacts,
    kind: ArmKind,
    state: ProblemState,
    holds: Callable[[Attempt, Revision], bool],
) -> None:
    expected = {draft.problem_id for draft, final in _pairs(filled, kind) if holds(draft, final)}
    assert _found(run, facts, ProblemFilter(states=(state,), by=str(kind))) == expected
    if kind == ArmKind.CRITIC:
        assert _found(run, facts, ProblemFilter(states=(state,))) == expected


def test_a_transition_finds_the_problems_of_its_cell(filled: Filled, run: RunHead, facts: RunFacts) -> None:
    cells = {(draft.verdict, final.verdict) for draft, final in _pairs(filled, ArmKind.CRITIC)}
    assert len(cells) > 5
    for before, after in cells:
        expected = {
            draft.problem_id
            for draft, final in _pairs(filled, ArmKind.CRITIC)
            if (draft.verdict, final.verdict) == (before, after)
        }
        assert _found(run, facts, ProblemFilter(before=before, after=after)) == expected


def test_an_error_class_is_searched_for_in_the_drafts(filled: Filled, run: RunHead, facts: RunFacts) -> None:
    expected = {row.problem_id for row in _attempts(filled) if row.verdict is Verdict.PANIC}
    assert _found(run, facts, ProblemFilter(error_class=Verdict.PANIC)) == expected


def test_import_only_needs_the_same_sample_to_fail_raw_and_pass_fixed(
    filled: Filled, run: RunHead, facts: RunFacts
) -> None:
    rows = [
        *_attempts(filled),
        *(r for kind in (ArmKind.CRITIC, ArmKind.RESAMPLE) for _, r in _pairs(filled, kind)),
    ]
    saved = [row for row in rows if row.verdict_raw is Verdict.IMPORT and row.verdict is Verdict.PASSED]
    assert saved
    assert _found(run, facts, ProblemFilter(states=(ProblemState.IMPORT_ONLY,))) == {
        row.problem_id for row in saved
    }


def test_states_must_all_hold(run: RunHead, facts: RunFacts) -> None:
    fixed = _found(run, facts, ProblemFilter(states=(ProblemState.FIXED,)))
    copied = _found(run, facts, ProblemFilter(states=(ProblemState.COPIED,)))
    assert _found(run, facts, ProblemFilter(states=(ProblemState.FIXED, ProblemState.COPIED))) == fixed & copied


def test_search_reads_task_function_and_description(run: RunHead, facts: RunFacts) -> None:
    assert len(_found(run, facts, ProblemFilter(search="TEKHNE-FRESH/7"))) == 1
    assert len(_found(run, facts, ProblemFilter(search="collatzsteps"))) == 7
    assert _found(run, facts, ProblemFilter(search="collatz steps")) == _found(
        run, facts, ProblemFilter(search="CollatzSteps")
    )
    assert _found(run, facts, ProblemFilter(search="no such words")) == set()


def test_chip_counts_are_what_the_filter_finds(run: RunHead, facts: RunFacts) -> None:
    counts = facts.state_counts(repair_arm_id(run, ProblemFilter()))
    for state in ProblemState:
        assert counts[state] == len(_found(run, facts, ProblemFilter(states=(state,))))


def _walk(run: RunHead, facts: RunFacts, wanted: ProblemFilter) -> list[ProblemPage]:
    pages, after = [], None
    while True:
        pages.append(problem_page(run, facts, wanted, {}, after))
        after = pages[-1].next_after
        if after is None:
            return pages


@pytest.mark.parametrize("sort", list(Sort))
def test_pages_hold_every_problem_once_in_order(filled: Filled, sort: Sort) -> None:
    run_id = filled.factory.run(filled.factory.problem_set("large", 120), samples=2)
    with filled.store.reader() as session:
        run = find_run(session, run_id)
        facts = read_facts(session, run)
    pages = _walk(run, facts, ProblemFilter(sort=sort))
    seen = [row.problem_id for page in pages for row in page.rows]
    assert len(pages) == 3
    assert sorted(seen) == sorted(row.problem_id for row in facts.problems)
    assert seen == [
        row.problem_id
        for row in matching(facts, ProblemFilter(sort=sort), repair_arm_id(run, ProblemFilter()), {})
    ]
    back = problem_page(run, facts, ProblemFilter(sort=sort), {}, pages[2].previous_after)
    assert [row.problem_id for row in back.rows] == [row.problem_id for row in pages[1].rows]
    assert pages[1].previous_after == 0
    assert pages[0].previous_after is None


def test_a_page_begins_after_its_cursor_even_if_that_problem_no_longer_matches(
    run: RunHead, facts: RunFacts
) -> None:
    wanted = ProblemFilter(states=(ProblemState.FIXED,))
    found = matching(facts, wanted, repair_arm_id(run, wanted), {})
    outside = next(row for row in facts.problems if row not in found)
    page = problem_page(run, facts, wanted, {}, outside.problem_id)
    assert [row.problem_id for row in page.rows] == [
        row.problem_id for row in found if row.position > outside.position
    ]


def test_neighbours_follow_the_filtered_order(run: RunHead, facts: RunFacts) -> None:
    wanted = ProblemFilter(states=(ProblemState.FAILED,), sort=Sort.HARDEST)
    found = matching(facts, wanted, repair_arm_id(run, wanted), {})
    for place, row in enumerate(found):
        near = neighbours(run, facts, wanted, {}, row.problem_id)
        assert near.place == place + 1
        assert near.previous is (found[place - 1] if place else None)
        assert near.next is (found[place + 1] if place + 1 < len(found) else None)


def test_a_problem_outside_the_filter_still_has_neighbours_in_it(run: RunHead, facts: RunFacts) -> None:
    wanted = ProblemFilter(search="CollatzSteps")
    found = matching(facts, wanted, None, {})
    outside = facts.problems[found[1].position + 1]
    near: Neighbours = neighbours(run, facts, wanted, {}, outside.problem_id)
    assert (near.place, near.previous, near.next) == (0, found[1], found[2])


def test_a_filter_is_read_back_from_its_own_query() -> None:
    wanted = ProblemFilter(
        states=(ProblemState.FAILED, ProblemState.COPIED), error_class=Verdict.TYPE, before=Verdict.TYPE,
        after=Verdict.PASSED, origin=Origin.SEEN, by="critic", search="two words", sort=Sort.HARDEST,
    )  # fmt: skip
    query = {name: value if isinstance(value, list) else [str(value)] for name, value in wanted.query().items()}
    assert read_filter(query, ["base", "critic"]).filter == wanted


def test_a_list_can_be_narrowed_to_one_origin(run: RunHead, facts: RunFacts) -> None:
    assert sum(facts.origin_counts.values()) == len(facts.problems)
    for origin in Origin:
        found = _found(run, facts, ProblemFilter(origin=origin))
        assert len(found) == facts.origin_counts.get(origin, 0)
        assert found == {row.problem_id for row in facts.problems if row.origin is origin}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"state": ["bogus"]}, "state"),
        ({"class": ["bogus"]}, "class"),
        ({"from": ["bogus"]}, "from"),
        ({"sort": ["bogus"]}, "sort"),
        ({"origin": ["bogus"]}, "origin"),
        ({"by": ["bogus"]}, "by"),
        ({"q": ["x" * 201]}, "q"),
    ],
)
def test_a_parameter_that_cannot_be_read_is_named_and_ignored(query: dict[str, list[str]], field: str) -> None:
    read = read_filter(query, ["base"])
    assert list(read.errors) == [field]
    assert read.filter == ProblemFilter()


def test_a_problem_has_the_fingerprints_of_every_arms_failures(
    filled: Filled, run: RunHead, facts: RunFacts
) -> None:
    with filled.store.reader() as session:
        rows = [
            (row.problem_id, row.trace.fingerprint)
            for table in (Attempt, Revision)
            for row in session.scalars(select(table).where(table.run_id == filled.run_id))
            if row.trace and row.trace.fingerprint
        ]
    groups = {words for _, words in rows}
    assert len(groups) > 2
    for words in groups:
        wanted = ProblemFilter(fingerprint=words)
        assert _found(run, facts, wanted) == {problem for problem, other in rows if other == words}
        assert read_filter({"fingerprint": [words]}, []).filter == wanted
        assert wanted.query()["fingerprint"] == words


def test_what_cannot_be_a_fingerprint_is_said_to_be_none() -> None:
    read = read_filter({"fingerprint": ["undefined: X"]}, [])
    assert read.filter.fingerprint == ""
    assert "begins with a verdict" in read.errors["fingerprint"]
