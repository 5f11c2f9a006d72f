"""What counts as a test, and when a suite passes: as under `go test`."""

from collections.abc import Callable

import pytest

from models.enums import Harness, Stage, Verdict
from worker.ruler import Judgement, Tests

pytestmark = pytest.mark.go
Judge = Callable[..., Judgement]
RIGHT = "\treturn 2 * n\n}\n"
WRONG = "\treturn n * n\n}\n"


def suite(code: str, *imports: str) -> Tests:
    header = "".join(f'import "{path}"\n' for path in ("testing", *imports))
    return Tests(harness=Harness.GO_TEST, setup=f"package main\n\n{header}", source=code)


EXAMPLE = suite("func ExampleDouble() {\n\tfmt.Println(Double(4))\n\t// Output: 8\n}\n", "fmt")
UNORDERED = suite(
    "func ExampleDouble() {\n\tfmt.Println(Double(4))\n\tfmt.Println(0)\n\t// Unordered output:\n\t// 0\n\t// 8\n}\n",
    "fmt",
)
FUZZ = suite(
    "func FuzzDouble(f *testing.F) {\n\tf.Add(4)\n\tf.Fuzz(func(t *testing.T, n int) {\n"
    "\t\tif Double(n) != n+n {\n\t\t\tt.Fatal(n)\n\t\t}\n\t})\n}\n"
)
CHECK = "func TestDouble(t *testing.T) {\n\tif Double(4) != 8 {\n\t\tt.Fatal()\n\t}\n}\n"


@pytest.mark.parametrize("tests", [EXAMPLE, UNORDERED, FUZZ])
def test_an_example_or_a_fuzz_functions_seeds_are_a_test_by_themselves(judge: Judge, tests: Tests) -> None:
    right, wrong = judge(RIGHT, tests).fixed, judge(WRONG, tests).fixed
    assert right.verdict is Verdict.PASSED, right.message
    assert right.tests_completed == right.tests_named != ()
    assert wrong.verdict is Verdict.ASSERTION, wrong.message


def test_an_example_without_output_is_not_run(judge: Judge) -> None:
    result = judge(RIGHT, suite("func ExampleDouble() {\n\tpanic(Double(4))\n}\n" + CHECK)).fixed
    assert result.verdict is Verdict.PASSED, result.message
    assert result.tests_named == ("TestDouble",)


def test_a_seed_of_another_type_fails_as_under_go_test(judge: Judge) -> None:
    code = (
        'func FuzzDouble(f *testing.F) {\n\tadd := f.Add\n\tadd("4")\n\tf.Fuzz(func(t *testing.T, n int) {})\n}\n'
    )
    result = judge(RIGHT, suite(code)).fixed
    assert result.verdict is Verdict.ASSERTION
    assert "mismatched types in corpus entry: [string], want [int]" in result.message


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        ("os.Exit(m.Run())", Verdict.PASSED),
        ("m.Run()", Verdict.PASSED),
        ("ready = true\n\tcode := m.Run()\n\tready = false\n\tos.Exit(code)", Verdict.PASSED),
        ("m.Run()\n\tos.Exit(3)", Verdict.ASSERTION),
        ("os.Exit(1)", Verdict.ASSERTION),
        ("os.Exit(0)", Verdict.VACUOUS),
        ("", Verdict.VACUOUS),
        ('m.Run()\n\tpanic("no")', Verdict.PANIC),
    ],
)
def test_the_exit_code_of_the_tests_own_main_counts(judge: Judge, code: str, verdict: Verdict) -> None:
    main = f"var ready bool\n\nfunc TestMain(m *testing.M) {{\n\t{code}\n}}\n\nvar _ = os.Exit\n"
    result = judge(RIGHT, suite(main + CHECK, "os")).fixed
    assert result.verdict is verdict, result.message
    wrong = judge(WRONG.replace("n * n", "n"), suite(main + CHECK, "os")).fixed
    assert wrong.verdict is not Verdict.PASSED


SKIPS = "func TestLater(t *testing.T) {\n\tt.Skip(Double(1))\n}\n"


def test_a_test_that_skips_itself_counts_beside_one_that_passes(judge: Judge) -> None:
    right = judge(RIGHT, suite(SKIPS + CHECK)).fixed
    assert right.verdict is Verdict.PASSED, right.message
    assert right.tests_completed == right.tests_named == ("TestLater", "TestDouble")
    assert judge(WRONG.replace("n * n", "n"), suite(SKIPS + CHECK)).fixed.verdict is Verdict.ASSERTION
    alone = judge(RIGHT, suite(SKIPS)).fixed
    assert alone.verdict is Verdict.VACUOUS
    assert "Every test skipped itself." in alone.message


def test_a_set_up_of_the_tests_main_is_there_when_they_run(judge: Judge) -> None:
    main = "var want int\n\nfunc TestMain(m *testing.M) {\n\twant = 8\n\tos.Exit(m.Run())\n}\n"
    test = "func TestDouble(t *testing.T) {\n\tif Double(4) != want {\n\t\tt.Fatal()\n\t}\n}\n"
    assert judge(RIGHT, suite(main + test, "os")).fixed.verdict is Verdict.PASSED
    assert judge(WRONG, suite(main + test, "os")).fixed.verdict is Verdict.ASSERTION


def test_what_is_dropped_is_known_by_its_place_in_characters(judge: Judge) -> None:
    answer = "<think>Größe\udce9 ü\n</think>\nDas geht so:\n```go\n" + RIGHT + "```\nFür Größen.<|im_end|>"
    judgement = judge(answer)
    assert judgement.fixed.verdict is Verdict.PASSED, judgement.fixed.message
    pieces = {one.what: answer[one.start : one.end] for one in judgement.assembly.dropped}
    assert pieces["thought"] == "<think>Größe\udce9 ü\n</think>"
    assert pieces["special token"] == "<|im_end|>"
    assert {"Das geht so:", "Für Größen."} == {
        answer[one.start : one.end] for one in judgement.assembly.dropped if one.what == "text"
    }


def test_tests_of_the_answers_own_are_dropped_and_named(judge: Judge) -> None:
    own = (
        'package main\n\nimport (\n\t"fmt"\n\t"os"\n\t"testing"\n)\n\nfunc Double(n int) int {\n\treturn 2 * n\n}\n\n'
        "func TestMine(t *testing.T) {\n\tt.Fatal()\n}\n\n"
        "func ExampleDouble_two() {\n\tfmt.Println(1)\n\t// Output: 2\n}\n"
        "func TestMain(m *testing.M) {\n\tos.Exit(0)\n}\n"
    )
    judgement = judge(own)
    assert judgement.fixed.verdict is Verdict.PASSED, judgement.fixed.message
    assert judgement.fixed.tests_named == ("TestDouble",)
    assert [(one.what, one.text, one.line) for one in judgement.assembly.dropped] == [
        ("test", "TestMine", 13),
        ("example", "ExampleDouble_two", 17),
        ("TestMain", "TestMain", 21),
    ]


@pytest.mark.parametrize(
    ("function", "why"),
    [
        ("func TestTwice(n int) {}", "TestTwice, must be: func TestTwice(t *testing.T)"),
        ("func TestTwice() {}", "TestTwice, must be: func TestTwice(t *testing.T)"),
        ("func TestTwice(t *testing.T) bool { return true }", "TestTwice, must be: func TestTwice(t *testing.T)"),
        ("func TestTwice[N any](t *testing.T) {}", "TestTwice, test functions cannot have type parameters"),
        ("func BenchmarkTwice(t *testing.T) {}", "BenchmarkTwice, must be: func BenchmarkTwice(b *testing.B)"),
        ("func FuzzTwice(t *testing.T) {}", "FuzzTwice, must be: func FuzzTwice(f *testing.F)"),
        ("func TestMain(n int) {}", "TestMain, must be: func TestMain(m *testing.M)"),
    ],
)
def test_a_wrong_signature_is_the_sets_own_build_failure(judge: Judge, function: str, why: str) -> None:
    result = judge(RIGHT, suite(f"{CHECK}\n{function}\n")).fixed
    assert (result.verdict, result.stage) == (Verdict.TYPE, Stage.CHECK)
    assert result.message == f"candidate_test.go:10:1: wrong signature for {why}"
    assert result.line is None


def test_the_answers_own_function_with_the_name_of_a_test_is_a_function(judge: Judge) -> None:
    own = "\treturn TestTwice(n)\n}\n\nfunc TestTwice(n int) int {\n\treturn 2 * n\n}\n"
    result = judge(own).fixed
    assert result.verdict is Verdict.PASSED, result.message
    assert result.tests_named == ("TestDouble",)


def test_a_call_of_exit_during_the_tests_shows_nothing(judge: Judge) -> None:
    result = judge("\tos.Exit(0)\n\treturn 8\n}\n").fixed
    assert result.verdict is Verdict.VACUOUS
    assert "unexpected call to os.Exit(0) during test" in result.message


def test_the_young_predeclared_names_are_judged_as_go_would(judge: Judge) -> None:
    helper = f"{RIGHT}\nfunc max(a, b int) int {{\n\tif a > b {{\n\t\treturn a\n\t}}\n\treturn b\n}}\n"
    tests = suite("func TestDouble(t *testing.T) {\n\tif max(Double(4), 0) != 8 {\n\t\tt.Fatal()\n\t}\n}\n")
    assert judge(helper, tests).fixed.verdict is Verdict.PASSED


def test_an_import_without_a_name_belongs_to_the_file_that_uses_it(judge: Judge) -> None:
    code = "func TestDouble(t *T) {\n\tif Double(4) != 8 {\n\t\tt.Fatal()\n\t}\n}\n"
    tests = Tests(harness=Harness.GO_TEST, setup='package main\n\nimport . "testing"\n', source=code)
    prompt = 'import . "strings"\n\nvar up = ToUpper("x")\n\nfunc Double(n int) int {\n'
    for answer, verdict in ((RIGHT, Verdict.PASSED), (WRONG, Verdict.ASSERTION)):
        result = judge(answer, tests, prompt).fixed
        assert result.verdict is verdict, result.message
