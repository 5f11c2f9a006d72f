"""Answers that declare or import what the tests use: the tests mean what the prompt gives them."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from models.enums import Harness, Verdict
from tests.worker.ruler.conftest import DOUBLE
from worker.ruler import Judgement, Tests

pytestmark = pytest.mark.go
Judge = Callable[..., Judgement]
WRONG = "func Double(n int) int {\n\treturn 5\n}\n"


def test_what_the_answer_imports_does_not_change_what_the_tests_call(judge: Judge) -> None:
    source = (
        "func check(got any) {\n\ttext, _ := json.Marshal(got)\n\tif string(text) != `4` {\n"
        '\t\tpanic("Exception --- test case 0 failed to pass")\n\t}\n}\n\nfunc main() {\n\tcheck(Double(2))\n}\n'
    )
    tests = Tests(harness=Harness.MAIN_PANICS, setup="", source=source)
    prompt = 'package main\n\nimport (\n\t"encoding/json"\n)\n\nfunc Double(n int) int {\n'
    for alias in ("json", "."):
        other = f'package main\n\nimport {alias} "encoding/xml"\n\nvar _ = Header\n\n{WRONG}'
        judgement = judge(other.replace("Header", "Header" if alias == "." else f"{alias}.Header"), tests, prompt)
        assert judgement.fixed.verdict is Verdict.ASSERTION, judgement.fixed.message
        assert judgement.raw.verdict is not Verdict.PASSED
    assert judge("\treturn 2 * n\n}\n", tests, prompt).fixed.verdict is Verdict.PASSED


@pytest.mark.parametrize(
    "taken",
    [
        "func (s *Sum) Total() int { return 8 }",
        "type Sum struct{ of []int }\n\nfunc (s *Sum) Total() int { return 8 }",
        "func add(a, b int) int { return 4 }",
        "const Want = 4",
        "var (\n\tOther = 1\n\tLimit = 4\n)",
    ],
)
def test_methods_values_and_helpers_of_helpers_that_the_tests_use_are_the_prompts(
    judge: Judge, taken: str
) -> None:
    prompt = (
        "type Sum struct{ of []int }\n\nfunc (s *Sum) Total() int {\n\ttotal := 0\n\tfor _, n := range s.of {\n"
        "\t\ttotal = add(total, n)\n\t}\n\treturn total\n}\n\nfunc add(a, b int) int {\n\treturn a + b\n}\n\n"
        "const Want = 8\n\nvar Limit = 8\n\n// Double is twice n.\nfunc Double(n int) int {\n"
    )
    source = (
        "func TestDouble(t *testing.T) {\n\ts := &Sum{of: []int{4, 4}}\n"
        "\tif s.Total() != 8 || Double(4) != Want || Double(4) > Limit {\n\t\tt.Fatal()\n\t}\n}\n"
    )
    tests = replace(DOUBLE, source=source)
    wrong = f"{taken}\n\nfunc Double(n int) int {{\n\treturn n\n}}\n"
    right = wrong.replace("return n\n", "return 2 * n\n")
    for answer, verdict in ((wrong, Verdict.ASSERTION), (right, Verdict.PASSED)):
        result = judge(answer, tests, prompt).fixed
        assert result.verdict is verdict, result.message + result.program


def test_a_helper_of_the_prompt_that_the_tests_call_cannot_be_taken_over(judge: Judge) -> None:
    prompt = "func Half(n int) int {\n\thalf := n / 2\n\treturn half\n}\n\nfunc Double(n int) int {\n"
    source = "func TestDouble(t *testing.T) {\n\tif Half(Double(8)) != 8 {\n\t\tt.Fatal()\n\t}\n}\n"
    tests = replace(DOUBLE, source=source)
    for taken in ("func Half(n int) int { return n }", "var Half = func(n int) int { return n }"):
        answer = f"{taken}\n\nfunc Double(n int) int {{\n\treturn n\n}}\n"
        judgement = judge(answer, tests, prompt)
        assert judgement.fixed.verdict is Verdict.ASSERTION, judgement.fixed.message
        assert [one.text for one in judgement.assembly.dropped] == ["Half"]
        assert judge(f"\treturn n\n}}\n\n{taken}\n", tests, prompt).fixed.verdict is Verdict.ASSERTION
    right = "func Half(n int) int {\n\thalf := n / 2\n\treturn half\n}\n\nfunc Double(n int) int {\n\treturn 2 * n\n}\n"
    assert judge(right, tests, prompt).fixed.verdict is Verdict.PASSED
