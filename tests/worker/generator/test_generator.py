"""The generator: one seed gives one set, problems differ, and the ruler confirms those of every family."""

import re
from dataclasses import replace

import pytest

from settings import load_settings
from worker.generator import Draw, DrawnProblem, GeneratorError, family, registered, unregister
from worker.generator.difficulty import Difficulty, difficulty_of, features_of
from worker.generator.drawing import fill
from worker.generator.evaluating import Evaluation, evaluate
from worker.generator.families.pipelines import Chosen
from worker.generator.families.wording import names_in
from worker.generator.generating import MadeSet, generate_set, is_informative, outline, seed_hash
from worker.generator.keeping import stub, verify
from worker.generator.values import Struct, as_json, literal
from worker.generator.writing import write_problem
from worker.overlap import near_duplicates
from worker.overlap.pairs import duplicate_share
from worker.problem_sets import ProblemContent
from worker.problem_sets.formats.tekhne import write
from worker.ruler import Ruler
from worker.toolchain import find_go
from worker.verdicts.judging import RulerJudge

COUNT = 72
"""A few more than there are families."""


@pytest.fixture(scope="module")
def made() -> MadeSet:
    return generate_set(find_go(load_settings().go), "7", COUNT, "generated-7")


@pytest.mark.go
@pytest.mark.slow
def test_the_same_seed_gives_the_same_bytes(made: MadeSet) -> None:
    again = generate_set(find_go(load_settings().go), "7", COUNT, "generated-7")
    assert [write(one) for one in again.content.problems] == [write(one) for one in made.content.problems]


@pytest.mark.go
def test_all_families_give_problems_and_the_ruler_confirms_them(made: MadeSet) -> None:
    families = registered()
    assert len(families) >= 30
    assert {one.family for one in made.problems} == set(families), "families take turns, so each has its share"
    assert {one.theme for one in made.problems} == {theme for theme, _ in families.values()}
    with Ruler() as ruler:
        verify(made, RulerJudge(ruler))


@pytest.mark.go
def test_problems_of_a_set_are_no_near_duplicates(made: MadeSet) -> None:
    assert near_duplicates(made.content.problems) == []
    assert len({one.content.task_id for one in made.problems}) == COUNT


@pytest.mark.slow
def test_problems_of_another_seed_are_new_ones() -> None:
    """Four of each family, about 250 in all, as a set of that size has them."""

    def drawn(seed: str) -> list[ProblemContent]:
        draws = [
            (f"{seed}:{name}:{turn}", family) for name, (_, family) in registered().items() for turn in range(4)
        ]
        return [replace(outline(family(Draw(place))), task_id=place) for place, family in draws]

    first, second = drawn("first"), drawn("second")
    assert duplicate_share(near_duplicates(first, second), len(second)) < 0.05


@pytest.mark.go
@pytest.mark.slow
def test_rules_and_frames_fit_each_other() -> None:
    """Whatever is put together compiles, and no call panics."""
    asked = []
    for name, (_, draw_problem) in registered().items():
        for turn in range(4):
            draw = Draw(f"fit:{name}:{turn}")
            draft = draw_problem(draw)
            asked.append((draft, [*draft.edges, *(draft.arguments(draw) for _ in range(20))]))
    for (draft, _), evaluation in zip(asked, evaluate(find_go(load_settings().go), asked), strict=True):
        assert None not in evaluation.results, draft.source


@pytest.mark.go
@pytest.mark.slow
def test_no_family_dominates_a_large_set() -> None:
    large = generate_set(find_go(load_settings().go), "7", 600, "large")
    most, _ = max((number, name) for name, number in large.counts()["families"].items())
    assert most <= 0.08 * 600


@pytest.mark.go
def test_a_problem_reads_like_one_that_a_person_wrote(made: MadeSet) -> None:
    for one in made.problems:
        problem = one.content
        assert problem.entry_point
        comment, _, signature = problem.prompt.rpartition("\nfunc ")
        assert signature.startswith(problem.entry_point), problem.task_id
        assert re.search(rf"^// {problem.entry_point} \w+", comment, re.MULTILINE), problem.task_id
        assert f"// {problem.entry_point}(" in comment, problem.task_id
        assert "$" not in problem.prompt + (problem.canonical_solution or ""), problem.task_id
        assert problem.example_tests
        assert problem.hidden_tests.count("assert.") >= 10, problem.task_id


@pytest.mark.go
def test_levels_of_difficulty_are_all_there_and_follow_from_the_features(made: MadeSet) -> None:
    assert {one.difficulty for one in made.problems} == set(Difficulty)
    assert all(one.difficulty is difficulty_of(one.features) for one in made.problems)


@pytest.mark.go
def test_a_wrong_problem_is_refused_and_named(made: MadeSet) -> None:
    first = made.problems[0]
    wrong = replace(first.content, canonical_solution=stub(first.content))
    with (
        Ruler() as ruler,
        pytest.raises(GeneratorError, match=f"does not confirm {first.content.task_id}: nothing"),
    ):
        verify(replace(made, problems=(replace(first, content=wrong),)), RulerJudge(ruler))


def counting(draw: Draw) -> DrawnProblem:
    k = draw.number(2, 5)
    return DrawnProblem(
        name="CountAbove",
        task=[f"CountAbove returns how many values are greater than {k}."],
        parameters="values []int",
        result="int",
        body=fill(
            "count := 0\nfor _, v := range values {\n    if v > $k {\n        count++\n    }\n}\nreturn count", k=k
        ),
        arguments=lambda draw: (draw.ints(0, 9),),
        edges=[([],)],
    )


@pytest.mark.go
def test_a_draft_becomes_a_problem_with_results_from_running_it() -> None:
    draft = counting(Draw("one"))
    calls = [([],), ([9, 9],), ([0, 9],), ([9, 9, 9],)]
    (evaluation,) = evaluate(find_go(load_settings().go), [(draft, calls)])
    assert evaluation.results == (("0",), ("2",), ("1",), ("3",))
    problem = write_problem(draft, calls, evaluation, prefix="p", slug="s")
    assert "// CountAbove([]int{0, 9}) = 1\n" in problem.prompt
    assert problem.prompt.endswith("func CountAbove(values []int) int {\n")
    assert problem.canonical_solution == evaluation.source.partition("int {\n")[2]
    assert "assert.Equal(t, 0, CountAbove([]int{}))" in problem.hidden_tests


@pytest.mark.go
def test_a_call_that_panics_has_no_result_and_makes_its_draft_useless() -> None:
    draft = DrawnProblem(
        name="First", task=["First returns the first value."], parameters="values []int", result="int",
        body="return values[0]", arguments=lambda draw: (draw.ints(0, 9),),
    )  # fmt: skip
    (evaluation,) = evaluate(find_go(load_settings().go), [(draft, [([],), ([4],)])])
    assert evaluation.results == (None, ("4",))
    assert not is_informative(evaluation)


def test_results_that_hardly_differ_are_uninformative() -> None:
    same = Evaluation(source="", results=(("0",),) * 30 + (("1",),) * 4)
    spread = Evaluation(source="", results=tuple((str(n % 6),) for n in range(30)))
    truth = Evaluation(source="", results=tuple(("true" if n % 2 else "false",) for n in range(30)))
    assert [is_informative(one) for one in (same, spread, truth)] == [False, True, True]


def test_a_family_is_registered_once_and_under_its_name() -> None:
    family("test")(counting)
    try:
        assert registered()["counting"] == ("test", counting)
        with pytest.raises(ValueError, match="'counting' is registered already"):
            family("test")(counting)
    finally:
        unregister("counting")
    assert "counting" not in registered()


def test_the_same_draw_gives_the_same_draft() -> None:
    for name, (_, draw) in registered().items():
        first, second = draw(Draw(name)), draw(Draw(name))
        assert (first.task, first.source, first.parameters) == (second.task, second.source, second.parameters)
        assert first.arguments(Draw("a")) == second.arguments(Draw("a"))


def test_a_pipeline_always_reads_its_numbers() -> None:
    """Go refuses a program that does not, and with it the whole set."""
    for number in range(1_500):
        assert "v" in names_in(Chosen(Draw(str(number)), on_list=False).each)


def test_a_result_speaks_of_what_remains_only_where_a_filter_left_something_out() -> None:
    for number in range(400):
        chosen = Chosen(Draw(str(number)))
        # A remainder on division is another thing.
        said = re.search(r"\bremain(s|ing)?\b", chosen.result_phrase)
        assert not said or any(kind == "f" for kind, _ in chosen.steps), chosen.result_phrase


def test_arguments_are_written_as_go_and_as_json() -> None:
    point = Struct(name="Point", fields=[("X", "int"), ("Names", "[]string")])
    value = [(1, ["a"]), (2, [])]
    assert literal(value, "[]Point", [point]) == '[]Point{{1, []string{"a"}}, {2, []string{}}}'
    assert as_json(value, "[]Point", [point]) == [{"X": 1, "Names": ["a"]}, {"X": 2, "Names": []}]
    assert literal({"b": 1, "a": 2}, "map[string]int", []) == 'map[string]int{"a": 2, "b": 1}'
    assert literal('x\n"', "string", []) == '"x\\n\\""'


def test_lines_of_a_template_keep_their_indentation_and_missing_ones_go() -> None:
    text = fill("for {\n    $body\n    $none\n}", body="if x {\n    y\n}", none="")
    assert [line for line in text.splitlines() if line.strip()] == [
        "for {",
        "    if x {",
        "        y",
        "    }",
        "}",
    ]


def test_a_stub_returns_zero_values() -> None:
    from worker.problem_sets.own_sets import load_own_set

    problem = replace(load_own_set("fresh").problems[0], declaration="func F(f func(int) bool) (int, bool) {\n")
    assert stub(problem) == "\tvar result0 int\n\tvar result1 bool\n\treturn result0, result1\n}\n"


def test_harder_solutions_have_higher_scores() -> None:
    easy = counting(Draw("one"))
    hard = registered()["dependency_order"][1](Draw("one"))
    assert features_of(easy).score < features_of(hard).score
    assert difficulty_of(features_of(easy)) is Difficulty.EASY


def test_the_hash_of_a_seed_is_its_sha_256() -> None:
    assert seed_hash("7") == "7902699be42c8a8e46fbbb4501726517e86b22c56a189f7625a6da49081b2451"
