"""Numbers from what a rule gives: one number for a whole result, or one for each part of it.

A measure is a phrase and Go code that declares `v`; `$call` in it is the call of the rule.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class DrawnMeasure:
    """One number `v`."""

    phrase: str
    code: str
    natural: bool
    """Whether it is never negative."""


@dataclass(frozen=True, kw_only=True)
class Walk:
    """The parts of a result, one after another, and a number for each."""

    told: str
    part: str
    head: str
    """What stands before the loop, and the loop's first line; `$call` in it is the call of the rule."""
    measures: tuple[DrawnMeasure, ...]


def _measure(phrase: str, code: str, natural: bool = True) -> DrawnMeasure:
    return DrawnMeasure(phrase=phrase, code=code, natural=natural)


def _loop(start: str, head: str, each: str, after: str = "") -> str:
    body = each.replace("\n", "\n    ")
    return f"{start}\n{head} {{\n    {body}\n}}" + (f"\n{after}" if after else "")


_EACH = "for _, part := range $call"
_OF_TEXT = (
    _measure("its number of characters", "v := len($call)"),
    _measure(
        "the sum of the ASCII codes of its characters, modulo 50",
        _loop("v := 0", "for _, c := range $call", "v = (v + int(c)) % 50"),
    ),
    _measure(
        "how often a character in it is followed by a greater one, in the order of ASCII",
        _loop(
            "v, behind := 0, rune(128)",
            "for _, c := range $call",
            "if c > behind {\n    v++\n}\nbehind = c",
        ),
    ),
)
_OF_LIST = (
    _measure("the sum of its numbers", "v := sumOf($call)", natural=False),
    _measure("its greatest number, or 0 if none is above 0", _loop("v := 0", _EACH, "v = max(v, part)")),
    _measure("its last number, or 0 if it is empty", _loop("v := 0", _EACH, "v = part"), natural=False),
    _measure(
        "the sum of its numbers, every second one, from the second on, with the opposite sign",
        _loop("v, side := 0, 1", _EACH, "v += side * part\nside = -side"),
        natural=False,
    ),
    _measure(
        "how many different numbers it holds",
        _loop("found := map[int]bool{}", _EACH, "found[part] = true", "v := len(found)"),
    ),
)
OF_RESULT: dict[str, tuple[DrawnMeasure, ...]] = {
    "int": (
        _measure("its value", "v := $call", natural=False),
        _measure("its square", "v := $call\nv *= v"),
        _measure("twice its value plus 1", "v := 2*$call + 1", natural=False),
    ),
    "string": _OF_TEXT,
    "[]int": _OF_LIST,
    "[]string": (
        _measure(
            "the number of characters of its first text, plus twice that of its second, and so on",
            _loop("v := 0", "for i, part := range $call", "v += (i + 1) * len(part)"),
        ),
        _measure("the number of characters of its texts together", _loop("v := 0", _EACH, "v += len(part)")),
        _measure(
            "the number of characters of its longest text, or 0",
            _loop("v := 0", _EACH, "v = max(v, len(part))"),
        ),
    ),
    "map[string]int": (
        _measure(
            "the sum of its values, each times the length of its key",
            _loop("v := 0", "for key, part := range $call", "v += part * len(key)"),
            natural=False,
        ),
        _measure("the sum of its values", _loop("v := 0", _EACH, "v += part"), natural=False),
        _measure("its greatest value, or 0 if none is above 0", _loop("v := 0", _EACH, "v = max(v, part)")),
    ),
    "map[int]int": (
        _measure(
            "the sum of its keys, less the sum of its values",
            _loop("v := 0", "for key, part := range $call", "v += key - part"),
            natural=False,
        ),
        _measure("the sum of its values", _loop("v := 0", _EACH, "v += part"), natural=False),
        _measure(
            "the sum of the products of key and value",
            _loop("v := 0", "for key, part := range $call", "v += key * part"),
            natural=False,
        ),
    ),
    "[][]int": (
        _measure("the sum of all its numbers", _loop("v := 0", _EACH, "v += sumOf(part)"), natural=False),
        _measure(
            "the greatest sum of one of its lists, or 0 if none is above 0",
            _loop("v := 0", _EACH, "v = max(v, sumOf(part))"),
        ),
    ),
    "(int, int)": (
        _measure("its two values added", "a, b := $call\nv := a + b", natural=False),
        _measure("its first value less its second", "a, b := $call\nv := a - b", natural=False),
        _measure("three times its first value plus its second", "a, b := $call\nv := 3*a + b", natural=False),
    ),
    "(int, bool)": (
        _measure("its number, or -1 if it says false", "v, good := $call\nif !good {\n    v = -1\n}", natural=False),
        _measure("its number, plus 10 if it says true", "v, good := $call\nif good {\n    v += 10\n}", natural=False),
    ),
    "(string, bool)": (
        _measure(
            "the length of its text, taken twice if it says true",
            "text, good := $call\nv := len(text)\nif good {\n    v *= 2\n}",
        ),
    ),
    "(string, int)": (
        _measure("the length of its text times its number", "text, number := $call\nv := len(text) * number", natural=False),
        _measure("the length of its text plus its number", "text, number := $call\nv := len(text) + number", natural=False),
    ),
    "(map[string]int, int)": (
        _measure(
            "the sum of the map's values plus its number",
            _loop("entries, v := $call", "for _, part := range entries", "v += part"),
            natural=False,
        ),
        _measure(
            "how many entries its map has, less its number", "entries, number := $call\nv := len(entries) - number",
            natural=False,
        ),
    ),
}  # fmt: skip

WALKS: dict[str, Walk] = {
    "[]int": Walk(
        told="the numbers of the list that it gives, in order",
        part="number",
        head="for _, part := range $call {",
        measures=(
            _measure("itself", "v := part", natural=False),
            _measure("its square", "v := part * part"),
            _measure("three times itself less 1", "v := 3*part - 1", natural=False),
        ),
    ),
    "string": Walk(
        told="the characters of the text that it gives, in order",
        part="character",
        head="for _, c := range $call {",
        measures=(
            _measure("its ASCII code (a has 97)", "v := int(c)"),
            _measure("its ASCII code less 96 (a has 97)", "v := int(c) - 96", natural=False),
            _measure("the last decimal digit of its ASCII code (7 for a, which has 97)", "v := int(c) % 10"),
        ),
    ),
    "[]string": Walk(
        told="the texts of the list that it gives, in order",
        part="text",
        head="for _, text := range $call {",
        measures=tuple(
            _measure(one.phrase, one.code.replace("$call", "text"), one.natural) for one in _OF_TEXT
        ),
    ),
    "map[string]int": Walk(
        told="the entries of the map that it gives, in the byte order of their keys",
        part="entry",
        head="entries := $call\nfor _, key := range sortedKeys(entries) {",
        measures=(
            _measure("its value", "v := entries[key]", natural=False),
            _measure("its value times the length of its key", "v := entries[key] * len(key)", natural=False),
            _measure("the square of its value plus the length of its key", "v := entries[key]*entries[key] + len(key)"),
        ),
    ),
    "map[int]int": Walk(
        told="the entries of the map that it gives, by ascending key",
        part="entry",
        head="entries := $call\nfor _, key := range slices.Sorted(maps.Keys(entries)) {",
        measures=(
            _measure("its value", "v := entries[key]", natural=False),
            _measure("its key times its value", "v := key * entries[key]", natural=False),
            _measure("its key plus its value", "v := key + entries[key]", natural=False),
        ),
    ),
    "[][]int": Walk(
        told="the lists that it gives, in order",
        part="list",
        head="for _, list := range $call {",
        measures=tuple(_measure(one.phrase, one.code.replace("$call", "list"), one.natural) for one in _OF_LIST),
    ),
}  # fmt: skip
