"""The Go program makes exactly the edits it names, only inside the solution, and the same ones every time."""

from pathlib import Path

import pytest

from models.enums import Harness
from worker.mutants import Mutant, MutationOperator, generate
from worker.problem_sets import ProblemContent
from worker.problem_sets.importing import import_problem_set

PROMPT = (
    'import (\n\t"strings"\n)\n\nfunc guard(n int) bool { return n > 7 }\n\n'
    "func F(values []int, text string) int {\n"
)


def mutants_of(writer: Path, solution: str, prompt: str = PROMPT) -> list[Mutant]:
    problem = ProblemContent(
        task_id="p",
        entry_point="F",
        description="",
        prompt=prompt,
        declaration="",
        imports="",
        canonical_solution=solution,
        harness=Harness.GO_TEST,
        test_setup="",
        example_tests=None,
        hidden_tests="func TestF(t *testing.T) {}",
    )
    return generate(writer, [problem])["p"]


def edits(mutants: list[Mutant]) -> set[tuple[str, str, str]]:
    return {(each.operator.value, each.original, each.replacement) for each in mutants}


def test_every_operator_is_applied(mutant_writer: Path) -> None:
    found = mutants_of(
        mutant_writer, "\tif len(values) < 3 {\n\t\tvalues[0] = 1\n\t}\n\treturn len(values) + 2\n}\n"
    )
    assert {each.operator for each in found} == set(MutationOperator)
    assert edits(found) >= {
        ("off_by_one", "<", "<="),
        ("wrong_operator", "<", ">"),
        ("negated_condition", "len(values) < 3", "!(len(values) < 3)"),
        ("changed_constant", "3", "4"),
        ("removed_statement", "values[0] = 1", ""),
        ("removed_return", "return len(values) + 2", "return *new(int)"),
        ("wrong_operator", "+", "-"),
    }


def test_the_prompt_is_never_touched(mutant_writer: Path) -> None:
    assert mutants_of(mutant_writer, "\treturn 0\n}\n") == mutants_of(
        mutant_writer, "\treturn 0\n}\n", prompt="package main\n\n" + PROMPT
    )
    assert all(each.original != "7" for each in mutants_of(mutant_writer, "\treturn 0\n}\n"))


def test_a_mutant_differs_from_the_solution_in_its_one_edit(mutant_writer: Path) -> None:
    solution = "\tx := 1\n\tx += 2\n\treturn x * len(text)\n}\n"
    for each in mutants_of(mutant_writer, solution):
        line = solution.splitlines()[each.line - 1]
        assert each.original.splitlines()[0] in line
        assert each.solution != solution
        assert len(each.solution) == len(solution) - len(each.original.encode()) + len(each.replacement.encode())


def test_zero_values_are_returned_whatever_the_types(mutant_writer: Path) -> None:
    prompt = "func F(n int) (pairs map[string][]int, ok bool, err error) {\n"
    solution = "\tg := func() (a, b int) { return n, n }\n\tg()\n\treturn nil, true, nil\n}\n"
    found = {each.replacement for each in mutants_of(mutant_writer, solution, prompt) if "return" in each.original}
    assert "return *new(map[string][]int), *new(bool), *new(error)" in found
    assert "return *new(int), *new(int)" in found


@pytest.mark.parametrize(
    ("solution", "reason"),
    [
        (
            "\tbest := 0\n\tif values[0] > best {\n\t\tbest = values[0]\n\t}\n\treturn best\n}\n",
            "one of two equal",
        ),
        ("\tn := 1\n\tif n < 0 {\n\t\tn = -n\n\t}\n\treturn n\n}\n", "negates zero"),
        ("\ta, b := 1, 2\n\tif a > b {\n\t\ta, b = b, a\n\t}\n\treturn a\n}\n", "swaps two equal"),
        ("\ta, b := 1, 2\n\tif a > b {\n\t\treturn a\n\t}\n\treturn b\n}\n", "returns one of two equal"),
    ],
)
def test_what_provably_computes_the_same_says_why(mutant_writer: Path, solution: str, reason: str) -> None:
    found = [each for each in mutants_of(mutant_writer, solution) if each.equivalent]
    assert [each.operator for each in found] == [MutationOperator.OFF_BY_ONE]
    assert reason in found[0].equivalent


def test_a_comparison_whose_boundary_matters_is_not_called_the_same(mutant_writer: Path) -> None:
    solution = "\tbest, at := 0, 0\n\tif values[0] > best {\n\t\tat = 1\n\t}\n\treturn at + best\n}\n"
    assert not any(each.equivalent for each in mutants_of(mutant_writer, solution))


def test_capacities_and_imports_are_left_alone(mutant_writer: Path) -> None:
    found = edits(
        mutants_of(
            mutant_writer, "\ts := make([]int, 0, 8+1)\n\tm := make(map[int]int, 9)\n\treturn len(s) + len(m)\n}\n"
        )
    )
    assert not {original for _, original, _ in found} & {"8", "9", '"strings"'}


def test_a_solution_that_does_not_parse_has_no_mutants(mutant_writer: Path) -> None:
    assert mutants_of(mutant_writer, "\treturn (\n") == []


def test_humaneval_x_gives_the_same_mutants_on_every_run(mutant_writer: Path, shared_data: Path) -> None:
    problems = import_problem_set(str(shared_data / "humaneval_x_go.jsonl.gz")).problems
    first, second = generate(mutant_writer, problems), generate(mutant_writer, problems)
    assert first == second
    assert len(first) == 164
    assert all(first.values())
