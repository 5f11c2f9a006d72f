"""Asking in words and reading the answer: every part is shown, and nothing is guessed from prose."""

import pytest

from worker.critics.prompted import UnknownTemplate, read_answer, render_prompted

CODE = "func f() int {\n\treturn 1\n}"


def test_problem_attempt_and_trace_are_shown_as_they_are() -> None:
    asked = render_prompted(
        "repair", problem="func f() int {", attempt="\treturn $x {0}\n}", trace="x.go:1: $trace"
    )
    assert "func f() int {" in asked
    assert "\treturn $x {0}\n}" in asked
    assert "x.go:1: $trace" in asked
    assert asked.endswith("Reflection:")


def test_an_unknown_template_names_those_there_are() -> None:
    with pytest.raises(UnknownTemplate, match=r"no template poetry.*repair"):
        render_prompted("poetry", problem="", attempt="", trace="")


@pytest.mark.parametrize(
    "text",
    [
        f"Reflection: wrong sign.\n```go\n{CODE}\n```\nBye.",
        f" wrong sign.\n```go\n{CODE}\n```",
        f"wrong sign.\n```\n{CODE}",
        f"wrong sign.\n```Go \n{CODE}\n```\n```go\nfunc g() {{}}\n```",
        f"Reflection: wrong sign.\n\n{CODE}",
        f"<think>Perhaps\n```go\nfunc f() {{}}\n```\nNo.</think>\nReflection: wrong sign.\n```go\n{CODE}\n```",
        f"```go\nfunc f() {{}}\n```\n</think>wrong sign.\n```go\n{CODE}\n```\n```bash\ngo test\n```",
    ],
)
def test_words_and_code_are_told_apart(text: str) -> None:
    answer = read_answer(text)
    assert (answer.reflection, answer.revision) == ("wrong sign.", CODE)


@pytest.mark.parametrize("text", ["", "It is a wrong sign, I think.", "Reflection: the function is fine"])
def test_without_code_there_is_no_revision(text: str) -> None:
    assert read_answer(text).revision == ""


def test_what_the_code_names_and_a_later_block_declares_belongs_to_the_revision() -> None:
    code, helper = "func f() int {\n\treturn one()\n}", "func one() int {\n\treturn 1\n}"
    text = f"wrong sign.\n```go\n{code}\n```\nIt needs:\n```go\n{helper}\n```\nUse it so:\n```go\nf()\n```\n"
    assert read_answer(text).revision == f"{code}\n\n{helper}"
