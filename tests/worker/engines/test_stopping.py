"""Stop rules: a function body ends after its closing brace, an answer after its first fenced block, in any pieces."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.engines.request import StopRule
from worker.engines.stopping import READ_ON, FenceStop, GoBodyStop, scanner

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
    ],
)
def test_stops_just_after_the_closing_fence(size: int, answer: str) -> None:
    stop = FenceStop()
    text = answer + "\nAnd more ``` prose"
    ends = [stop.feed(text[start : start + size]) for start in range(0, len(text), size)]
    assert next(end for end in ends if end is not None) == len(answer)


@pytest.mark.parametrize(
    "text", ["", "no code", "```go\nfunc f() {", "a ``` b `` c", "``", "``` ``` ```", "```\n```"]
)
def test_an_open_block_has_no_end(text: str) -> None:
    assert FenceStop().feed(text) is None


F, DRAFT = "```go\nfunc f() int {\n\treturn 1\n}\n```", "```go\nfunc f() int {\n\treturn 0\n}\n```"
BEFORE = {
    "a thought": f"<think>\nPerhaps\n{DRAFT}\nNo.\n</think>\n\n",
    "a thought in another spelling": f"<thinking>{DRAFT}</thinking>",
    "a thought with an open fence": "<think>\n```go\nfunc f(</think>\n",
    "a thought in a tag of its own": f"<chain_of_thought>\n{DRAFT}\n</chain_of_thought >\n",
    "a thought whose tags are escaped": f"&lt;think&gt;\n{DRAFT}\n&lt;/think&gt;\n",
    "a thought between unused tokens": f"<unused94>thought\n{DRAFT}\n<unused95>",
    "roles": f"<|im_start|>think\n{DRAFT}\n<|im_start|>answer\n",
    "a channel": f"<|channel|>analysis<|message|>{DRAFT}<|end|><|start|>assistant<|channel|>final<|message|>",
    "a channel with a format": f"<|channel|>analysis<|message|>{DRAFT}<|channel|>final <|constrain|>go<|message|>",
    "a shell block": "Run it:\n```bash\necho it's `f`\n```\n",
    "a comment of the shell": "```sh\nls /* \n```\n",
    "another language": "```python\ndef f(): pass\n```\n",
    "a usage example": "Call it so:\n```go\nfmt.Println(f())\n```\n",
    "a module file": "```\nmodule f\n```\n",
    "a signature": "It is\n```go\nfunc f() int\n```\n",
    "a signature with braces": "It is\n```go\nfunc f(x interface{}) struct{}\n```\n",
    "a doubled fence": "```\n",
    "markdown around": "```markdown\n# f\n",
    "a list": "1. Done:\n   ",
    "a quotation": "> ",
    "code in prose": "Use ```f()``` or `x`.\n",
}


@pytest.mark.parametrize("before", BEFORE)
def test_only_the_block_that_answers_ends_a_sample(before: str) -> None:
    answer = BEFORE[before] + F
    text = answer + "\n\nThat is it.\n"
    for cut in range(len(text)):
        stop = FenceStop()
        assert next(end for end in map(stop.feed, (text[:cut], text[cut:])) if end is not None) == len(answer), cut
    stop = FenceStop()
    assert next(end for end in map(stop.feed, text) if end is not None) == len(answer)


@pytest.mark.parametrize(
    "code",
    [
        "// ```\nfunc f() int { return 1 }\n",
        "/*\n```\nf()\n```\n*/\nfunc f() int { return 1 }\n",
        'func f() string { return "```" }\n',
        "func f() string { return `//` + `/*` }\n",
        "func f() rune { return '`' }\n",
        "<think>\n```\n</think>\nfunc f() int { return 1 }\n",
    ],
)
def test_a_fence_within_the_code_ends_nothing(code: str) -> None:
    text = f"```go\n{code}```"
    stop = FenceStop()
    assert [end for end in map(stop.feed, text) if end is not None] == [len(text)]


def test_a_helpers_block_does_not_end_the_sample_of_a_known_function() -> None:
    helper = "```go\nfunc one() int { return 1 }\n```\nThen:\n"
    stop = scanner(StopRule.CODE_BLOCK, prompt="func other() {}\n\n// f is one.\nfunc f() int {\n")
    assert stop is not None
    assert stop.feed(helper) is None
    assert stop.feed(F) == len(helper + F)


def test_a_body_that_closes_the_prompts_function_answers() -> None:
    text = "```go\n\treturn 1\n}\n```"
    assert FenceStop(["f"]).feed(text) == len(text)


LATER = {
    "a correction": f"{DRAFT}\nThat was wrong. Corrected:\n",
    "a thought that began in the prompt": f"Perhaps\n{DRAFT}\nNo.\n</think>\n",
}


@pytest.mark.parametrize("later", LATER)
def test_a_servers_sample_is_read_on_for_what_comes_later(later: str) -> None:
    answer = LATER[later] + F
    text = answer + "\n" + "And so on. " * 50
    for size in (1, 2, 7, 50, len(text)):
        stop = FenceStop(["f"], READ_ON)
        ends = [stop.feed(text[start : start + size]) for start in range(0, len(text), size)]
        assert next(end for end in ends if end is not None) == len(answer), size


def test_a_servers_sample_is_not_read_on_for_ever() -> None:
    stop = FenceStop((), READ_ON)
    assert stop.feed(F + "\n" + "x" * (READ_ON - 2)) is None
    assert stop.feed("x") == len(F)
    stop = FenceStop((), READ_ON)
    assert stop.feed(f"{F}\nUse it so:\n```go\nf()\n```") == len(F)


@pytest.mark.parametrize("helper", ["func help() int {\n\treturn 1\n}", "type help int", "const help = 1"])
def test_what_the_answer_names_and_a_later_block_declares_is_read_on_for(helper: str) -> None:
    answer = f"```go\nfunc f() int {{\n\treturn int(help)\n}}\n```\nIt needs this:\n```go\n{helper}\n```"
    text = f"{answer}\nUse it so:\n```go\nfunc main() {{\n\tf()\n}}\n```"
    for size in (1, 7, len(text)):
        stop = FenceStop(["f"], READ_ON)
        ends = [stop.feed(text[start : start + size]) for start in range(0, len(text), size)]
        assert next(end for end in ends if end is not None) == len(answer), size


def test_a_sample_that_ends_by_itself_ends_with_its_answer() -> None:
    stop = FenceStop((), READ_ON)
    assert stop.feed(F + "\nIt is one.") is None
    assert stop.finish() == len(F)
    assert FenceStop().finish() is None
    assert GoBodyStop().finish() is None
