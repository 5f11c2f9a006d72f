"""What the Go program in `go/` finds in problems: names to rename, comments, and tests that are literal calls.

All places are byte offsets. The solutions are parsed, never compiled or executed.
"""

import json
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.errors import TekhneError
from settings import Settings
from worker.problem_sets import ProblemContent
from worker.toolchain import build_program, find_go

_SOURCE_FOLDER = Path(__file__).parent / "go"
_TIMEOUT_SECONDS = 300

Span = tuple[int, int]


class TwinError(TekhneError):
    """Twins of a set cannot be made; the message says why and what to do."""


@dataclass(frozen=True, kw_only=True)
class Literal:
    kind: str
    """Go's token: INT, FLOAT, CHAR, STRING; KEY for a map's key."""
    span: Span
    text: str


@dataclass(frozen=True, kw_only=True)
class LiteralCall:
    """One check of the entry point, of which everything is written out."""

    check: str
    """`Equal`, `True` or `False`."""
    name: Span
    expected: Span
    call: Span
    arguments: tuple[tuple[bool, tuple[Literal, ...]], ...]
    """Whether the argument is a single value, and its literals."""


@dataclass(frozen=True, kw_only=True)
class TestGroup:
    """Where a group of tests names what the problem declares, and its literal calls."""

    __test__ = False  # the name must not make pytest collect it

    names: tuple[Span, ...]
    calls: tuple[LiteralCall, ...]


@dataclass(frozen=True, kw_only=True)
class ReadProblem:
    """One problem as the Go program read it."""

    error: str
    """Why it could not be read; empty if it could."""
    names: dict[str, str]
    """What can be renamed, with its kind: function, type, parameter or local."""
    taken: frozenset[str]
    prompt: tuple[Span, ...]
    solution: tuple[Span, ...]
    comments: tuple[Span, ...]
    tests: tuple[TestGroup, ...]
    literals: tuple[str, ...]
    """Texts and characters of the code, as written."""


def twin_reader(settings: Settings) -> Path:
    """The executable that reads problems, built into the cache if it is not there yet.

    Raises:
        ToolchainError: Go is missing, or cannot build it.
    """
    return build_program(_SOURCE_FOLDER, go=find_go(settings.go), cache_dir=settings.cache_dir, name="twins")


def tests_of(problem: ProblemContent) -> tuple[str, ...]:
    """The hidden tests, and the example tests where there are any."""
    return (
        (problem.hidden_tests,) if problem.example_tests is None else (problem.hidden_tests, problem.example_tests)
    )


def read_problems(program: Path, problems: Sequence[ProblemContent]) -> list[ReadProblem]:
    """Each problem as read, in order.

    Raises:
        TwinError: the program failed.
    """
    requests = "".join(_request(problem) for problem in problems)
    finished = subprocess.run(
        [str(program)], input=requests.encode(), capture_output=True, timeout=_TIMEOUT_SECONDS, check=False
    )
    if finished.returncode != 0:
        raise TwinError(f"The reader of problems failed: {finished.stderr.decode(errors='replace').strip()}")
    return [_read(json.loads(line)) for line in finished.stdout.splitlines()]


def _request(problem: ProblemContent) -> str:
    fields = {
        "id": problem.task_id,
        "entry": problem.entry_point or "",
        "prompt": problem.prompt,
        "solution": problem.canonical_solution or "",
        "setup": problem.test_setup,
        "tests": tests_of(problem),
    }
    return json.dumps(fields) + "\n"


def _read(fields: dict[str, Any]) -> ReadProblem:
    return ReadProblem(
        error=fields.get("error", ""),
        names=fields["names"] or {},
        taken=frozenset(fields["taken"] or ()),
        prompt=_spans(fields["prompt"]),
        solution=_spans(fields["solution"]),
        comments=_spans(fields["comments"]),
        tests=tuple(
            TestGroup(names=_spans(one["names"]), calls=tuple(map(_call, one["calls"])))
            for one in fields["tests"] or ()
        ),
        literals=tuple(fields["literals"] or ()),
    )


def _spans(found: Iterable[Sequence[int]] | None) -> tuple[Span, ...]:
    return tuple((start, end) for start, end in found or ())


def _call(fields: dict[str, Any]) -> LiteralCall:
    return LiteralCall(
        check=fields["check"],
        name=tuple(fields["name"]),
        expected=tuple(fields["expected"]),
        call=tuple(fields["call"]),
        arguments=tuple(
            (
                one["scalar"],
                tuple(
                    Literal(kind=x["kind"], span=tuple(x["span"]), text=x["text"]) for x in one["literals"] or ()
                ),
            )
            for one in fields["arguments"]
        ),
    )


def spliced(text: str, pieces: Iterable[tuple[Span, str]]) -> str:
    """The text with each piece in place of its span (in bytes)."""
    data, parts, at = text.encode(), [], 0
    for (start, end), new in sorted(pieces):
        parts += [data[at:start], new.encode()]
        at = end
    return b"".join([*parts, data[at:]]).decode()
