"""Twins of a few problems: the same task in other words, confirmed by real Go, the same bytes from the same seed."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from models import Problem, Store
from models.enums import Harness
from settings import load_settings
from worker.mutants import mutant_writer
from worker.problem_sets import ProblemContent, ProblemSetContent
from worker.problem_sets.formats.tekhne import write
from worker.problem_sets.storing import find_problem_set, put_problem_set
from worker.ruler import Ruler
from worker.twins.making import TwinSet, TwinTools, make_twins
from worker.twins.naming import renamed_prose
from worker.twins.reading import TwinError, read_problems, twin_reader
from worker.twins.writing import twin_of
from worker.verdicts.judging import MUTANT_LIMITS, RulerJudge

pytestmark = pytest.mark.go

SETUP = 'package main\n\nimport (\n\t"testing"\n\n\t"github.com/stretchr/testify/assert"\n)\n'
PROMPT = """// half of a number
func half(n int) int {
	return n / 2
}

// Returns the sum of all numbers in lst that are larger than a given threshold, such as half a dozen.
// >>> SumAbove([1, 7, 9], 6)
// 16
// >>> SumAbove([], 6)
// 0
func SumAbove(lst []int, threshold int) int {
"""
SOLUTION = """	result := 0
	for _, x := range lst {
		if x > threshold {
			result += half(2 * x)
		}
	}
	return result
}
"""
HIDDEN = """func TestSumAbove(t *testing.T) {
	assert.Equal(t, 16, SumAbove([]int{1, 7, 9}, 6))
	assert.Equal(t, 90, SumAbove([]int{50, 3, 40, 12}, 12))
	assert.Equal(t, 0, SumAbove([]int{}, 2))
	assert.Equal(t, 0, SumAbove([]int{5}, 5))
}
"""
GOOD = ProblemContent(
    task_id="T/good",
    entry_point="SumAbove",
    description="Returns the sum of all numbers in lst that are larger than a given threshold.",
    prompt=PROMPT,
    declaration="func SumAbove(lst []int, threshold int) int {",
    imports="",
    canonical_solution=SOLUTION,
    harness=Harness.GO_TEST,
    test_setup=SETUP,
    example_tests="func TestExample(t *testing.T) {\n\tassert.Equal(t, 16, SumAbove([]int{1, 7, 9}, 6))\n}\n",
    hidden_tests=HIDDEN,
)
WRONG = replace(GOOD, task_id="T/wrong", canonical_solution="\treturn 5\n}\n")
BARE = replace(GOOD, task_id="T/bare", canonical_solution=None)
SET = ProblemSetContent(name="few", problems=(GOOD, WRONG, BARE))


@pytest.fixture(scope="module")
def tools() -> Iterator[TwinTools]:
    settings = load_settings()
    with ExitStack() as stack:
        yield TwinTools(
            reader=twin_reader(settings),
            mutant_writer=mutant_writer(settings),
            judge=RulerJudge(stack.enter_context(Ruler())),
            mutant_judge=RulerJudge(stack.enter_context(Ruler(limits=MUTANT_LIMITS))),
        )


@pytest.fixture(scope="module")
def made(tools: TwinTools) -> TwinSet:
    return make_twins(SET, 1, tools)


@pytest.fixture(scope="module")
def twin(made: TwinSet) -> ProblemContent:
    (found,) = made.content.problems
    return found


def test_every_name_that_the_problem_declares_is_another_one(twin: ProblemContent) -> None:
    assert twin.entry_point == "TotalOver"
    assert "func TotalOver(seq []int, bound int) int {" in twin.prompt
    assert twin.declaration == "func TotalOver(seq []int, bound int) int {"
    for text in (twin.prompt, twin.canonical_solution or "", twin.hidden_tests):
        for name in ("SumAbove", "lst", "threshold", "half(", "result :="):
            assert name not in text
    assert "func TestTotalOver(" in twin.hidden_tests


def test_prose_keeps_its_meaning_and_words_that_are_no_names(twin: ProblemContent) -> None:
    expected = "Return the sum of all numbers in seq that are larger than a given bound, such as half a dozen."
    assert f"// {expected}" in twin.prompt
    assert "// half of a number" in twin.prompt
    assert twin.description == "Return the sum of all numbers in seq that are larger than a given bound."


def test_nothing_of_the_old_name_is_left_and_a_sentence_says_what_stands_for_the_words_of_the_prose(
    tools: TwinTools,
) -> None:
    prompt = """// ClockFace turns hours and minutes of a clock into an angle, and adds hours*30 to it.
//
//	ClockFace(3, 0) = 90
func ClockFace(hours, minutes int) int {
"""
    problem = replace(
        GOOD, task_id="T/clock", prompt=prompt, entry_point="ClockFace", example_tests=None,
        description=prompt.partition("\nfunc")[0].replace("//", ""),
        declaration="func ClockFace(hours, minutes int) int {\n",
        canonical_solution="\treturn hours*30 + minutes/2\n}\n",
        hidden_tests="func TestClock(t *testing.T) {\n\tassert.Equal(t, 97, ClockFace(3, 14))\n}\n",
    )  # fmt: skip
    (found,) = make_twins(ProblemSetContent(name="one", problems=(problem,)), 1, tools).content.problems
    entry = found.entry_point
    assert entry is not None
    assert "Clock" not in entry
    assert "Face" not in entry
    assert found.prompt.startswith(
        f"// Implement {entry}, which turns hours and minutes of a clock into an angle, "
    )
    assert "// In the code, hours is called h and minutes is called m.\n" in found.prompt
    assert found.declaration == f"func {entry}(h, m int) int {{\n"
    assert found.description.endswith("In the code, hours is called h and minutes is called m.")
    assert found.canonical_solution == "\treturn h*30 + m/2\n}\n"


def test_examples_stand_in_another_order_with_their_results(twin: ProblemContent) -> None:
    examples = "// >>> TotalOver([], 6)\n// 0\n// >>> TotalOver([1, 7, 9], 6)\n// 16\n"
    assert examples in twin.prompt


def test_hidden_tests_have_other_constants_and_the_results_of_the_canonical_solution(
    made: TwinSet, twin: ProblemContent
) -> None:
    assert made.with_constants == 1
    assert "[]int{50, 3, 40, 12}" not in twin.hidden_tests
    # What was sorted or equal stays so, and a single number may be a length: it stays.
    assert "assert.Equal(t, 0, TotalOver([]int{}, 2))" in twin.hidden_tests
    assert twin.example_tests is not None
    assert "16, TotalOver([]int{1, 7, 9}, 6)" in twin.example_tests


def test_a_problem_without_a_sound_twin_is_named_with_the_reason(made: TwinSet) -> None:
    assert made.left_out == (
        ("T/wrong", "its own canonical solution gets “assertion”"),
        ("T/bare", "it has no canonical solution"),
    )
    assert made.mutants > 5


def test_the_same_seed_gives_the_same_bytes_and_another_one_other_bytes(tools: TwinTools) -> None:
    (read,) = read_problems(tools.reader, [GOOD])
    first, again, other = (write(twin_of(GOOD, read, seed)) for seed in (1, 1, 2))
    assert first == again != other


def test_an_entry_point_of_one_word_is_called_by_its_new_name_and_nothing_is_said_of_the_solutions_own_parameters(
    tools: TwinTools,
) -> None:
    problem = replace(
        GOOD, task_id="T/pipe", entry_point="Pipe", example_tests=None, description="",
        prompt="// Pipe returns twice what comes in, each number by itself and in the order of the inputs.\n"
        "func Pipe(inputs []int) []int {\n",
        declaration="func Pipe(inputs []int) []int {\n",
        canonical_solution="\tdouble := func(in int) int { return 2 * in }\n\tfor i := range inputs {\n"
        "\t\tinputs[i] = double(inputs[i])\n\t}\n\treturn inputs\n}\n",
        hidden_tests="func TestPipe(t *testing.T) {\n\tassert.Equal(t, []int{2}, Pipe([]int{1}))\n}\n",
    )  # fmt: skip
    (read,) = read_problems(tools.reader, [problem])
    found = twin_of(problem, read, 1)
    assert f"// Implement {found.entry_point}, which returns twice what comes in, each" in found.prompt
    assert "Pipe" not in found.prompt
    assert "in is called" not in found.prompt
    assert "In the code, inputs is called" in found.prompt


def test_prose_that_speaks_of_the_function_by_a_plain_word_has_its_new_name() -> None:
    text = "// Write a function Encrypt that takes text. The Function Encrypt is to Encrypt it: Encrypt(text)."
    renamed = (
        "// Write a function Encipher that takes text. The Function Encipher is to Encrypt it: Encipher(text)."
    )
    assert renamed_prose(text, {"Encrypt": "Encipher"}, {"Encrypt": "function"}) == renamed


def test_a_twin_is_dated_like_its_original_before_which_nobody_can_have_read_it(tools: TwinTools) -> None:
    (read,) = read_problems(tools.reader, [GOOD])
    assert twin_of(replace(GOOD, date="2026-10"), read, 1).date == "2026-10"


def test_fields_and_shadowed_packages_keep_their_names(tools: TwinTools) -> None:
    prompt = "// Point is a place.\ntype Point struct {\n\tX int\n}\n\nfunc Move(p Point, len int) int {\n"
    hidden = "func TestMove(t *testing.T) {\n\tassert.Equal(t, 3, Move(Point{X: 1}, 2))\n}\n"
    problem = replace(
        GOOD, prompt=prompt, entry_point="Move", canonical_solution="\treturn Point{X: p.X}.X + len\n}\n",
        hidden_tests=hidden, example_tests=None,
    )  # fmt: skip
    (read,) = read_problems(tools.reader, [problem])
    found = twin_of(problem, read, 1)
    assert "X int" in found.prompt
    assert ".X + len" in (found.canonical_solution or "")
    assert "Point " not in found.prompt.replace("type Point", "")
    made = make_twins(ProblemSetContent(name="one", problems=(problem,)), 1, tools)
    assert len(made.content.problems) == 1


@pytest.mark.parametrize(
    ("problems", "sentence"),
    [
        ((replace(GOOD, twin_of="a" * 64),), "few holds twins already: make twins of few."),
        ((BARE,), "few has no canonical solutions, by which a twin is verified: it can have no twins."),
        (
            (WRONG,),
            "No problem of few gets a sound twin: of the first, T/wrong, its own canonical solution gets “assertion”.",
        ),
    ],
)
def test_what_can_have_no_twins_is_refused_in_one_sentence(
    tools: TwinTools, problems: tuple[ProblemContent, ...], sentence: str
) -> None:
    with pytest.raises(TwinError) as refused:
        make_twins(replace(SET, problems=problems), 1, tools)
    assert str(refused.value) == sentence


def test_the_store_knows_whose_twin_a_problem_is(store: Store, made: TwinSet, twin: ProblemContent) -> None:
    with store.writer() as session:
        put_problem_set(session, SET)
        assert put_problem_set(session, made.content).number == 1
        assert put_problem_set(session, made.content).number == 1
    with store.reader() as session:
        found = find_problem_set(session, "few/twins")
        assert found is not None
        assert found.version_hash == made.content.version_hash
        assert [one.twin_of for one in found.problems] == [GOOD.text_hash]
        row = session.scalars(select(Problem).where(Problem.twin_of == GOOD.text_hash)).one()
        assert row.content_hash == twin.content_hash


def test_the_reader_is_built_once() -> None:
    first, again = twin_reader(load_settings()), twin_reader(load_settings())
    assert first == again
    assert Path(first).name == "twins"
