"""What a teacher is: what it is asked, what it answers, and the registry of all teachers.

The teachers that come with Tekhne are registered in this package's `__init__`; any other code may call `register`
before it collects. Whether a lesson is right is not a teacher's business: `worker/collecting` has the ruler verify it.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol, runtime_checkable

from models.enums import Stage, Verdict
from models.errors import TekhneError
from settings import load_settings
from worker.problem_sets import ProblemContent
from worker.teachers.accounting import UNKNOWN, Usage


class TeacherError(TekhneError):
    """Base of this room's errors: NoLesson, TeacherUnreachable, TeacherExhausted, UnknownTeacher, MissingOption,
    NotForJobs."""


class NoLesson(TeacherError):
    """The teacher has nothing usable to say about this case; the next case may go better."""

    def __init__(self, sentence: str, usage: Usage = UNKNOWN) -> None:
        """`usage`: what the answer cost all the same."""
        super().__init__(sentence)
        self.usage = usage


class TeacherUnreachable(TeacherError):
    """The server refuses, or does not answer after every retry."""


class TeacherExhausted(TeacherError):
    """The teacher's quota is used up: the same command goes on once it is renewed."""

    exit_code = 1


class UnknownTeacher(TeacherError):
    """No teacher is registered by this name."""


class MissingOption(TeacherError):
    """The teacher needs something that is not given."""


class NotForJobs(TeacherError):
    """What the user of a command may ask of a teacher, a job may not."""


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
    usage: Usage = UNKNOWN
    """What it took; nothing is counted where no model was asked."""


@dataclass(frozen=True, kw_only=True)
class TeacherAnswer:
    """What a language model answers to a question."""

    text: str
    usage: Usage = UNKNOWN


class Teacher(Protocol):
    """Has a name, because every transcript says who taught it."""

    @property
    def name(self) -> str: ...

    def teach(self, case: Case) -> Lesson:
        """A lesson for the case.

        Raises:
            NoLesson: the teacher has nothing usable to say; the next case may go better.
            TeacherUnreachable: there is no point in asking again.
            TeacherExhausted: there is no point in asking again today.
        """
        ...


@runtime_checkable
class QuestionAnswerer(Protocol):
    """A teacher that is a language model and so can also be asked something else, such as to write a problem."""

    @property
    def name(self) -> str: ...

    def ask(self, question: str) -> TeacherAnswer:
        """The answer.

        Raises:
            NoLesson: no text came; the next question may go better.
            TeacherUnreachable: there is no point in asking again.
            TeacherExhausted: there is no point in asking again today.
        """
        ...


@dataclass(frozen=True, kw_only=True)
class TeacherOptions:
    """What one kind of teacher or another needs; each says in its `TeacherKind` what that is."""

    url: str = ""
    """Of the server; for an OpenAI-compatible one up to and with `/v1`."""
    model: str = ""
    """The server's model; the base's folder or hub id; what a program is called in transcripts."""
    command: str = ""
    """A program with its arguments, as typed in a shell."""
    project: str = ""
    """A Google Cloud project."""
    location: str = ""
    """A Google Cloud region."""
    key: str = field(default="", repr=False)
    """Empty: from the environment."""


@dataclass(frozen=True, kw_only=True)
class TeacherKind:
    """A registered teacher."""

    name: str
    """Unique; what `tekhne collect --teacher` calls it."""
    label: str
    """One line of help."""
    needs: tuple[str, ...] = ()
    """The fields of TeacherOptions that may not be empty."""
    key_names: tuple[str, ...] = ()
    """Environment variables in which its users keep the key, after TEKHNE_TEACHER_KEY."""
    concurrent: bool = False
    """Whether several threads may ask it at once."""
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


def kind_of(name: str) -> TeacherKind:
    """The kind registered as `name`.

    Raises:
        UnknownTeacher: there is none.
    """
    kind = _KINDS.get(name)
    if kind is None:
        raise UnknownTeacher(f"There is no teacher {name}: choose one of {', '.join(_KINDS)}.")
    return kind


def open_teacher(name: str, options: TeacherOptions, *, trusted: bool = True) -> Teacher:
    """The teacher registered as `name`; its key is taken from the environment where `options` has none.

    Args:
        trusted: whether the options come from this process's own user. Those of a job do not: whoever can start a job
            could have the key sent to a server of his own, so it is sent to the teacher's usual server or to that of
            TEKHNE_TEACHER_URL only; and he could have any program run.

    Raises:
        UnknownTeacher: there is none.
        MissingOption: it needs something that `options` does not name.
        NotForJobs: a job must not ask this.
    """
    kind = kind_of(name)
    key_goes = trusted or not options.url or options.url == load_settings().teacher_url
    if not trusted and options.command:
        raise NotForJobs("A job runs no program: teach with --command in the foreground.")
    # A kind that names keys without needing one signs in otherwise: with the machine's own credentials.
    if not key_goes and ("key" in kind.needs or kind.key_names):
        raise NotForJobs(
            f"A job sends the key of {name} to its usual server only: leave out the URL, or set TEKHNE_TEACHER_URL to "
            f"{options.url} where the worker runs."
        )
    if not options.key and key_goes:
        options = replace(options, key=_key_of(kind))
    missing = [field for field in kind.needs if not getattr(options, field)]
    if "key" in missing:
        names = " or ".join(("TEKHNE_TEACHER_KEY", *kind.key_names))
        raise MissingOption(f"The teacher {name} needs a key: set {names} in the environment.")
    if missing:
        needed = " and ".join(f"--{field}" for field in kind.needs if field != "key")
        raise MissingOption(f"The teacher {name} needs {needed}.")
    return kind.make(options)


def _key_of(kind: TeacherKind) -> str:
    stored = load_settings().teacher_key
    if stored is not None:
        return stored.get_secret_value()
    return next((found for name in kind.key_names if (found := os.environ.get(name, "").strip())), "")
