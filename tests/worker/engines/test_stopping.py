"""Stop rules: a function body ends after its closing brace, an answer after its first fenced block, in any pieces."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.engines.stopping import FenceStop, GoBodyStop

BODIES = [
    "return 1\n}",
    "if x {\n\treturn 1\n}\nreturn 2\n}",
    'return "}"\n}',
    "return `}\n}`\n}",
    "return '}'\n}",
    r"return '\''" + "\n}",
    r'return "\"}"' + "\n}",
    "// a } comment\nreturn 1\n}",
    "/* a } comment\n over lines } */ return 1\n}",
    "return a / b\n}",
    "x := struct{}{}\nm := map[string]struct{}{}\n_ = x\nreturn m\n}",
    "return T{a: []int{1}}\n}",
    "s := `\\`\nreturn s\n}",
    "return 1 // }\n}",
    'x := "a\\\n}',
]


@pytest.mark.parametrize("body", BODIES)
def test_stops_just_after_the_closing_brace(body: str) -> None:
    assert GoBodyStop().feed(body + "\n\nfunc helper() {\n}\n") == len(body)


@pytest.mark.parametrize("body", BODIES)
def test_pieces_change_nothing(body: str) -> None:
    for size in (1, 2, 3, 7):
        stop = GoBodyStop()
        pieces = [body[start : start + size] for start in range(0, len(body), size)]
        assert [end for piece in pieces if (end := stop.feed(piece)) is not None] == [len(body)]


@pytest.mark.parametrize("text", ["return 1", "if x {\n", 'return "}', "// }", "/* }", ""])
def test_an_open_body_has_no_end(text: str) -> None:
    assert GoBodyStop().feed(text) is None


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    end = GoBodyStop().feed(text)
    assert end is None or text[end - 1] == "}"


ANSWER = "Reflection: wrong sign.\n```go\nfunc f() {}\n```"


@pytest.mark.parametrize("size", [1, 2, 3, 5, 1000])
@pytest.mark.parametrize(
    "answer",
    [
        ANSWER,
        "Use ```x``` here, or ``` alone.\n```go\nfunc f() {}\n```",
        "Reflection: so. ```go\nfunc f() {}```",
        "  ``` go title=fix.go\nfunc f() {}\n  ```",
        "```\n```",
    ],
)
def test_stops_just_after_the_closing_fence(size: int, answer: str) -> None:
    stop = FenceStop()
    text = answer + "\nAnd more ``` prose"
    ends = [stop.feed(text[start : start + size]) for start in range(0, len(text), size)]
    assert next(end for end in ends if end is not None) == len(answer)


@pytest.mark.parametrize("text", ["", "no code", "```go\nfunc f() {", "a ``` b `` c", "``", "``` ``` ```"])
def test_an_open_block_has_no_end(text: str) -> None:
    assert FenceStop().feed(text) is None
