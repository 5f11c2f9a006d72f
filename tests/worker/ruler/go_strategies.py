"""Hypothesis strategies: Go functions that are valid by construction, the wrappings in which models present them,
and text that merely looks like Go.

The functions are full of what breaks text-based cutting: braces and `func` in strings, runes, raw strings and
comments, `struct{}`, composite literals, nested function literals, labels, generics.
"""

from dataclasses import dataclass

from hypothesis import strategies as st

NAME = "Target"
PROMPT = (
    'import (\n\t"fmt"\n)\n\n// Target does something with text, such as "}" or `{`.\n'
    '// >>> Target([]int{1}, "}")\nfunc Target(values []int, text string) (string, error) {\n'
)
DECLARATION = "func Target(values []int, text string) (string, error) {\n"

_names = st.sampled_from(["a", "total", "seen", "i2", "größe", "_x"])
_literals = st.sampled_from(
    [
        "1", "0x1F", "1.5", '"}"', '"{"', '"\\"}"', "`}\nfunc Target() {\n`", "'}'", "'{'", "'\\''", '"func main() {"',
        '"// no comment"', '"/*"', "`*/`", '"package main"', "`import \"fmt\"`", '"```"', "true", "nil", "'世'",
    ]
)  # fmt: skip
_comments = st.sampled_from(
    ["// }", "// func Target() {", "/* } */", "/* { \n } */", "// ```", '// "unclosed', "// `", "/* ' */"]
)


def _composed(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pair = st.tuples(inner, inner)
    return st.one_of(
        pair.map(lambda two: f"({two[0]} + {two[1]})"),
        pair.map(lambda two: f"map[any]struct{{}}{{{two[0]}: {{}}, {two[1]}: {{}}}}"),
        inner.map(lambda one: f"[]any{{{one}, struct{{}}{{}}}}"),
        inner.map(lambda one: f"func() any {{ return {one} }}()"),
        inner.map(lambda one: f"struct{{ f any }}{{f: {one}}}.f"),
        inner.map(lambda one: f"fmt.Sprint({one},\n\t\t{one})"),
        inner.map(lambda one: f"interface{{}}({one})"),
    )


expressions = st.recursive(st.one_of(_literals, _names), _composed, max_leaves=6)


def _blocks(statement: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    body = st.lists(statement, max_size=3).map("\n".join)
    return st.one_of(
        st.tuples(expressions, body, body).map(
            lambda t: f"if x := any({t[0]}); x != nil {{\n{t[1]}\n}} else {{\n{t[2]}\n}}"
        ),
        body.map(lambda b: f"for range values {{\n{b}\n}}"),
        st.tuples(expressions, body).map(
            lambda t: f"switch any({t[0]}).(type) {{\ncase struct{{}}:\n{t[1]}\ndefault:\n}}"
        ),
        body.map(lambda b: f"func() {{\ndefer func() {{ recover() }}()\n{b}\n}}()"),
        body.map(lambda b: f"outer:\nfor {{\n{b}\nbreak outer\n}}"),
        body.map(lambda b: f"{{\n{b}\n}}"),
        body.map(lambda b: f"type local[T any] struct{{ of T }}\n{b}"),
    )


statements = st.recursive(
    st.one_of(
        st.tuples(_names, expressions).map(lambda t: f"var {t[0]} any = {t[1]}; _ = {t[0]}"),
        expressions.map(lambda e: f"_ = {e}"),
        _comments,
        st.just('fmt.Println("}")'),
        st.just("return text, nil"),
        st.just(""),
    ),
    _blocks,
    max_leaves=8,
)

bodies = st.lists(statements, max_size=5).map(
    lambda lines: "\n".join(["\t" + line for line in lines] + ["\treturn text, nil\n}\n"])
)
"""What continues PROMPT: statements, then the function's end."""

_helpers = st.sampled_from(
    [
        "",
        '\nfunc helper() string { return "}" }\n',
        "\ntype kept struct{}\n\nfunc (k kept) Target() int { return 1 }\n",
        "\nfunc first[T any](of []T) T { return of[0] }\n",
        '\nvar table = map[string]struct{}{"}": {}}\n',
    ]
)


@dataclass(frozen=True, kw_only=True)
class Presented:
    """A valid function and one way of presenting it as a completion of PROMPT."""

    function: str
    completion: str
    wrapping: str


def _present(body: str, helper: str, wrapping: str) -> Presented:
    function = DECLARATION + body
    header = 'package main\n\nimport (\n\t"fmt"\n)\n\n'
    completion = {
        "body": body + helper,
        "function": function + helper,
        "function after a comment": "// Target is it.\n" + function + helper,
        "helper first": helper + "\n" + function,
        "file": header + function + helper,
        "imports repeated": 'import "fmt"\n\n' + function + helper,
        "fenced function": f"Here is the solution:\n\n```go\n{function}{helper}```\n\nIt works.",
        "fenced file": f"```go\n{header}{function}{helper}```",
        "prompt repeated": PROMPT + body + helper,
    }[wrapping]
    return Presented(function=function, completion=completion, wrapping=wrapping)


WRAPPINGS = (
    "body", "function", "function after a comment", "helper first", "file", "imports repeated", "fenced function",
    "fenced file", "prompt repeated",
)  # fmt: skip


@st.composite
def presented(draw: st.DrawFn) -> Presented:
    body, helper = draw(bodies), draw(_helpers)
    wrapping = draw(st.sampled_from(WRAPPINGS))
    # A line of three backticks inside the code ends a Markdown fence for every reader: no fence can carry it.
    if "fenced" in wrapping and "```" in body:
        wrapping = "file"
    return _present(body, helper, wrapping)


_fragments = st.one_of(
    st.sampled_from(
        ["{", "}", "(", ")", "func ", "Target", "package main\n", 'import "fmt"\n', "```go\n", "```", "`", '"', "'",
         "//", "/*", "*/", "\n", "\t", "return ", "struct{}", "<|endoftext|>", "\x00", "\ufeff", ":=", "if ", "type ",
         "var ", "...", "import (\n", "func main() {\n", "[T any]"]
    ),
    st.text(max_size=8),
    _literals,
    statements,
)  # fmt: skip
go_like_texts = st.lists(_fragments, max_size=25).map("".join)
"""Text made of Go's pieces in any order, with anything between."""
