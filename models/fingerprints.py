"""The fingerprint of a failure: its message without names, numbers, positions and types, so that like failures
group.

In: a trace's verdict, stage and message. Out: one line that begins with the verdict, such as `type: undefined: X`;
empty for a pass and for what could not be scored, which are no failures. X stands for a name or an expression, N for a
number, T for a type. Pure functions: the worker stores the fingerprint beside the trace, the web process reads it.
"""

import re

from models.enums import Stage, Verdict
from models.messages import COMPILED, deciding_line

LONGEST = 160
_READ = 500
"""Characters of a line that are looked at: a program can write a line of any length."""
_TESTIFY = re.compile(r"^\s*Error:\s*(.+)$", re.MULTILINE)
_LOGGED = re.compile(r"^\s+[\w./-]+\.go:\d+: (.+)$", re.MULTILINE)

_OF_THE_COMPILER: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), form)
    for pattern, form in (
        (r"undefined: .*", "undefined: X"),
        (r"declared and not used: .*", "declared and not used: X"),
        (r"label \S+ (defined and not used|not defined)", r"label X \1"),
        (r".* redeclared in this block.*", "X redeclared in this block"),
        (r".* imported (?:as \S+ )?and not used", "X imported and not used"),
        (r"could not import .*", "could not import X"),
        (r"package .* is not in std.*", "package X is not in std"),
        (r"cannot use .* as .* value in argument to .*", "cannot use X as T value in argument to X"),
        (r"cannot use .* as .* value in ([a-z ]+)(?::.*)?", r"cannot use X as T value in \1"),
        (r"cannot use .* as value", "cannot use X as value"),
        (r"cannot use .*", "cannot use X"),
        (r"assignment mismatch: .*", "assignment mismatch: N variables but N values"),
        (r"(not enough|too many) arguments in call to .*", r"\1 arguments in call to X"),
        (r"invalid operation: (?:.*\()?operator (\S+) not defined on .*",
         r"invalid operation: operator \1 not defined on X"),
        (r"invalid operation: .*\(mismatched types .*", "invalid operation: mismatched types T and T"),
        (r"invalid operation: .*\(non-numeric type .*", "invalid operation: X of non-numeric type T"),
        (r"invalid operation: cannot call .*", "invalid operation: cannot call X"),
        (r"invalid operation: cannot (index|slice|indirect|take address of|compare) .*",
         r"invalid operation: cannot \1 X"),
        (r"invalid operation: shift .*", "invalid operation: shift of X"),
        (r"invalid operation: .*", "invalid operation: X"),
        (r".* undefined \(type .* has no field or method .*", "X undefined: T has no such field or method"),
        (r".* undefined \(.*", "X undefined: T has no such field or method"),
        (r"cannot (range over|assign to|infer|index|slice|indirect|call non-function) .*", r"cannot \1 X"),
        (r"cannot convert .*", "cannot convert X to type T"),
        (r"duplicate (case|key|argument|method|field|index) .*", r"duplicate \1 X"),
        (r"invalid argument: index .* out of bounds.*", "invalid argument: index N out of bounds"),
        (r"invalid argument: .* for (built-in .*)", r"invalid argument: X for \1"),
        (r"invalid argument: .*", "invalid argument: X"),
        (r"(?:cannot use )?.* overflows .*", "X overflows T"),
        (r".* truncated(?: to .*)?", "X truncated to T"),
        (r"impossible type (assertion|switch case).*", r"impossible type \1"),
        (r".* does not (satisfy|implement) .*", r"T does not \1 T"),
        (r".* is not (a type|an expression|used|exported by package.*|a function|an interface)", r"X is not \1"),
        (r"missing return", "missing return"),
        (r"invalid character U\+.*", "invalid character"),
        (r".* format %.* has arg .* of wrong type .*", "X format has arg X of wrong type T"),
        (r".* format %.* reads arg .*", "X format reads more args than there are"),
        (r".* format %.* is missing verb at end of string", "X format is missing a verb"),
        (r"range over .* permits (.*)", r"range over X permits \1"),
        (r".* call needs .* args? but has .*", "X call needs N args but has N"),
        (r"result of .* call not used", "result of X call not used"),
        (r"self-assignment of .*", "self-assignment of X"),
    )
)  # fmt: skip
_UNEXPECTED = re.compile(
    r"unexpected (name|literal) .*?(?=(?:, expected .*| at end of statement| after .*| in [a-z ]+(?:; .*)?)?$)"
)
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|`[^`]*`|\'(?:[^\'\\]|\\.)+\'')
_COMPOSED_TYPES = re.compile(r"(?:\*|\[\d*\])*\bmap\[\w+\][\w\[\]*.]*|(?:\[\d*\])+\**[\w.]+|\*+\w[\w.]*")
_PLAIN_TYPES = re.compile(
    r"\b(?:u?int(?:8|16|32|64)?|float(?:32|64)|complex(?:64|128)|string|bool|byte|rune|error|any)\b"
)
_CALLS = re.compile(r"\b[A-Za-z_]\w*(?:\.\w+)*\((?:[^()]|\([^()]*\))*\)")
_NUMBERS = re.compile(r"(?<![\w.])[-+]?(?:0[xXbBoO][\da-fA-F_]+|\d[\d_]*(?:\.\d+)?(?:[eE][-+]?\d+)?)\b")
_NAMES = re.compile(r"\b(?:\w+\.)+\w+\b|\b\w*(?:_|\d|[a-z][A-Z])\w*\b")
_LISTED = re.compile(r"([XNT]|“…”)(?:(?:, | )\1)+")


def fingerprint_of(verdict: Verdict, stage: Stage, message: str) -> str:
    """The fingerprint of a trace; at most `LONGEST` characters."""
    if verdict is Verdict.PASSED or not verdict.scored:
        return ""
    line = _first_words(verdict, message)
    words = _without_particulars(verdict, line) if line else f"no message at the stage {stage}"
    return _cut(f"{verdict}: {words}")


def verdict_of(fingerprint: str) -> Verdict | None:
    """The verdict that a fingerprint begins with; None for other text."""
    word = fingerprint.partition(": ")[0]
    return Verdict(word) if word in set(Verdict) else None


def _first_words(verdict: Verdict, message: str) -> str:
    """The line that says why; of failed tests what the first of them asserted."""
    found = _TESTIFY.search(message) or _LOGGED.search(message) if verdict is Verdict.ASSERTION else None
    return (found[1] if found else deciding_line(verdict, message)).strip()


def _without_particulars(verdict: Verdict, line: str) -> str:
    text = line[:_READ].removeprefix("syntax error: ").removeprefix("panic: ").strip()
    if verdict in COMPILED:
        for pattern, form in _OF_THE_COMPILER:
            if found := pattern.fullmatch(text):
                return found.expand(form)
        text = _UNEXPECTED.sub(lambda found: f"unexpected {found[1]} X", text)
    text = _QUOTED.sub("“…”", text)
    if verdict is not Verdict.SYNTAX:
        # The tokens that a syntax error names are no types: "unexpected [", "newline in string".
        text = _COMPOSED_TYPES.sub("T", _CALLS.sub("X", text))
    if verdict in (Verdict.TYPE, Verdict.VET):
        text = _PLAIN_TYPES.sub("T", text)
    text = _NAMES.sub("X", _NUMBERS.sub("N", text))
    return _LISTED.sub(r"\1, …", " ".join(text.split())).rstrip(":" if verdict is Verdict.ASSERTION else "")


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
