"""What a teacher is: what it is asked, what it answers, and the registry of all teachers.

The teachers that come with Tekhne are registered in this package's `__init__`; any other code may call `register`
before it collects. Whether a lesson is right is not a teacher's business: `worker/collecting` has the ruler verify it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from models.enums import Stage, Verdict
from models.errors import TekhneError
from worker.problem_sets import ProblemContent


class TeacherError(TekhneError):
    """Base of this room's errors: NoLesson, TeacherUnreachable, UnknownTeacher, MissingOption."""


class NoLesson(TeacherError):
    """The teacher has nothing usable to say about this case; the next case may go better."""


class TeacherUnreachable(TeacherError):
    """The server refuses, or does not answer after every retry."""


class UnknownTeacher(TeacherError):
    """No teacher is registered by this name."""


class MissingOption(TeacherError):
    """The teacher needs a server, and its URL or model is not given."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """A failed attempt and what the ruler said about it."""

    problem: ProblemContent
    attempt: str
    verdict: Verdict
    stage: Stage
    message: str
    line: int | None
    """1-based in the attempt; None where the error lies elsewhere."""
    trace: str
    """All of this in the words that critics read."""


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """What the teacher says."""

    reflection: str
    revision: str
    """A completion of the problem's prompt, as a base would write it."""


class Teacher(Protocol):
    """Has a name, because every transcript says who taught it."""

    @property
    def name(self) -> str: ...

    def teach(self, case: Case) -> Lesson:
        """A lesson for the case.

        Raises:
            NoLesson: the teacher has nothing usable to say; the next case may go better.
            TeacherUnreachable: there is no point in asking again.
        """
        ...


@runtime_checkable
class QuestionAnswerer(Protocol):
    """A teacher that is a language model and so can also be asked something else, such as to write a problem."""

    @property
    def name(self) -> str: ...

    def ask(self, question: str) -> str:
        """The answer.

        Raises:
            NoLesson: no text came; the next question may go better.
            TeacherUnreachable: there is no point in asking again.
        """
        ...


@dataclass(frozen=True, kw_only=True)
class TeacherOptions:
    """What a teacher behind a server, or a base in this process, needs; other teachers ignore it."""

    url: str = ""
    """Up to and with `/v1`."""
    model: str = ""
    """The server's model; or the base's folder or hub id."""
    key: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True)
class TeacherKind:
    """A registered teacher."""

    name: str
    """Unique; what `tekhne collect --teacher` calls it."""
    label: str
    """One line of help."""
    needs_server: bool
    """Whether it needs a URL and a model; such a teacher also takes a key."""
    make: Callable[[TeacherOptions], Teacher]


_KINDS: dict[str, TeacherKind] = {}


def register(kind: TeacherKind) -> None:
    """Add a teacher.

    Raises:
        ValueError: the name is taken.
    """
    if kind.name in _KINDS:
        raise ValueError(f"The teacher {kind.name!r} is registered already: choose another name.")
    _KINDS[kind.name] = kind


def unregister(name: str) -> None:
    """Remove the teacher `name`; nothing happens where there is none."""
    _KINDS.pop(name, None)


def registered() -> tuple[TeacherKind, ...]:
    """All teachers, in the order of their registration."""
    return tuple(_KINDS.values())


def open_teacher(name: str, options: TeacherOptions) -> Teacher:
    """The teacher registered as `name`.

    Raises:
        UnknownTeacher: there is none.
        MissingOption: it needs a server, and `options` names none.
    """
    kind = _KINDS.get(name)
    if kind is None:
        raise UnknownTeacher(f"There is no teacher {name}: choose one of {', '.join(_KINDS)}.")
    if kind.needs_server and not (options.url and options.model):
        raise MissingOption(f"The teacher {name} needs --url and --model.")
    return kind.make(options)
