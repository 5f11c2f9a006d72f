"""Go source as tokens: which names a program chose, the program under other names, a fingerprint without names.

In: Go source. Out: text or hashes. There is no parser here: a name is *chosen* if it stands somewhere that is neither
behind a dot nor only before one, which leaves packages and the methods of other people's types as they are. Two
programs that reuse one name in different places have different fingerprints: the comparison may miss a recitation, but
does not report a false one.
"""

import hashlib
import random
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from worker.problem_sets.go_text import without_comments_and_strings

_TOKEN = re.compile(
    r"(?P<comment>//[^\n]*|/\*.*?\*/)"
    r'|(?P<literal>"(?:\\.|[^"\\\n])*"|`[^`]*`|\'(?:\\.|[^\'\\\n])*\'|(?:\d|\.\d)(?:[eEpP][+-]|[\w.])*)'
    r"|(?P<name>[^\W\d]\w*)"
    r"|(?P<sign><<=|>>=|&\^=|\.\.\.|:=|==|!=|<=|>=|&&|\|\||<-|\+\+|--|<<|>>|&\^|[-+*/%&|^]=|[^\s\w])",
    re.DOTALL,
)
_KEYWORDS = (
    "break case chan const continue default defer else fallthrough for func go goto if import interface map package "
    "range return select struct switch type var"
)
_PREDECLARED = (
    "any bool byte comparable complex64 complex128 error float32 float64 int int8 int16 int32 int64 rune string uint "
    "uint8 uint16 uint32 uint64 uintptr true false iota nil append cap clear close complex copy delete imag len make "
    "max min new panic print println real recover _ init main"
)
KEYWORDS, PREDECLARED = frozenset(_KEYWORDS.split()), frozenset(_PREDECLARED.split())
_HEADER = re.compile(
    r'^(?:package \w+|import \((?:[^()]|\n)*?\)|import (?:\w+ |\. )?"[^"]*")[ \t]*;?', re.MULTILINE
)
_DECLARED = re.compile(
    r"((?:[^\W\d]\w*\s*,\s*)*[^\W\d]\w*)\s*:=|\b(?:var|const)\s+((?:[^\W\d]\w*\s*,\s*)*[^\W\d]\w*)"
)
_NAME = re.compile(r"[^\W\d]\w*")

Token = tuple[str, str, int]
"""Kind (`name`, `literal`, `sign`), text, place."""


def tokens_of(code: str) -> Iterator[Token]:
    """Every token with its place; comments are left out."""
    for match in _TOKEN.finditer(code):
        if match.lastgroup != "comment" and match.lastgroup is not None:
            yield match.lastgroup, match[0], match.start()


def fingerprint(source: str) -> str:
    """A hash that two programs share if they are alike up to chosen names, layout, comments, imports."""
    tokens = [
        (kind, text) for kind, text, _ in tokens_of(_HEADER.sub("", source.replace("\r\n", "\n"))) if text != ";"
    ]
    # A comma before a closing bracket is needed only where the line ends there.
    kept = [
        token
        for place, token in enumerate(tokens)
        if not (token[1] == "," and place + 1 < len(tokens) and tokens[place + 1][1] in ")]}")
    ]
    chosen = _chosen(kept)
    numbers: dict[str, str] = {}
    words = [
        numbers.setdefault(text, f"#{len(numbers)}") if kind == "name" and text in chosen else text
        for kind, text in kept
    ]
    return hashlib.sha256("\0".join(words).encode("utf-8", "surrogateescape")).hexdigest()


def is_recited(source: str, prompt: str, canonical_solution: str | None) -> bool | None:
    """Whether a program is the canonical one up to names, layout and comments; None without a canonical solution.

    Args:
        source: the program as it was judged.
    """
    if not canonical_solution:
        return None
    return fingerprint(source) == fingerprint(prompt + canonical_solution)


def _chosen(tokens: Sequence[tuple[str, str]]) -> frozenset[str]:
    found = set()
    for place, (kind, text) in enumerate(tokens):
        if kind != "name" or text in KEYWORDS or text in PREDECLARED:
            continue
        before = tokens[place - 1][1] if place else ""
        behind = tokens[place + 1][1] if place + 1 < len(tokens) else ""
        if "." not in (before, behind):
            found.add(text)
    return frozenset(found)


def local_names(code: str, outside: str = "") -> tuple[str, ...]:
    """The variables that `code` declares and that can be renamed in it alone, in order of appearance.

    Args:
        outside: what stands before it; a name that occurs there stays.
    """
    plain = without_comments_and_strings(code)
    listed = [name for match in _DECLARED.finditer(plain) for name in _NAME.findall(match[1] or match[2])]
    taken = {text for kind, text, _ in tokens_of(outside) if kind == "name"} | KEYWORDS | PREDECLARED
    fields = set()
    tokens = list(tokens_of(code))
    for place, (kind, text, _) in enumerate(tokens):
        before = tokens[place - 1][1] if place else ""
        behind = tokens[place + 1][1] if place + 1 < len(tokens) else ""
        if kind == "name" and (before == "." or behind == ":"):
            fields.add(text)
    return tuple(name for name in dict.fromkeys(listed) if name not in taken | fields)


def renamed(code: str, names: Mapping[str, str]) -> str:
    """`code` with these names exchanged, wherever they are no part of a comment, literal or selector."""
    pieces, end, before = [], 0, ""
    for kind, text, place in tokens_of(code):
        if kind == "name" and before != "." and text in names:
            pieces += [code[end:place], names[text]]
            end = place + len(text)
        before = text
    return "".join([*pieces, code[end:]])


def occurrences(code: str, names: Collection[str]) -> int:
    """How often `code` uses one of the names."""
    counted = Counter(text for kind, text, _ in tokens_of(code) if kind == "name")
    return sum(counted[name] for name in names)


def other_names(
    names: Sequence[str], pool: Sequence[str], taken: Collection[str], length: Callable[[str], int], seed: str
) -> dict[str, str] | None:
    """Another name from `pool` for each of `names`, of the same `length`; None where the pool has too few."""
    draw = random.Random(seed)
    free = [name for name in pool if name not in taken and name not in names]
    draw.shuffle(free)
    found: dict[str, str] = {}
    for name in names:
        wanted = length(name)
        # Of two names of as many tokens the one of about as many letters is as likely in a text.
        near = [one for one in free if length(one) == wanted and (len(one) < 3) == (len(name) < 3)]
        if not near:
            return None
        found[name] = near[0]
        free.remove(near[0])
    return found
