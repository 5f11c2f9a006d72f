import pytest

from worker.memory.go_names import fingerprint, is_recited, local_names, other_names, renamed

PROMPT = "// Sum adds.\nfunc Sum(values []int) int {\n"
SOLUTION = "\ttotal := 0 // so far\n\tfor _, v := range values {\n\t\ttotal += v\n\t}\n\treturn total\n}\n"


@pytest.mark.parametrize(
    "program",
    [
        "func Sum(xs []int) int {\n\tt := 0\n\tfor _, x := range xs {\n\t\tt += x\n\t}\n\treturn t\n}\n",
        'package main\n\nimport "fmt"\n\nfunc Sum(a []int) int { b := 0; for _, c := range a { b += c }; return b }',
    ],
    ids=["other names", "other layout, a header, semicolons"],
)
def test_names_layout_and_comments_make_no_difference(program: str) -> None:
    assert is_recited(program, PROMPT, SOLUTION) is True


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("total := 0", "total := 1"),
        ("total += v", "total -= v"),
        ("return total", "return v"),
        ("range", "range 3*"),
    ],
)
def test_another_constant_operator_or_name_in_a_place_is_another_program(old: str, new: str) -> None:
    assert is_recited((PROMPT + SOLUTION).replace(old, new), PROMPT, SOLUTION) is False


def test_packages_and_methods_of_others_keep_their_names() -> None:
    one = "func F(s string) string { return strings.ToUpper(s) }"
    assert fingerprint(one) != fingerprint(one.replace("ToUpper", "ToLower"))
    assert fingerprint(one) == fingerprint(one.replace("(s", "(text"))
    built = "func F() string { var b strings.Builder; b.WriteString(x); return b.String() }"
    assert fingerprint(built) != fingerprint(built.replace("WriteString", "WriteRune"))


def test_a_struct_whose_fields_are_renamed_throughout_is_the_same() -> None:
    one = "type P struct { x int }\nfunc F(p P) int { return p.x }"
    assert fingerprint(one) == fingerprint(one.replace("x", "left"))


def test_without_a_canonical_solution_nothing_is_said() -> None:
    assert is_recited(PROMPT + SOLUTION, PROMPT, None) is None


def test_only_variables_of_the_solution_itself_are_renamed() -> None:
    assert local_names(SOLUTION, PROMPT) == ("total", "v")
    assert local_names('\turl, port := "http://x", 1\n\thost := "a := b"\n', PROMPT) == ("url", "port", "host")
    assert local_names('\tp := point{x: 1}\n\treturn p.x + strings.Count(s, "p")\n}\n', "func F(s string) {") == (
        "p",
    )
    changed = renamed('\tp := 1\n\tq.p = "p" // p\n\treturn p\n}\n', {"p": "n"})
    assert changed == '\tn := 1\n\tq.p = "p" // p\n\treturn n\n}\n'


def test_other_names_are_as_long_and_not_taken() -> None:
    chosen = other_names(["total", "v"], ["count", "v", "w", "i", "total", "sum"], {"i"}, len, "seed")
    assert chosen == {"total": "count", "v": "w"}
    assert other_names(["total"], ["sum"], (), len, "seed") is None
