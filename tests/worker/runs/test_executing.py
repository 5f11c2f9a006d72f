"""Execution beside generation: what was judged is not executed again, and each text gets its own lines."""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from models import Attempt, Store, Trace
from models.enums import Harness, Verdict
from tests.worker.tiny_run import add_tiny_models, finished_run
from worker.busy import BusyLog
from worker.ruler import Judgement, Ruler, RulerTrace, Submission, Tests, VerdictMemory
from worker.runs.executing import Executor
from worker.verdicts.judging import CachedJudge
from worker.verdicts.store import VerdictStore

pytestmark = pytest.mark.go

PROMPT = "package main\n\nfunc pick(values []int, at int) int {\n"
TESTS = Tests(
    harness=Harness.GO_TEST,
    setup='package main\n\nimport "testing"\n',
    source="func TestPick(t *testing.T) {\n\tif pick([]int{1, 2}, 1) != 2 {\n\t\tt.Fatal(`wrong`)\n\t}\n}\n",
)
RIGHT = "\treturn values[at]\n}\n"
WRONG = "\treturn at\n}\n"
ILL_TYPED = '\treturn "2"\n}\n'
UNFINISHED = "\treturn values[\n"
ENDLESS = "\tfor {\n\t}\n}\n"
IMPORTING = '\tfmt.Println("seen")\n\tif at > 5 {\n\t\tat = 0\n\t}\n\treturn values[at]\n}\n'
PANICKING = "\treturn values[at+1]\n}\n"
WHOLE = f"{PROMPT}{PANICKING}"
LATER = f"Here is the answer:\n\n```go\n{WHOLE}```\n"
EVERY_KIND = (RIGHT, WRONG, ILL_TYPED, UNFINISHED, ENDLESS, IMPORTING, PANICKING, WHOLE, LATER)


class CountingRuler(Ruler):
    """A ruler that counts the submissions it executes."""

    executed = 0

    def judge(
        self,
        submissions: Iterable[Submission],
        *,
        legacy: bool = False,
        retakes: int = 0,
        memory: VerdictMemory | None = None,
    ) -> Iterator[Judgement]:
        for judgement in super().judge(submissions, legacy=legacy, retakes=retakes, memory=memory):
            self.executed += not judgement.cached
            yield judgement


@pytest.fixture(scope="module")
def ruler() -> Iterator[CountingRuler]:
    opened = CountingRuler(cores=1)
    yield opened
    opened.close()


def judged(ruler: CountingRuler, store: Store, completions: Iterable[str]) -> tuple[dict[str, Judgement], int]:
    """The judgements by completion, and how many submissions were executed for them."""
    before, busy = ruler.executed, BusyLog()

    async def all_of_them() -> dict[str, Judgement]:
        async def one(completion: str) -> tuple[str, Judgement]:
            return completion, await executor.judge(_submission(completion))

        return dict(await asyncio.gather(*map(one, completions)))

    with Executor(CachedJudge(ruler, VerdictStore(store, ruler.fingerprint), busy=busy)) as executor:
        found = asyncio.run(all_of_them())
    executed = ruler.executed - before
    assert bool(busy.stretches()) == bool(executed)
    return found, executed


def words(judgement: Judgement) -> list[RulerTrace | None]:
    """A judgement without the cost of its executions."""
    results = (judgement.fixed, judgement.raw, judgement.legacy)
    return [replace(each, cpu_seconds=0.0, wall_seconds=0.0, memory_bytes=0) if each else None for each in results]


def _submission(completion: str) -> Submission:
    return Submission(key=completion, completion=completion, prompt=PROMPT, tests=TESTS, entry_point="pick")


def test_the_same_drafts_judged_again_execute_nothing_and_get_the_same_words(
    ruler: CountingRuler, sqlite_store: Store
) -> None:
    first, executed = judged(ruler, sqlite_store, EVERY_KIND)
    again, executed_again = judged(ruler, sqlite_store, EVERY_KIND)
    assert executed >= len(EVERY_KIND)
    assert executed_again == 0
    assert {each: words(again[each]) for each in EVERY_KIND} == {each: words(first[each]) for each in EVERY_KIND}
    assert [first[each].fixed.verdict for each in EVERY_KIND[:7]] == [
        Verdict.PASSED,
        Verdict.ASSERTION,
        Verdict.TYPE,
        Verdict.SYNTAX,
        Verdict.TIMEOUT_RUN,
        Verdict.PASSED,
        Verdict.PANIC,
    ]
    assert first[IMPORTING].raw.verdict is Verdict.IMPORT


def test_two_texts_of_one_program_keep_their_own_lines(ruler: CountingRuler, sqlite_store: Store) -> None:
    apart = {each: judged(ruler, sqlite_store, [each])[0][each].fixed for each in (WHOLE, LATER)}
    assert apart[WHOLE].program_hash == apart[LATER].program_hash
    assert [apart[each].line for each in (WHOLE, LATER)] == [4, 7]
    again, executed = judged(ruler, sqlite_store, [LATER, WHOLE])
    assert executed == 0
    assert {each: again[each].fixed for each in again} == apart


def test_a_verdict_that_names_no_line_serves_every_text_of_its_programs(
    ruler: CountingRuler, sqlite_store: Store
) -> None:
    judged(ruler, sqlite_store, [WRONG])
    later, executed = judged(ruler, sqlite_store, [f"{WRONG}\n\nI hope that this helps!\n"])
    assert executed == 0
    assert [each.fixed.verdict for each in later.values()] == [Verdict.ASSERTION]


def test_what_could_not_be_scored_is_not_kept_and_is_executed_the_next_time(
    ruler: CountingRuler, sqlite_store: Store
) -> None:
    closed = CountingRuler(cores=1)
    closed.close()
    unscored, _ = judged(closed, sqlite_store, [RIGHT])
    with sqlite_store.reader() as session:
        assert session.scalar(select(func.count()).select_from(Trace)) == 0
    scored, executed = judged(ruler, sqlite_store, [RIGHT])
    assert executed == 1
    assert [each[RIGHT].fixed.verdict for each in (unscored, scored)] == [Verdict.SANDBOX_ERROR, Verdict.PASSED]


def test_a_second_run_of_the_same_specification_uses_the_traces_of_the_first(
    sqlite_store: Store, tmp_path: Path
) -> None:
    add_tiny_models(sqlite_store, tmp_path)
    finished_run(sqlite_store)
    taken = _traces(sqlite_store)
    second = finished_run(sqlite_store)
    assert _traces(sqlite_store) == taken
    with sqlite_store.reader() as session:
        used = session.scalars(select(Attempt.trace_id).where(Attempt.run_id == second)).all()
    assert len(used) == 4
    assert set(used) <= set(taken)


def _traces(store: Store) -> dict[int, datetime]:
    with store.reader() as session:
        return {trace.id: trace.executed_at for trace in session.scalars(select(Trace))}
