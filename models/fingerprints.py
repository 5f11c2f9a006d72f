"""The fingerprint of a failure: its message without names, numbers, positions and types, so that like failures
group.

In: a trace's verdict, stage and message. Out: one line that begins with the verdict, such as `type: undefined: X`;
empty for a pass and for what could not be scored, which are no failures. X stands for a name or an expression, N for a
number, T for a type. Pure functions: the worker stores the fingerprint beside the trace, the web process reads it.
"""

import re
from collections.abc import Iterable

from models.enums import Stage, Verdict

LONGEST = 160
_READ = 500
"""Characters of a line that are looked at: a program can write a line of any length."""
_OF_COMPILER = frozenset({Verdict.SYNTAX, Verdict.IMPORT, Verdict.TYPE, Verdict.VET})
_RECOVERED = " [recovered, repanicked]"
_POSITION = re.compile(r"^\s*[\w./-]+\.go:\d+(?::\d+)?: ")
_OF_TESTS = re.compile(r"^\s*[\w./-]+_test\.go:\d+")
_LEXICAL = re.compile(
    r"syntax error: |newline in (?:string|rune literal)|not terminated|invalid character|in rune literal"
    r"|(?:empty|escape is|unknown escape)|(?:literal has no digits|invalid digit|invalid BOM|NUL)"
)
_OF_IMPORTS = re.compile(
    r"imported (?:as \S+ )?and not used|is not in std|could not import|no required module|import "
)
_OF_TYPES = re.compile(r"undefined: |declared and not used|imported and not used|cannot use .* as .* value in ")
_TESTIFY = re.compile(r"^\s*Error:\s*(.+)$", re.MULTILINE)
_STOPPED = re.compile(r"^\s*((?:panic|fatal error|runtime): .+)$", re.MULTILINE)
_LOGGED = re.compile(r"^\s+[\w./-]+\.go:\d+: (.+)$", re.MULTILINE)
_TEST_HEAD = re.compile(r"^(?:=== |\s*--- |FAIL\b|PASS\b|goroutine |exit status|\s*$)")

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
    line = deciding_line(verdict, message)
    words = _without_particulars(verdict, line) if line else f"no message at the stage {stage}"
    return _cut(f"{verdict}: {words}")


def verdict_of(fingerprint: str) -> Verdict | None:
    """The verdict that a fingerprint begins with; None for other text."""
    word = fingerprint.partition(": ")[0]
    return Verdict(word) if word in set(Verdict) else None


def deciding_line(verdict: Verdict, message: str) -> str:
    """The line of a message that says why the program got this verdict, without its position.

    A compiler lists every fault that it finds, in the order of the lines, and some are of another class; a test run
    prints which test failed before it says why.
    """
    if verdict in _OF_COMPILER:
        return _of_compiler(verdict, message)
    for pattern in (_TESTIFY, _STOPPED, _LOGGED) if verdict is Verdict.ASSERTION else (_STOPPED,):
        if found := pattern.search(message):
            return found[1].strip()
    return _first(line for line in message.splitlines() if not _TEST_HEAD.match(line))


def _of_compiler(verdict: Verdict, message: str) -> str:
    # What follows a fault and has no position of its own belongs to it.
    placed = [
        line for line in message.splitlines() if _POSITION.match(line) and not line.endswith(": too many errors")
    ]
    own = [line for line in placed if not _OF_TESTS.match(line)] or placed
    wanted = own
    if verdict is Verdict.SYNTAX:
        wanted = _with(own, _LEXICAL) or _without(own, _OF_TYPES)
    elif verdict is Verdict.IMPORT:
        # An import that only the tests need is named by a line of theirs.
        wanted = _with(own, _OF_IMPORTS) or _with(placed, _OF_IMPORTS)
    elif verdict is Verdict.TYPE:
        wanted = _without(own, _OF_IMPORTS)
    return _first(wanted or own or message.splitlines())


def _with(lines: list[str], pattern: re.Pattern[str]) -> list[str]:
    return [line for line in lines if pattern.search(line)]


def _without(lines: list[str], pattern: re.Pattern[str]) -> list[str]:
    return [line for line in lines if not pattern.search(line)]


def _first(lines: Iterable[str]) -> str:
    """The first line with words, without its position."""
    return next((text for line in lines if (text := _POSITION.sub("", line).strip())), "")


def _without_particulars(verdict: Verdict, line: str) -> str:
    text = line[:_READ].removeprefix("syntax error: ").removeprefix("panic: ").removesuffix(_RECOVERED).strip()
    if verdict in _OF_COMPILER:
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
