"""Collecting: only failures are taught, only what the judge confirms is verified, nothing is asked or kept twice.

The judge is the designed seam: here a text passes if it says so. The demo pair's recipe uses the real ruler.
"""

import gzip
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from models import Store
from models import Transcript as TranscriptRow
from models.enums import Harness, Rule, Shape, Stage, TranscriptState, Verdict
from worker.collecting.attempts import CandidateAttempt
from worker.collecting.collecting import collect
from worker.collecting.keeping import FileKeeper, Keeper, StoreKeeper
from worker.collecting.sums import Balance, Collected
from worker.problem_sets import ProblemContent, ProblemSetContent
from worker.ruler import Assembly, Judgement, RulerFingerprint, RulerTrace, Submission
from worker.teachers.canonical import CanonicalTeacher
from worker.teachers.teacher import Case, Lesson, NoLesson, TeacherUnreachable
from worker.transcripts.errors import BadRowError
from worker.verdicts.judging import JudgeOptions

RULER = RulerFingerprint(go="go", xtools="x", vet_policy=(), limits={}, harness_version="1", sandbox="none")
SOLUTION = "\treturn pass\n}\n"


def problem(name: str) -> ProblemContent:
    return ProblemContent(
        task_id=f"tiny/{name}",
        entry_point=name,
        description="",
        prompt=f"func {name}() int {{\n",
        declaration=f"func {name}() int {{\n",
        imports="",
        canonical_solution=SOLUTION,
        harness=Harness.GO_TEST,
        test_setup="package main\n",
        example_tests=None,
        hidden_tests="tests",
    )


PROBLEMS = ProblemSetContent(name="tiny", problems=(problem("A"), problem("B")))


class WordJudge:
    """A completion that says `pass` passes, one that says `panic` panics, one that says `ours` is unscored."""

    def __init__(self) -> None:
        self.judged: list[str] = []

    def judge(self, submissions: list[Submission], options: JudgeOptions) -> Iterator[Judgement]:
        for each in reversed(submissions):
            self.judged.append(each.completion)
            verdict = next((v for word, v in WORDS.items() if word in each.completion), Verdict.ASSERTION)
            result = RulerTrace(rule=Rule.GOIMPORTS, verdict=verdict, stage=Stage.RUN, message="said")
            yield Judgement(
                key=each.key, assembly=Assembly(shape=Shape.BODY), fixed=result, raw=result, ruler=RULER
            )


WORDS = {"pass": Verdict.PASSED, "panic": Verdict.PANIC, "ours": Verdict.SANDBOX_ERROR}


@dataclass
class Texts:
    """The same attempts at every problem."""

    texts: list[str]

    def attempts(self, problems: Sequence[ProblemContent]) -> Iterator[CandidateAttempt]:
        for each in problems:
            for text in self.texts:
                error = text.removeprefix("unwritten: ") if text.startswith("unwritten: ") else ""
                yield CandidateAttempt(problem=each, text="" if error else text, source="writer", error=error)


@dataclass
class CountingTeacher:
    """Teaches `revision`, until `strength` is spent."""

    revision: str = SOLUTION
    strength: int = 1000
    name: str = "counting"
    cases: list[Case] = field(default_factory=list)

    def teach(self, case: Case) -> Lesson:
        if len(self.cases) >= self.strength:
            raise TeacherUnreachable("gone")
        self.cases.append(case)
        if "mute" in case.attempt:
            raise NoLesson("nothing to say")
        return Lesson(reflection="Because.", revision=self.revision)


@pytest.fixture(params=["file", "store"])
def keeper(request: pytest.FixtureRequest, tmp_path: Path) -> Keeper:
    if request.param == "file":
        return FileKeeper(tmp_path / "lessons.jsonl")
    return StoreKeeper(request.getfixturevalue("sqlite_store"), PROBLEMS)


def run(texts: list[str], teacher: CountingTeacher, keeper: Keeper, balance: Balance | None = None) -> Collected:
    *_, sums = collect(PROBLEMS.problems, Texts(texts), teacher, WordJudge(), keeper, balance or Balance())
    return sums


def test_only_failures_are_taught_and_each_is_kept_with_its_trace(keeper: Keeper) -> None:
    teacher = CountingTeacher()
    sums = run(["wrong", "pass", "panic", "ours"], teacher, keeper)
    assert (sums.attempts, sums.passed, sums.unscored, sums.verified) == (8, 2, 2, 4)
    assert [case.attempt for case in teacher.cases] == ["wrong", "panic"] * 2
    held = list(keeper.held())
    assert {(each.task_id, each.verdict) for each in held} == {
        ("tiny/A", Verdict.ASSERTION),
        ("tiny/A", Verdict.PANIC),
        ("tiny/B", Verdict.ASSERTION),
        ("tiny/B", Verdict.PANIC),
    }
    assert all(each.trace.endswith("at run\nsaid") and each.attempt_source == "writer" for each in held)


def test_a_revision_that_fails_is_rejected_with_the_rulers_reason(keeper: Keeper) -> None:
    sums = run(["wrong"], CountingTeacher(revision="panic"), keeper)
    assert (sums.verified, sums.rejected) == (0, 2)
    assert {(each.state, each.reason) for each in keeper.held()} == {
        (TranscriptState.REJECTED, "The revision does not pass: panic, said")
    }


def test_a_teacher_with_nothing_to_say_leaves_a_reason(keeper: Keeper) -> None:
    run(["mute"], CountingTeacher(), keeper)
    assert {each.reason for each in keeper.held()} == {"nothing to say"}


def test_called_again_nothing_is_asked_or_kept_again(keeper: Keeper) -> None:
    run(["wrong", "mute"], CountingTeacher(), keeper)
    before = list(keeper.held())
    again = CountingTeacher()
    sums = run(["wrong", "mute", "wrong"], again, keeper)
    assert again.cases == []
    assert sums.known == 4
    assert list(keeper.held()) == before


def test_what_was_collected_before_the_teacher_went_stays_and_is_gone_on_from(keeper: Keeper) -> None:
    texts = ["wrong", "also wrong"]
    with pytest.raises(TeacherUnreachable):
        run_grouped(texts, CountingTeacher(strength=2), keeper)
    assert len(list(keeper.held())) == 2
    teacher = CountingTeacher()
    run_grouped(texts, teacher, keeper)
    assert len(teacher.cases) == 2
    assert len(list(keeper.held())) == 4


def run_grouped(texts: list[str], teacher: CountingTeacher, keeper: Keeper) -> None:
    """One problem a call, as groups of a longer set are."""
    for each in PROBLEMS.problems:
        list(collect([each], Texts(texts), teacher, WordJudge(), keeper, Balance()))


def test_no_problem_and_no_error_class_fills_the_book(keeper: Keeper) -> None:
    texts = [f"wrong {number}" for number in range(5)] + [f"panic {number}" for number in range(5)]
    sums = run(texts, CountingTeacher(), keeper, Balance(each_problem=5, each_class=3))
    assert sums.verified == 10
    assert sums.no_room == 10
    classes = [(each.task_id, each.verdict) for each in keeper.held()]
    assert max(classes.count(one) for one in set(classes)) == 3


def test_a_rejected_lesson_takes_nobodys_place(keeper: Keeper) -> None:
    balance = Balance(each_problem=1, each_class=1)
    run(["wrong"], CountingTeacher(revision="wrong"), keeper, balance)
    assert balance.has_room("tiny/A", Verdict.ASSERTION)


def test_a_line_that_a_kill_cut_short_is_dropped_and_written_anew(tmp_path: Path) -> None:
    file = tmp_path / "lessons.jsonl"
    run(["wrong"], CountingTeacher(), FileKeeper(file))
    whole = file.read_bytes()
    file.write_bytes(whole[:-20])
    sums = run(["wrong"], CountingTeacher(), FileKeeper(file))
    assert (sums.known, sums.verified) == (1, 1)
    assert file.read_bytes() == whole


def test_the_canonical_teacher_serves_and_the_store_keeps_rows(sqlite_store: Store) -> None:
    keeper = StoreKeeper(sqlite_store, PROBLEMS)
    list(collect(PROBLEMS.problems, Texts(["wrong"]), CanonicalTeacher(), WordJudge(), keeper, Balance()))
    with sqlite_store.reader() as session:
        rows = session.query(TranscriptRow).all()
        assert [(row.problem.task_id, row.teacher) for row in rows] == [
            ("tiny/A", "canonical"),
            ("tiny/B", "canonical"),
        ]


def test_a_transcript_of_another_task_or_wording_is_refused(sqlite_store: Store) -> None:
    keeper = StoreKeeper(sqlite_store, PROBLEMS)
    list(collect(PROBLEMS.problems, Texts(["wrong"]), CanonicalTeacher(), WordJudge(), keeper, Balance()))
    held = next(keeper.held())
    with pytest.raises(BadRowError, match="has no task"):
        keeper.keep(replace(held, task_id="other"))
    with pytest.raises(BadRowError, match="another wording"):
        keeper.keep(replace(held, prompt="func A() string {\n"))


def test_a_whole_last_line_without_its_newline_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "lessons.jsonl"
    run(["wrong"], CountingTeacher(), FileKeeper(file))
    before = list(FileKeeper(file).held())
    file.write_bytes(file.read_bytes().rstrip(b"\n"))
    assert list(FileKeeper(file).held()) == before


@pytest.mark.parametrize("name", ["notes.txt", "lessons.jsonl.gz"])
def test_a_file_that_it_cannot_grow_is_left_as_it_is(tmp_path: Path, name: str) -> None:
    content = gzip.compress(b"{}\n" * 50) if name.endswith("gz") else b"mine\nlast line"
    (tmp_path / name).write_bytes(content + b"\nx")
    with pytest.raises(BadRowError):
        FileKeeper(tmp_path / name)
    assert (tmp_path / name).read_bytes() == content + b"\nx"


def test_what_a_store_escapes_is_known_again(sqlite_store: Store, tmp_path: Path) -> None:
    """Models write NULs; a lesson that went through a file, or a second try of the command, is the same lesson."""
    teacher = CountingTeacher()
    run(["wrong\x00\ud800"], teacher, StoreKeeper(sqlite_store, PROBLEMS))
    keeper = StoreKeeper(sqlite_store, PROBLEMS)
    assert keeper.keep_all(list(keeper.held()))[0] == 0
    assert run(["wrong\x00\ud800"], teacher, keeper).known == 2


def test_samples_that_could_not_be_written_are_counted_with_their_reason(keeper: Keeper) -> None:
    sums = run(["unwritten: no room", "unwritten: gone", "wrong"], CountingTeacher(), keeper)
    assert (sums.unwritten, sums.trouble, sums.attempts, sums.verified) == (4, "no room", 2, 2)
