"""One completion of a file, the shapes that files have, and what all shapes share: fields, ids, texts, scorers.

A shape says of a file whether it is its own, and reads it. The first registered one that fits is taken.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.errors import TekhneError
from worker.problem_sets.documents import Content

ID_FIELDS = ("task_id", "name", "problem_id", "question_id", "custom_id", "id")
"""Where the task is named. A request to a server has an `id` of its own beside the `custom_id` that its owner chose."""
TEXT_FIELDS = (
    "completion", "completions", "generation", "generations", "solution", "samples", "output", "raw_generation",
    "response", "responses", "raw_generations", "outputs",
)  # fmt: skip
"""Where answers stand. Of an extracted answer and the raw one, the owner judged the extracted one, which is first."""
INNER_FIELDS = ("content", "text", "code", *TEXT_FIELDS, "message", "choices", "body")
"""Where a text stands within an object, such as an answer of a chat server."""


class AnswerError(TekhneError):
    """A file of completions cannot be read as a whole; the sentence names what it holds."""


class FieldError(TekhneError):
    """One row cannot be read: `field` has no value that can be used, for a reason in words."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """One completion, and what its owner said of it."""

    line: int
    task_id: str
    completion: str | None
    """None: the file has a null there; its owner got no answer and counts a failure."""
    passed: bool | None = None
    """None: not scored there."""
    scored_by: str = ""
    """The field or scorer that `passed` comes from; empty where the file has none."""
    unit: str = "line"
    """What `line` counts."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BadAnswer:
    """A row that cannot be read."""

    line: int
    reason: str
    field: str = ""
    """The field that the reason is about; empty if it is about the row."""
    unit: str = "line"
    task_id: str = ""
    """Where it could be read: the row still counts as one of its task."""


@dataclass(frozen=True, kw_only=True)
class ReadOptions:
    """What the reader is told beside the file."""

    task_ids: Sequence[str] = ()
    """The tasks of the problem set in order, for files that name none."""
    results: bool = False
    """Whether `passed` is wanted; scores that cannot be understood are errors only then."""
    scorer: str | None = None
    """Which of several scorers, metrics or filters counts."""


@dataclass(frozen=True, kw_only=True)
class AnswerShape:
    """How one harness writes its completions."""

    name: str
    docs: str
    """One line: by what it is recognised."""
    fits: Callable[[Content], bool]
    read: Callable[[Content, ReadOptions], Iterator[Answer | BadAnswer]]


_SHAPES: list[AnswerShape] = []


def register(shape: AnswerShape) -> None:
    """Add a shape behind those that are there."""
    _SHAPES.append(shape)


def answer_shapes() -> tuple[AnswerShape, ...]:
    return tuple(_SHAPES)


def task_of(fields: Mapping[str, Any], where: str = "") -> str:
    """The task that a row names. Raises: FieldError."""
    for name in ID_FIELDS:
        value = fields.get(name)
        if isinstance(value, str) and value:
            return value
        if name == "id" and isinstance(value, int) and not isinstance(value, bool):
            return str(value)
    for name in ID_FIELDS[:2]:
        if name in fields:
            raise FieldError("task_id", f"field {name} is {short(fields[name])}, but must be text")
    raise FieldError("task_id", f"field {where}task_id is missing; it has {_names(fields)}")


def texts_of(fields: Mapping[str, Any]) -> list[str | None]:
    """The completions of a row, one or several; None stands for a null. Raises: FieldError."""
    present = [name for name in TEXT_FIELDS if name in fields]
    if not present:
        raise FieldError("completion", f"field completion is missing; it has {_names(fields)}")
    name = next((name for name in present if fields[name] is not None), present[0])
    texts = texts_in(fields[name], name)
    if not texts:
        raise FieldError("completion", f"field {name} is an empty list")
    return texts


def texts_in(value: Any, name: str) -> list[str | None]:
    """The texts of a value: a text, a null, a list of such, or what a chat server answers. Raises: FieldError."""
    if value is None or isinstance(value, str):
        return [value]
    if isinstance(value, list):
        if value and all(isinstance(part, dict) and "type" in part for part in value):
            return ["".join(_part(part, name) for part in value)]
        return [text for one in value for text in texts_in(one, name)]
    if isinstance(value, dict):
        inner = next((inner for inner in INNER_FIELDS if value.get(inner) is not None), None)
        if inner is not None:
            return texts_in(value[inner], f"{name}.{inner}")
    raise FieldError("completion", f"field {name} is {short(value)}, but must be text")


def _part(part: dict[str, Any], name: str) -> str:
    """The text of one part of an answer; a message among them has parts of its own, and a thought has none."""
    if part["type"] == "message":
        return "".join(text or "" for text in texts_in(part.get("content"), f"{name}.content"))
    return part["text"] if isinstance(part.get("text"), str) else ""


def passed_of(value: Any) -> bool | None:
    """What a score says: Inspect's letters, numbers, words, or null. Raises: ValueError if it is in between."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    word = value.strip().lower() if isinstance(value, str) else value
    if word in ("c", "ok", "pass", "passed", "correct", "true", 1, True):
        return True
    if word in ("i", "n", "fail", "failed", "incorrect", "false", "timeout", "exception", "syntaxerror", 0, False):
        return False
    if isinstance(word, str) and word.startswith(("failed", "timed out")):
        return False
    raise ValueError(short(value))


def chosen(found: Iterable[str], scorer: str | None, source: str, what: str = "scorer") -> str | None:
    """The scorer that counts: the only one, or the one that the user chose; None where there is none.

    Raises:
        AnswerError: there are several and none was chosen, or another was.
    """
    names = list(found)
    if scorer is not None and names and scorer not in names:
        raise AnswerError(f"{source} has no {what} {scorer!r}: choose {' or '.join(names)} with --scorer.")
    if scorer is None and len(names) > 1:
        raise AnswerError(f"{source} has several {what}s ({', '.join(names)}): choose one with --scorer.")
    return (scorer or names[0]) if names else None


def short(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 40 else shown[:39] + "…"


def _names(fields: Mapping[str, Any]) -> str:
    return f"the fields {', '.join(map(str, list(fields)[:20]))}" if fields else "no fields"
