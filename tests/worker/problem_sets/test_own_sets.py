"""A folder of Go files becomes a problem in HumanEval-X's shape, and the installed sets keep that form."""

from pathlib import Path

import pytest

from worker.problem_sets.errors import OwnProblemError
from worker.problem_sets.own_sets import ProblemFolder, load_folder, load_own_set, read_problem

SOLUTION = """package sums

import (
	"sort"
	"strings"
	r "math/rand"
	"time"
)

// Span is a stretch of time.
type Span struct {
	Start time.Duration
}

// Longest joins the names of spans, // longest first.
// It never reads strings.Builder from here.
func Longest(spans []Span, source *r.Rand) string {
	sort.Slice(spans, func(i, j int) bool { return spans[i].Start > spans[j].Start })
	return join(spans)
}

func join(spans []Span) string {
	return strings.Repeat("x", len(spans))
}
"""
EXAMPLE = 'package sums\n\nimport "testing"\n\nfunc TestLongestExample(t *testing.T) {}\n'
HIDDEN = (
    'package sums\n\nimport (\n\t"reflect"\n\t"testing"\n)\n\n'
    "func TestLongest(t *testing.T) { reflect.ValueOf(1) }\n"
)
FOLDER = ProblemFolder(slug="longest", solution=SOLUTION, example=EXAMPLE, hidden=HIDDEN)


def test_prompt_and_solution_together_are_the_file_without_its_header() -> None:
    problem = read_problem(FOLDER, "seen")
    assert problem.canonical_solution is not None
    without_imports = problem.prompt.removeprefix(problem.imports).lstrip("\n")
    assert without_imports + problem.canonical_solution == SOLUTION[SOLUTION.index("// Span") :]


def test_the_prompt_keeps_only_imports_that_types_and_signature_need() -> None:
    problem = read_problem(FOLDER, "seen")
    assert problem.imports == 'import (\n\tr "math/rand"\n\t"time"\n)\n'
    assert problem.prompt.endswith("func Longest(spans []Span, source *r.Rand) string {\n")


def test_names_description_and_set_up_come_from_the_files() -> None:
    problem = read_problem(FOLDER, "seen")
    assert (problem.task_id, problem.entry_point) == ("seen/longest", "Longest")
    assert problem.description.startswith("Longest joins the names of spans, // longest first.\nIt never")
    assert problem.test_setup == 'package main\n\nimport (\n\t"reflect"\n\t"testing"\n)\n'
    assert problem.example_tests == "func TestLongestExample(t *testing.T) {}\n"
    assert problem.hidden_tests.startswith("func TestLongest(")


@pytest.mark.parametrize(
    ("folder", "reason"),
    [
        (ProblemFolder(slug="a", solution="package a\n", example=EXAMPLE, hidden=HIDDEN), "declares no function"),
        (
            ProblemFolder(
                slug="a", solution="package a\n\nfunc A(\n\tn int,\n) int {\n", example=EXAMPLE, hidden=HIDDEN
            ),
            "must stand on one line",
        ),
        (
            ProblemFolder(slug="a", solution=SOLUTION, example="package a\n", hidden=HIDDEN),
            "holds no function named Test",
        ),
    ],
)
def test_a_folder_that_breaks_the_form_is_refused_by_name(folder: ProblemFolder, reason: str) -> None:
    with pytest.raises(OwnProblemError, match=reason):
        read_problem(folder, "seen")


def test_a_folder_without_hidden_tests_is_refused(tmp_path: Path) -> None:
    (tmp_path / "lonely").mkdir()
    (tmp_path / "lonely" / "problem.go").write_text(SOLUTION, encoding="utf-8")
    with pytest.raises(OwnProblemError, match=r"'lonely' has no example_test\.go"):
        load_folder(tmp_path, "seen", "some")


def test_an_unknown_set_is_refused_with_the_choice() -> None:
    with pytest.raises(OwnProblemError, match="choose one of seen, fresh"):
        load_own_set("stale")


@pytest.mark.parametrize(("which", "at_least"), [("seen", 60), ("fresh", 40)])
def test_the_installed_sets_are_complete_and_every_problem_is_described(which: str, at_least: int) -> None:
    found = load_own_set(which)
    assert len(found.problems) >= at_least
    assert len({problem.entry_point for problem in found.problems}) == len(found.problems)
    for problem in found.problems:
        assert problem.description, problem.task_id
        assert problem.entry_point is not None
        assert problem.entry_point in problem.hidden_tests
        assert problem.entry_point in (problem.example_tests or "")
