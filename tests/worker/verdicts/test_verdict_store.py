"""Settled verdicts are found again by program, tests and ruler together; clearing forgets them."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from models import Program, Store, Trace
from models.enums import Harness, Rule, Stage, Verdict
from worker.ruler import RulerFingerprint, RulerTrace, Tests
from worker.verdicts.store import VerdictStore, clear
from worker.verdicts.traces import TraceKey, key_for_all, key_for_one, key_of, ruler_row, write_trace

RULER = RulerFingerprint(go="go1", xtools="v1", vet_policy=(), limits={}, harness_version="1", sandbox="none")
KEY = TraceKey(program_hash="p", tests_hash="t")
RESULT = RulerTrace(
    rule=Rule.GOIMPORTS,
    verdict=Verdict.ASSERTION,
    stage=Stage.RUN,
    tests_completed=("TestA",),
    tests_named=("TestA", "TestB"),
    message="want 1\x00",
    line=3,
    column=4,
    program="package main",
    program_hash="p",
    cpu_seconds=0.5,
)


def test_a_written_verdict_is_found_with_its_evidence(store: Store) -> None:
    cache = VerdictStore(store, RULER)
    cache.write({KEY: RESULT})
    assert cache.find([KEY]) == {KEY: replace(RESULT, message="want 1\\x00")}


def test_another_program_other_tests_or_another_ruler_find_nothing(store: Store) -> None:
    cache = VerdictStore(store, RULER)
    cache.write({KEY: RESULT})
    assert cache.find([replace(KEY, program_hash="q"), replace(KEY, tests_hash="u")]) == {}
    assert VerdictStore(store, replace(RULER, go="go2")).find([KEY]) == {}


@pytest.mark.parametrize(
    "not_reusable",
    [
        replace(RESULT, verdict=Verdict.FLAKY),
        replace(RESULT, verdict=Verdict.SANDBOX_ERROR),
    ],
)
def test_flaky_and_unscored_verdicts_are_not_written(sqlite_store: Store, not_reusable: RulerTrace) -> None:
    cache = VerdictStore(sqlite_store, RULER)
    cache.write({KEY: not_reusable})
    assert cache.find([KEY]) == {}
    with sqlite_store.reader() as session:
        assert session.scalar(select(func.count()).select_from(Trace)) == 0


def test_a_verdict_that_a_run_found_flaky_is_neither_answered_nor_overwritten(store: Store) -> None:
    cache = VerdictStore(store, RULER)
    cache.write({KEY: RESULT})
    with store.writer() as session:
        session.scalars(select(Trace)).one().verdict = Verdict.FLAKY
    assert cache.find([KEY]) == {}
    cache.write({KEY: RESULT})
    with store.reader() as session:
        assert session.scalars(select(Trace)).one().verdict is Verdict.FLAKY


def test_a_reusable_verdict_is_never_overwritten(sqlite_store: Store) -> None:
    cache = VerdictStore(sqlite_store, RULER)
    cache.write({KEY: RESULT})
    cache.write({KEY: replace(RESULT, verdict=Verdict.PASSED)})
    assert cache.find([KEY])[KEY].verdict is Verdict.ASSERTION


def test_an_unscored_trace_gives_way_to_a_verdict_and_a_flaky_one_does_not(store: Store) -> None:
    def written(verdict: Verdict) -> Verdict:
        with store.writer() as session:
            trace_id = write_trace(session, ruler_row(session, RULER), KEY, replace(RESULT, verdict=verdict))
            return session.scalars(select(Trace.verdict).where(Trace.id == trace_id)).one()

    assert written(Verdict.SANDBOX_ERROR) is Verdict.SANDBOX_ERROR
    assert written(Verdict.FLAKY) is Verdict.FLAKY
    assert written(Verdict.PASSED) is Verdict.FLAKY
    with store.reader() as session:
        assert session.scalars(select(Trace.verdict)).all() == [Verdict.FLAKY]


@pytest.mark.parametrize("change", [{"line": 3}, {"line": None, "message": "goroutine 1\n\tcandidate.go:7 +0x1d"}])
def test_a_verdict_that_speaks_of_lines_is_one_completion_s(change: dict[str, object]) -> None:
    tests = Tests(harness=Harness.GO_TEST, setup="", source="func TestA(t *testing.T) {}")
    quiet = replace(RESULT, line=None)
    assert key_of(quiet, tests, "a") == key_of(quiet, tests, "b") == key_for_all("p", tests)
    assert key_of(replace(quiet, **change), tests, "a") == key_for_one("p", tests, "a")  # type: ignore[arg-type]
    assert len({key_for_all("p", tests), key_for_one("p", tests, "a"), key_for_one("p", tests, "b")}) == 3


def test_more_programs_than_one_query_may_name_are_found(sqlite_store: Store) -> None:
    cache = VerdictStore(sqlite_store, RULER)
    keys = [TraceKey(program_hash=str(number), tests_hash="t") for number in range(1100)]
    cache.write({key: replace(RESULT, program_hash=key.program_hash) for key in keys})
    assert set(cache.find(keys)) == set(keys)


def test_clearing_forgets_verdicts_and_their_programs(store: Store) -> None:
    cache = VerdictStore(store, RULER)
    cache.write({KEY: RESULT})
    cleared = clear(store)
    assert (cleared.forgotten, cleared.kept_for_runs) == (1, 0)
    assert cache.find([KEY]) == {}
    with store.reader() as session:
        assert session.scalar(select(func.count()).select_from(Program)) == 0
