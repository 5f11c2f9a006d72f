"""A cache miss is read once and each of its traces written once; what is known costs no execution."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func, select

from models import Store, Trace
from models.enums import Harness, Verdict
from tests.worker.tiny_run import add_tiny_models, finished_run
from worker.ruler import Ruler, Submission, Tests
from worker.ruler.zone import Zone
from worker.verdicts.judging import CachedJudge, JudgeOptions
from worker.verdicts.store import VerdictStore

pytestmark = pytest.mark.go

TESTS = Tests(
    harness=Harness.GO_TEST,
    setup='package main\n\nimport "testing"\n',
    source="func TestHalf(t *testing.T) {\n\tif Half(4) != 2 {\n\t\tt.Fatal(`wrong`)\n\t}\n}\n",
)
PROMPT = "package main\n\nfunc Half(n int) int {\n"
RIGHT, WRONG, BROKEN = "\treturn n / 2\n}\n", "\treturn n\n}\n", "\treturn n /\n}\n"
FENCED = f"```go\n{RIGHT}```\n"
WHOLE = f"{PROMPT}{BROKEN}"
LATER = f"Here is the answer:\n\n```go\n{WHOLE}```\n"


class WatchedZone(Zone):
    """A zone that counts, by completion, what it is sent to read and what it is sent to judge."""

    read_texts: Counter[str]
    judged_texts: Counter[str]
    _batch: Sequence[Submission]

    def read(self, batch: Sequence[Submission], *, legacy: bool) -> Iterator[dict[str, Any]]:
        self._batch = batch
        self.read_texts.update(submission.completion for submission in batch)
        return super().read(batch, legacy=legacy)

    def judge(self, batch: Sequence[Submission], *, legacy: bool, retakes: int) -> Iterator[dict[str, Any]]:
        self.read_texts.update(submission.completion for submission in batch)
        self.judged_texts.update(submission.completion for submission in batch)
        return super().judge(batch, legacy=legacy, retakes=retakes)

    def judge_read(self, chosen: Sequence[int]) -> Iterator[dict[str, Any]]:
        self.judged_texts.update(self._batch[index].completion for index in chosen)
        return super().judge_read(chosen)


class WatchedRuler(Ruler):
    def __init__(self) -> None:
        super().__init__(cores=1)
        self.read_texts: Counter[str] = Counter()
        self.judged_texts: Counter[str] = Counter()

    def start_zone(self, core: int | None) -> Zone:
        zone = WatchedZone(self._build, self._limits, sandboxed=True, core=core)
        zone.read_texts, zone.judged_texts = self.read_texts, self.judged_texts
        return zone


@pytest.fixture
def ruler() -> Iterator[WatchedRuler]:
    with WatchedRuler() as opened:
        yield opened


def verdicts(judge: CachedJudge, texts: Sequence[str], options: JudgeOptions | None = None) -> dict[str, str]:
    """The scoring verdict of each text; a trailing * says that it was answered without execution."""
    submissions = [
        Submission(key=str(place), completion=text, prompt=PROMPT, entry_point="Half", tests=TESTS)
        for place, text in enumerate(texts)
    ]
    judgements = {int(one.key): one for one in judge.judge(submissions, options or JudgeOptions(legacy=True))}
    assert sorted(judgements) == list(range(len(texts)))
    return {
        f"{place}": f"{judgements[place].fixed.verdict}{'*' if judgements[place].cached else ''}"
        for place in range(len(texts))
    }


def test_a_cache_miss_is_read_once_and_a_hit_is_not_executed(ruler: WatchedRuler, sqlite_store: Store) -> None:
    judge = CachedJudge(ruler, VerdictStore(sqlite_store, ruler.fingerprint))
    texts = [RIGHT, WRONG, BROKEN]
    assert list(verdicts(judge, texts).values()) == ["passed", "assertion", "syntax"]
    assert ruler.read_texts == ruler.judged_texts == Counter(texts)
    another = CachedJudge(ruler, VerdictStore(sqlite_store, ruler.fingerprint))
    assert list(verdicts(another, texts).values()) == ["passed*", "assertion*", "syntax*"]
    assert ruler.read_texts == Counter(texts * 2)
    assert ruler.judged_texts == Counter(texts)


def test_equal_texts_of_one_call_are_read_once_and_equal_programs_executed_once(
    ruler: WatchedRuler, sqlite_store: Store
) -> None:
    judge = CachedJudge(ruler, VerdictStore(sqlite_store, ruler.fingerprint))
    found = verdicts(judge, [RIGHT, RIGHT, FENCED], JudgeOptions())
    assert list(found.values()) == ["passed", "passed*", "passed*"]
    assert ruler.read_texts == Counter([RIGHT, FENCED])
    assert ruler.judged_texts == Counter([RIGHT])


def test_equal_programs_whose_verdict_names_lines_are_each_executed_and_read_once(
    ruler: WatchedRuler, sqlite_store: Store
) -> None:
    judge = CachedJudge(ruler, VerdictStore(sqlite_store, ruler.fingerprint))
    assert list(verdicts(judge, [WHOLE, LATER]).values()) == ["syntax", "syntax"]
    assert ruler.read_texts == ruler.judged_texts == Counter([WHOLE, LATER])


def test_a_judge_that_does_not_write_still_remembers(ruler: WatchedRuler, sqlite_store: Store) -> None:
    judge = CachedJudge(ruler, VerdictStore(sqlite_store, ruler.fingerprint), writes=False)
    verdicts(judge, [RIGHT])
    assert list(verdicts(judge, [RIGHT]).values()) == ["passed*"]
    with sqlite_store.reader() as session:
        assert session.scalar(select(func.count()).select_from(Trace)) == 0


def test_retakes_ask_nothing_that_is_known(ruler: WatchedRuler, sqlite_store: Store) -> None:
    judge = CachedJudge(ruler, VerdictStore(sqlite_store, ruler.fingerprint))
    verdicts(judge, [RIGHT])
    assert list(verdicts(judge, [RIGHT, RIGHT], JudgeOptions(retakes=1)).values()) == ["passed", "passed"]
    assert ruler.judged_texts == Counter([RIGHT] * 3)


def test_a_run_writes_each_trace_once(sqlite_store: Store, tmp_path: Path) -> None:
    add_tiny_models(sqlite_store, tmp_path)
    inserts: Counter[str] = Counter()

    def count_inserts(*arguments: Any) -> None:
        statement = arguments[2]
        for table in ("program", "trace"):
            inserts[table] += statement.startswith(f"INSERT INTO {table} ")

    event.listen(sqlite_store.engine, "before_cursor_execute", count_inserts)
    finished_run(sqlite_store)
    with sqlite_store.reader() as session:
        rows = session.scalar(select(func.count()).select_from(Trace))
        assert session.scalar(select(func.count()).where(Trace.verdict == Verdict.SANDBOX_ERROR)) == 0
    assert rows
    assert inserts["trace"] == rows
    finished_run(sqlite_store)
    assert inserts["trace"] == rows
