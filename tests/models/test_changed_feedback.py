"""Feedback changed in one thing: a placebo keeps the shape and says nothing, the rest keeps its plain words."""

import re

from models.changed_feedback import BLANK, class_and_line, placebo, without_specifics

TRACE = (
    "assertion at run, line 3: return a - b\n"
    "TestAdd: add_test.go:12: Not equal: expected: 30 actual: -10\n"
    "panic: runtime error: index out of range [5] with length 3"
)


def shape(text: str) -> list[list[str]]:
    return [
        [re.sub(r"\d", "0", re.sub("[A-Za-z]", "x", word)) for word in line.split(" ")]
        for line in text.split("\n")
    ]


def test_a_placebo_has_the_shape_of_the_trace_and_none_of_its_words() -> None:
    shown = placebo(TRACE)
    assert shape(shown) == shape(TRACE)
    long_words = set(re.findall(r"[a-z]{5,}", TRACE.lower()))
    assert not long_words & set(re.findall(r"[a-z]{5,}", shown.lower()))
    assert "30" not in shown.split("\n")[1]


def test_a_placebo_is_the_same_on_every_try_and_another_for_another_trace() -> None:
    assert placebo(TRACE) == placebo(TRACE)
    assert placebo(TRACE) != placebo(TRACE.replace("30", "31"))
    assert placebo("") == ""


def test_class_and_line_is_the_head_of_the_trace() -> None:
    assert class_and_line(TRACE) == "assertion at run, line 3: return a - b"


def test_a_reflection_without_specifics_keeps_its_plain_words_only() -> None:
    said = "A test gets another answer, at line 3. Line 3, `a - b`, should read `a + b`; see strings.Join()."
    blank = without_specifics(said)
    assert blank.startswith(
        f"A test gets another answer, at line {BLANK}. Line {BLANK}, {BLANK}, should read {BLANK};"
    )
    assert not any(word in blank for word in ("return", "strings", "3"))
