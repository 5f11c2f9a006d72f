"""What lessons cost: counted, limited, stored; several questions at once; nothing that was paid for is lost."""

import threading
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from models import Store
from tests.worker.collecting.test_collecting import PROBLEMS, SOLUTION, Texts, WordJudge
from worker.collecting.collecting import collect
from worker.collecting.keeping import FileKeeper, Keeper, StoreKeeper
from worker.collecting.sums import Balance, Collected
from worker.teachers.accounting import NO_LIMIT, Budget, BudgetSpent, Price, Usage
from worker.teachers.teacher import Case, Lesson, NoLesson, TeacherExhausted
from worker.transcripts.transcript import read_transcripts

PRICE = Price(input_usd=1.0, output_usd=10.0)
USAGE = Usage(input_tokens=100, output_tokens=50)


@dataclass
class PaidTeacher:
    """Each answer takes the same tokens; after `strength` answers its quota is used up."""

    usage: Usage = USAGE
    strength: int = 1000
    together: int = 1
    """Questions that must be under way before the first is answered."""
    name: str = "paid"
    asked: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.barrier = threading.Barrier(self.together)

    def teach(self, case: Case) -> Lesson:
        with self.lock:
            if len(self.asked) >= self.strength:
                raise TeacherExhausted("used up")
            self.asked.append(case.attempt)
        if self.together > 1:
            self.barrier.wait(60)
        if "mute" in case.attempt:
            raise NoLesson("nothing to say", self.usage)
        return Lesson(reflection="Because.", revision=SOLUTION, usage=self.usage)


def run(
    teacher: PaidTeacher, keeper: Keeper, attempts: int, budget: Budget = NO_LIMIT, concurrency: int = 1
) -> Collected:
    """The sums at the end."""
    texts = Texts([f"wrong {number}" for number in range(attempts)])
    balance = Balance(each_problem=1000, each_class=1000)
    *_, sums = collect(
        PROBLEMS.problems, texts, teacher, WordJudge(), keeper, balance, budget=budget, concurrency=concurrency
    )
    return sums


def test_tokens_and_dollars_are_kept_with_each_lesson(sqlite_store: Store, tmp_path: Path) -> None:
    for keeper in (StoreKeeper(sqlite_store, PROBLEMS), FileKeeper(tmp_path / "lessons.jsonl")):
        sums = run(PaidTeacher(), keeper, 3, Budget(price=PRICE))
        assert (sums.answers, sums.usage) == (6, Usage(input_tokens=600, output_tokens=300))
        kept = list(keeper.held())
        assert {(one.input_tokens, one.output_tokens, one.cost_usd) for one in kept} == {(100, 50, 0.0006)}
    assert len(list(read_transcripts(tmp_path / "lessons.jsonl"))) == 6


def test_what_is_not_counted_is_not_written(tmp_path: Path) -> None:
    run(PaidTeacher(usage=Usage()), FileKeeper(tmp_path / "lessons.jsonl"), 1)
    assert "tokens" not in (tmp_path / "lessons.jsonl").read_text()


@pytest.mark.parametrize("concurrency", [1, 4])
@pytest.mark.parametrize(
    "budget", [Budget(tokens=1_500), Budget(usd=0.0061, price=PRICE)], ids=["tokens", "dollars"]
)
def test_a_budget_is_never_passed_and_what_was_taught_is_kept(
    budget: Budget, concurrency: int, tmp_path: Path
) -> None:
    teacher = PaidTeacher()
    keeper = FileKeeper(tmp_path / "lessons.jsonl")
    with pytest.raises(BudgetSpent, match="The budget is spent"):
        run(teacher, keeper, 20, budget, concurrency)
    # Ten answers fit.
    assert len(teacher.asked) == len(list(keeper.held())) <= 10
    assert len(teacher.asked) > 10 - concurrency


def test_a_budget_that_one_answer_spends_costs_one_answer(tmp_path: Path) -> None:
    teacher = PaidTeacher()
    with pytest.raises(BudgetSpent):
        run(teacher, FileKeeper(tmp_path / "lessons.jsonl"), 20, Budget(tokens=100), concurrency=8)
    assert len(teacher.asked) == 1


def test_a_teacher_that_does_not_count_gets_no_budget(tmp_path: Path) -> None:
    with pytest.raises(BudgetSpent, match="does not say how many tokens"):
        run(PaidTeacher(usage=Usage()), FileKeeper(tmp_path / "lessons.jsonl"), 5, Budget(tokens=100_000))


def test_an_answer_without_a_lesson_is_paid_for_too(tmp_path: Path) -> None:
    teacher, keeper = PaidTeacher(), FileKeeper(tmp_path / "lessons.jsonl")
    *_, sums = collect(PROBLEMS.problems, Texts(["mute"]), teacher, WordJudge(), keeper, Balance())
    assert (sums.rejected, sums.usage.tokens) == (2, 300)
    assert {one.input_tokens for one in keeper.held()} == {100}


@pytest.mark.parametrize("concurrency", [1, 4])
def test_a_quota_that_ends_on_the_way_loses_nothing_and_the_next_day_goes_on(
    concurrency: int, tmp_path: Path
) -> None:
    keeper = FileKeeper(tmp_path / "lessons.jsonl")
    with pytest.raises(TeacherExhausted):
        run(PaidTeacher(strength=7), keeper, 10, concurrency=concurrency)
    assert len(list(keeper.held())) == 7
    tomorrow = PaidTeacher()
    sums = run(tomorrow, FileKeeper(tmp_path / "lessons.jsonl"), 10, concurrency=concurrency)
    assert (sums.known, sums.verified, len(tomorrow.asked)) == (7, 13, 13)


def test_several_questions_are_under_way_at_once_and_lessons_keep_their_order(tmp_path: Path) -> None:
    keeper = FileKeeper(tmp_path / "lessons.jsonl")
    run(PaidTeacher(together=4), keeper, 8, concurrency=4)
    order = [(one.task_id, one.attempt) for one in keeper.held()]
    assert order == [(one.task_id, f"wrong {number}") for one in PROBLEMS.problems for number in range(8)]
