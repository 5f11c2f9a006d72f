"""What a family of problems is, and the registry of all families.

A family is a function that draws one problem (`DrawnProblem`) from a `Draw`: its wording, its canonical solution in Go
and how to draw arguments. It states no results: those are computed by running the solution. The same draw gives the
same draft, so a family uses no other source of chance.
"""

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from models.errors import TekhneError
from worker.generator.go_functions import with_helpers
from worker.generator.values import Struct

VERSION = 4
"""To be raised with every change that can change what a seed gives."""
VERSION_DATE = "2026-11-30"
"""The day that this version was published: from then on, anybody can generate what a public seed gives."""

Option = TypeVar("Option")
Arguments = tuple[Any, ...]


class GeneratorError(TekhneError):
    """A set cannot be generated, or must not be stored under this name."""


@dataclass(frozen=True, kw_only=True)
class DrawnProblem:
    """One drawn problem, before its solution was run."""

    name: str
    """The entry point."""
    task: Sequence[str]
    """The task in sentences, without examples; the first begins with the entry point's name."""
    parameters: str
    """As Go writes them: `values []int, limit int`."""
    result: str
    """`int`, or `(int, bool)`."""
    body: str
    """The entry point's body: Go with four spaces a level."""
    arguments: Callable[["Draw"], Arguments]
    """Draws the arguments of one call."""
    edges: Sequence[Arguments] = ()
    """Arguments that the tests always hold."""
    structs: Sequence[Struct] = ()
    helpers: str = ""
    """Functions of this problem's own; the common ones (go_functions.py) are added by name."""

    @property
    def types(self) -> list[str]:
        """The type of each parameter."""
        found: list[str] = []
        for part in reversed(_split(self.parameters)):
            _, _, written = part.strip().partition(" ")
            found.append(written or found[-1])
        return found[::-1]

    @property
    def source(self) -> str:
        """Everything behind the doc comment: signature, body and helpers."""
        code = f"func {self.name}({self.parameters}) {self.result} {{\n{indent(self.body)}\n}}\n"
        return with_helpers(code + (f"\n{tabs(self.helpers)}\n" if self.helpers else ""))


def _split(parameters: str) -> list[str]:
    return [part for part in parameters.split(",") if part.strip()]


def fill(template: str, **values: object) -> str:
    """`template` with `$name` replaced; a value of several lines keeps the indentation of the line it stands on."""

    def put(match: re.Match[str]) -> str:
        return match[1] + str(values[match[2]]).strip("\n").replace("\n", f"\n{match[1]}")

    whole_lines = re.sub(r"^( *)\$(\w+)$", put, template.strip("\n"), flags=re.MULTILINE)
    return re.sub(r"\$(\w+)", lambda match: str(values[match[1]]), whole_lines)


def tabs(code: str) -> str:
    """Four leading spaces as a tab. Lines that a missing step left blank go; blank lines between functions stay."""
    lines = [line.rstrip() for line in code.strip("\n").splitlines()]
    kept = [line for at, line in enumerate(lines) if line or lines[at + 1].startswith("func ")]
    return "\n".join("\t" * ((len(line) - len(line.lstrip(" "))) // 4) + line.lstrip(" ") for line in kept)


def indent(code: str) -> str:
    return "\n".join(f"\t{line}" for line in tabs(code).splitlines() if line)


class Draw:
    """The one source of chance: everything drawn from a seed, the same on every machine."""

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed)

    def number(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return self._random.randrange(low, high + 1)

    def chance(self, share: float) -> bool:
        return self._random.randrange(1000) < share * 1000

    def pick(self, options: Sequence[Option]) -> Option:
        return options[self._random.randrange(len(options))]

    def some(self, options: Sequence[Option], count: int) -> list[Option]:
        """`count` different options, in drawn order."""
        left, taken = list(options), []
        for _ in range(min(count, len(left))):
            taken.append(left.pop(self._random.randrange(len(left))))
        return taken

    def say(self, *wordings: str) -> str:
        return self.pick(wordings)

    def ints(self, low: int, high: int, most: int = 11, *, least: int = 0, near: Sequence[int] = ()) -> list[int]:
        """A list of numbers; two in five are next to one of `near`, and some lists repeat themselves."""
        count = self.number(least, most)
        pool = [self.value(low, high, near) for _ in range(max(1, count))]
        if self.chance(0.3):
            pool = pool[: max(1, count // 2)]
        return [self.pick(pool) if self.chance(0.3) else pool[at % len(pool)] for at in range(count)]

    def value(self, low: int, high: int, near: Sequence[int] = ()) -> int:
        if near and self.chance(0.4):
            return min(high, max(low, self.pick(near) + self.number(-1, 1)))
        return self.number(low, high)

    def text(self, letters: str, most: int, least: int = 0) -> str:
        return "".join(self.pick(letters) for _ in range(self.number(least, most)))

    def words(self, most: int, least: int = 0) -> list[str]:
        return [self.pick(WORDS) for _ in range(self.number(least, most))]


Family = Callable[[Draw], DrawnProblem]
_FAMILIES: dict[str, tuple[str, Family]] = {}


def family(theme: str) -> Callable[[Family], Family]:
    """Register a family under its function's name.

    Raises:
        ValueError: the name is taken.
    """

    def register(draw: Family) -> Family:
        name = draw.__name__
        if name in _FAMILIES:
            raise ValueError(f"The problem family {name!r} is registered already: choose another name.")
        _FAMILIES[name] = (theme, draw)
        return draw

    return register


def unregister(name: str) -> None:
    """Remove the family `name`; nothing happens where there is none."""
    _FAMILIES.pop(name, None)


def registered() -> dict[str, tuple[str, Family]]:
    """Every family with its theme by name, in the order of names."""
    return dict(sorted(_FAMILIES.items()))


_WORD_LIST = (
    "ash bay cat dog eel fig gnu hen ivy jay kite lark moss newt oak pine quay reed sage tide urn vole wren yak zebra "
    "level radar noon civic otto abba banana kayak apple orange Amber Birch cedar delta Ember fern Grove hazel iris "
    "juniper a I to be of go up my it on x y"
)
WORDS = tuple(_WORD_LIST.split())
