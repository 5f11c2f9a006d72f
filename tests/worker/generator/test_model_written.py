"""Problems that a model writes, against a local server that also fails in every way that a model fails."""

import json
import subprocess
from collections.abc import Callable

import pytest
from sqlalchemy import select

from cli.store import open_store
from models import GeneratedProblem, Problem, ProblemSet, Store
from settings import load_settings
from tests.worker.teachers.serving import Script, chat, serving
from worker.engines.openai_client import TRIES
from worker.generator.model_written import WrittenDefect, read_answer, write_problems
from worker.mutants import generate, mutant_writer
from worker.problem_sets import ProblemContent
from worker.problem_sets.own_sets import load_own_set
from worker.ruler import Ruler
from worker.teachers.endpoint import EndpointTeacher
from worker.verdicts.judging import RulerJudge

pytestmark = pytest.mark.go

SOLUTION = """package problem

// LongestPlateau returns the length of the longest stretch of equal neighbouring heights.
// An empty list gives 0. LongestPlateau([]int{3, 3, 1}) = 2.
func LongestPlateau(heights []int) int {
	best := 0
	for start := range heights {
		end := start
		for end < len(heights) && heights[end] == heights[start] {
			end++
		}
		best = max(best, end-start)
	}
	return best
}
"""
EXAMPLE = """package problem

import "testing"

func TestExampleLongestPlateau(t *testing.T) {
	if got := LongestPlateau([]int{3, 3, 1}); got != 2 {
		t.Fatalf("got %d, want 2", got)
	}
}
"""
HIDDEN = """package problem

import "testing"

func TestHiddenLongestPlateau(t *testing.T) {
	for _, one := range []struct {
		heights []int
		want    int
	}{
		{nil, 0}, {[]int{5}, 1}, {[]int{0, 0, 0}, 3}, {[]int{1, 2, 3}, 1}, {[]int{1, 1, 2, 2, 2}, 3},
		{[]int{2, 2, 2, 1, 1}, 3}, {[]int{1, 2, 2, 1, 2}, 2}, {[]int{-1, -1}, 2}, {[]int{4, 4, 5, 4, 4, 4}, 3},
		{[]int{1, 2}, 1},
	} {
		if got := LongestPlateau(one.heights); got != one.want {
			t.Fatalf("LongestPlateau(%v) = %d, want %d", one.heights, got, one.want)
		}
	}
}
"""
NOTHING = """package problem

import "testing"

func TestHiddenLongestPlateau(t *testing.T) {
	LongestPlateau([]int{1})
}
"""
WEAK = """package problem

import "testing"

func TestHiddenLongestPlateau(t *testing.T) {
	if LongestPlateau([]int{1}) == 0 {
		t.Fatal("got 0")
	}
}
"""


def answer(solution: str = SOLUTION, example: str = EXAMPLE, hidden: str = HIDDEN) -> str:
    return "".join(f"```go\n{text}```\n" for text in (solution, example, hidden))


def copy_of(problem: ProblemContent) -> str:
    tests = f"{problem.test_setup}\n"
    return answer(
        f"package p\n\n{problem.prompt}{problem.canonical_solution}",
        tests + (problem.example_tests or ""),
        tests + problem.hidden_tests,
    )


FRESH = load_own_set("fresh").problems
BAD: tuple[tuple[str, WrittenDefect], ...] = (
    ("I would rather talk about something else.", WrittenDefect.NOT_THREE_FILES),
    (f"```go\n{SOLUTION}```\n", WrittenDefect.NOT_THREE_FILES),
    (answer(hidden="package problem\n\n// No tests.\n"), WrittenDefect.MALFORMED),
    (answer(solution="package problem\n\nvar x = 1\n"), WrittenDefect.MALFORMED),
    (answer(solution=SOLUTION.replace("end-start", "end")), WrittenDefect.SOLUTION_FAILS),
    (
        answer(solution=SOLUTION.replace(":= 0", ":= x")),
        WrittenDefect.SOLUTION_FAILS,
    ),
    (answer(hidden=NOTHING), WrittenDefect.STUB_PASSES),
    (answer(hidden=WEAK), WrittenDefect.WEAK_TESTS),
    (copy_of(FRESH[0]), WrittenDefect.NEAR_DUPLICATE),
)


def test_only_a_sound_and_new_problem_is_kept_and_every_refusal_is_counted() -> None:
    texts = [text for text, _ in BAD]
    good = answer()
    script = Script(answers=[(200, chat(text)) for text in [*texts, good, good]] + [(500, b"")] * TRIES)
    with serving(script) as url, Ruler() as ruler:
        writer = EndpointTeacher(url=url, model="small", first_pause_seconds=0.0, private_allowed=True)
        done = write_problems(
            writer, count=2, most_questions=50, name="mine", known=FRESH, judge=RulerJudge(ruler),
            mutants_of=lambda problems: generate(mutant_writer(load_settings()), problems),
        )  # fmt: skip
    (kept,) = done.kept
    assert (kept.content.task_id, kept.content.source) == ("mine/written-0001", "written by small")
    assert kept.content.prompt.endswith("func LongestPlateau(heights []int) int {\n")
    wanted = [reason for _, reason in BAD] + [WrittenDefect.NEAR_DUPLICATE]
    assert done.refused == {reason: wanted.count(reason) for reason in wanted}
    assert done.asked == len(BAD) + 3
    assert f"The teacher small at {url} does not answer" in done.ended
    questions = [str(one["messages"]) for one in script.asked]
    assert "LongestPlateau" not in questions[0]
    assert "LongestPlateau" in questions[-1], "names that are taken are told"


def test_an_answer_without_text_is_counted_and_asking_goes_on() -> None:
    nothing = json.dumps({"choices": [{"message": {"content": None}}]}).encode()
    with serving(Script(answers=[(200, nothing), (200, chat("no"))])) as url, Ruler() as ruler:
        writer = EndpointTeacher(url=url, model="small", private_allowed=True)
        done = write_problems(
            writer,
            count=1,
            most_questions=2,
            name="mine",
            known=(),
            judge=RulerJudge(ruler),
            mutants_of=lambda _: {},
        )
    assert done.kept == []
    assert done.refused == {WrittenDefect.NO_ANSWER: 1, WrittenDefect.NOT_THREE_FILES: 1}


def test_an_answer_is_read_into_a_problem() -> None:
    found = read_answer(f"Here it is.\n{answer()}", "mine", 7)
    assert isinstance(found, ProblemContent)
    assert (found.task_id, found.entry_point) == ("mine/written-0007", "LongestPlateau")
    assert found.description.startswith("LongestPlateau returns the length")


def test_the_command_keeps_a_problem_and_says_who_wrote_it(
    tekhne: "Callable[..., subprocess.CompletedProcess[str]]",
) -> None:
    script = Script(answers=[(200, chat("prose")), (200, chat(answer()))])
    with serving(script) as url:
        options = ("--url", url, "--model", "small", "--name", "mine")
        done = tekhne(
            "problems", "write", *options, "--count", "1", "--json", TEKHNE_PRIVATE_ENDPOINTS="1", timeout=300
        )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told == {
        "name": "mine", "writer": "small", "problems": 1, "questions": 2,
        "refused": {WrittenDefect.NOT_THREE_FILES.value: 1},
    }  # fmt: skip
    store: Store = open_store(load_settings().store_url)
    try:
        with store.reader() as session:
            assert session.scalar(select(ProblemSet.source).where(ProblemSet.name == "mine")) == (
                "written by small, confirmed by the ruler"
            )
            row = session.scalars(select(GeneratedProblem)).one()
            assert (row.family, row.difficulty) == ("written by small", "easy")
            # A model may write down what it has read: the day of writing is no date of the problem.
            assert session.get_one(Problem, row.problem_id).date is None
    finally:
        store.close()
    again = tekhne("problems", "write", *options, "--count", "1", timeout=300)
    assert (again.returncode, "mine is a problem set already: choose another name" in again.stderr) == (2, True)
    for teacher, reason in (
        (("--teacher", "canonical"), "writes no problems: name another teacher"),
        (("--teacher", "nobody"), "There is no teacher nobody: choose one of"),
        (("--teacher", "endpoint"), "needs --url and --model"),
        (("--teacher", "base"), "needs --model"),
    ):
        refused = tekhne("problems", "write", "--name", "other", *teacher, timeout=300)
        assert (refused.returncode, reason in " ".join(refused.stderr.split())) == (2, True), refused.stderr


def test_the_local_bases_answer_is_text() -> None:
    from worker.demo import BASE
    from worker.teachers.teacher import QuestionAnswerer, TeacherOptions, open_teacher

    teacher = open_teacher("base", TeacherOptions(model=str(BASE)))
    assert isinstance(teacher, QuestionAnswerer)
    assert isinstance(teacher.ask("func F() int {").text, str)
    teacher.engine.close()  # type: ignore[attr-defined]
