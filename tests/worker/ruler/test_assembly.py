"""Completions as models write them, each judged for real: which shape is recognised, what is noted, and that a right
answer passes however it is wrapped."""

from collections.abc import Callable

import pytest

from models.enums import Harness, Shape, Verdict
from worker.ruler import Judgement, Tests

pytestmark = pytest.mark.go
Judge = Callable[..., Judgement]

BODY = "\treturn 2 * n\n}\n"
FUNCTION = f"func Double(n int) int {{\n{BODY}"
FENCE = "```"
RIGHT = {
    "a body": (Shape.BODY, BODY),
    "a body without its last newline": (Shape.BODY, "\treturn 2 * n\n}"),
    "a body that goes on in the signature's line": (Shape.BODY, " return 2 * n }"),
    "a function": (Shape.FUNCTION, FUNCTION),
    "a function after a comment": (Shape.FUNCTION, f"// Double doubles.\n{FUNCTION}"),
    "a file": (Shape.FILE, f"package main\n\n{FUNCTION}"),
    "a file of another package": (Shape.FILE, f"package solution\n\n{FUNCTION}"),
    "a file with a main of its own": (
        Shape.FILE,
        f"package main\n\n{FUNCTION}\nfunc main() {{ println(Double(2)) }}\n",
    ),
    "a fenced file": (Shape.FILE, f"{FENCE}go\npackage main\n\n{FUNCTION}{FENCE}\n"),
    "a fenced function in prose": (
        Shape.FUNCTION,
        f"Sure! Here's the function, it isn't hard:\n\n{FENCE}go\n{FUNCTION}{FENCE}\n\nIt doubles `n` {{}}.\n",
    ),
    "a fence that is never closed": (Shape.FUNCTION, f"{FENCE}golang\n{FUNCTION}"),
    "a fence among others": (
        Shape.FUNCTION,
        f"{FENCE}bash\ngo run {{\n{FENCE}\nThen:\n{FENCE}go\n{FUNCTION}{FENCE}\n{FENCE}text\n4\n{FENCE}\n",
    ),
    "a fenced body": (Shape.BODY, f"{FENCE}go\n{BODY}{FENCE}\n"),
    "a body closed by the prompt's fence": (Shape.BODY, f"{BODY}{FENCE}\n\nThis returns twice n.\n"),
    "prose before a function, unfenced": (Shape.FUNCTION, f"Here is the code, it's short:\n\n{FUNCTION}"),
    "prose after a body": (Shape.BODY, f"{BODY}\nThis function doesn't fail.\n"),
    "nested braces and literals": (
        Shape.BODY,
        "\tm := map[string]struct{ a []int }{\"}\": {a: []int{n, n}}}\n\tr := '}'\n\t_ = r\n\t/* } */ // }\n"
        "\tif s := `}\n}`; len(s) > 0 {\n\t\t_ = struct{}{}\n\t}\n"
        '\treturn m["}"].a[0] + m["}"].a[1]\n}\n',
    ),
    "a trailing helper": (Shape.BODY, "\treturn twice(n)\n}\n\nfunc twice(n int) int { return n + n }\n"),
    "a helper before the function": (Shape.FUNCTION, f"func one() int {{ return 1 }}\n\n{FUNCTION}"),
    "a type, a constant and a method": (
        Shape.FUNCTION,
        "type number int\n\nconst two = 2\n\nfunc (x number) double() number { return two * x }\n\n"
        "func Double(n int) int { return int(number(n).double()) }\n",
    ),
    "generics": (
        Shape.BODY,
        "\treturn sum[int](n, n)\n}\n\nfunc sum[T ~int | ~string](a, b T) T { return a + b }\n",
    ),
    "a body that begins with a function literal": (
        Shape.BODY,
        "\tdouble := func(x int) int { return 2 * x }\n\tfunc() {}()\n\treturn double(n)\n}\n",
    ),
    "a body that begins with declarations": (
        Shape.BODY,
        "\tvar m int\n\tconst two = 2\n\ttype t int\n\tm = two * n\n\treturn m\n}\n",
    ),
    "the function twice": (Shape.FUNCTION, f"{FUNCTION}\n{FUNCTION}"),
    "a body and the function again": (Shape.BODY, f"{BODY}\n{FUNCTION}"),
    "a test of its own": (Shape.BODY, BODY + '\nfunc TestDouble(t *testing.T) {\n\tt.Fatal("mine")\n}\n'),
    "an import that is missing": (Shape.BODY, '\treturn len(strings.Repeat("x", 2*n))\n}\n'),
    "a repeated import header": (Shape.FUNCTION, f'import "testing"\n\n{FUNCTION}'),
    "carriage returns": (Shape.BODY, "\treturn 2 * n\r\n}\r\n"),
}


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_answer_passes_however_it_is_written(judge: Judge, name: str) -> None:
    shape, completion = RIGHT[name]
    judgement = judge(completion)
    assert judgement.fixed.verdict is Verdict.PASSED, (judgement.fixed.message, judgement.fixed.program)
    assert judgement.assembly.shape is shape


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("a fenced file", "fenced Markdown"),
        ("a fence among others", "one of several"),
        ("a body closed by the prompt's fence", "closing Markdown fence"),
        ("prose before a function, unfenced", "precedes the code: “Here is the code"),
        ("prose after a body", "follows the code: “This function doesn't fail.”"),
        ("the function twice", "second Double"),
        ("a file of another package", "Renamed package solution"),
        ("a test of its own", "TestDouble, which the tests declare"),
    ],
)
def test_what_was_done_to_the_text_is_said(judge: Judge, name: str, words: str) -> None:
    assert words in " ".join(judge(RIGHT[name][1]).assembly.notes)


def test_a_plain_answer_needs_no_note(judge: Judge) -> None:
    for name in ("a body", "a function", "a file", "nested braces and literals", "a trailing helper"):
        assert judge(RIGHT[name][1]).assembly.notes == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   \n",
        "// just a comment\n",
        "\treturn 2 *",
        "\tif n > 0 {\n\t\treturn 2\n",
        "The answer is 4.",
        "{{{",
    ],
)
def test_what_is_no_answer_is_a_syntax_error_and_kept_as_written(judge: Judge, text: str) -> None:
    judgement = judge(text)
    assert judgement.fixed.verdict is Verdict.SYNTAX
    assert judgement.assembly.shape in {Shape.EMPTY, Shape.FRAGMENT}
    assert text in judgement.fixed.program


def test_an_answer_cut_off_says_so(judge: Judge) -> None:
    assert "cut off" in " ".join(judge("\tif n > 0 {\n\t\treturn 2\n").assembly.notes)


@pytest.mark.parametrize(
    ("completion", "place", "verdict"),
    [
        ("\treturn m\n}\n", (1, 9), Verdict.TYPE),
        ("\n\n  x := 1\n\treturn n\n}\n", (3, 3), Verdict.TYPE),
        (
            f"Look:\n\n{FENCE}go\npackage main\n\nfunc Double(n int) int {{\n\treturn m\n}}\n{FENCE}\n",
            (7, 9),
            Verdict.TYPE,
        ),
        (
            'package main\n\nimport (\n\t"nosuch"\n)\n\nfunc Double(n int) int { return nosuch.X }\n',
            (4, 2),
            Verdict.IMPORT,
        ),
        ("\treturn )\n}\n", (1, 9), Verdict.SYNTAX),
        ('\tfmt.Printf("%d", "x")\n\treturn 2 * n\n}\n', (1, 14), Verdict.VET),
        (
            "\treturn twice(n)\n}\n\nfunc twice(n int) int {\n\tvar few []int\n\treturn few[n]\n}\n",
            (6, None),
            Verdict.PANIC,
        ),
    ],
)
def test_errors_are_placed_in_the_completion_as_written(
    judge: Judge, completion: str, place: tuple[int, int | None], verdict: Verdict
) -> None:
    result = judge(completion).fixed
    assert result.verdict is verdict, result.message
    assert (result.line, result.column) == place, result.message
    assert f"candidate.go:{place[0]}" in result.message


def test_an_error_in_the_tests_has_no_place_in_the_completion(judge: Judge) -> None:
    tests = Tests(
        harness=Harness.GO_TEST,
        setup='package main\n\nimport "testing"\n',
        source="func TestX(t *testing.T) { nope() }\n",
    )
    result = judge(BODY, tests=tests).fixed
    assert result.verdict is Verdict.TYPE
    assert (result.line, result.column) == (None, None)
    assert "candidate_test.go:4:28: undefined: nope" in result.message


def test_the_prompts_helpers_are_kept_for_a_function_and_yield_to_the_answers_own(judge: Judge) -> None:
    prompt = "func two() int { return 2 }\n\n// Double doubles.\nfunc Double(n int) int {\n"
    assert (
        judge("func Double(n int) int {\n\treturn two() * n\n}\n", prompt=prompt).fixed.verdict is Verdict.PASSED
    )
    own = judge(
        "func two() int { return 1 + 1 }\n\nfunc Double(n int) int {\n\treturn two() * n\n}\n", prompt=prompt
    )
    assert own.fixed.verdict is Verdict.PASSED
    assert "declares two itself" in " ".join(own.assembly.notes)
