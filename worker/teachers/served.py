"""Teachers behind servers: patience, quotas and keys are the same whatever the protocol.

In: a question. Out: the answer with its count of tokens. Temporary failures are retried with growing pauses; a server
that asks for quiet gets it from all threads. A refusal (401, 404) ends the collecting, because every case would meet
it, and so does a quota that is used up, which is no failure: the same command goes on once it is renewed.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from worker.teachers.accounting import Usage
from worker.teachers.asking import lesson_of, question_about
from worker.teachers.teacher import (
    Case,
    Lesson,
    TeacherAnswer,
    TeacherError,
    TeacherExhausted,
    TeacherOptions,
    TeacherUnreachable,
)

if TYPE_CHECKING:
    from worker.engines.server_errors import ServerError, ServerHiccup

TIMEOUT_SECONDS = 300.0
"""For a whole answer: models that think take minutes."""
LONGEST_QUIET_SECONDS = 900.0
"""A server that asks for a longer pause has no quota left for now."""


class Pace:
    """When the server may be asked again; all threads that ask it share one."""

    def __init__(self) -> None:
        self._until = 0.0
        self._lock = threading.Lock()

    def hold(self, seconds: float) -> None:
        with self._lock:
            self._until = max(self._until, time.monotonic() + seconds)

    def pause(self) -> float:
        """Seconds still to wait."""
        return max(0.0, self._until - time.monotonic())


@dataclass(frozen=True, kw_only=True)
class ServedTeacher:
    """A model behind a server; a subclass says in `answer` how it is asked once."""

    model: str
    url: str = ""
    key: str = field(default="", repr=False)
    key_name: str = "TEKHNE_TEACHER_KEY"
    first_pause_seconds: float = 1.0
    sleep: Callable[[float], None] = time.sleep
    private_allowed: bool = False
    """Whether the server may be on a private network."""
    pace: Pace = field(default_factory=Pace, repr=False, compare=False)

    @property
    def name(self) -> str:
        return self.model

    def teach(self, case: Case) -> Lesson:
        """Raises NoLesson for an answer in another form, and as `ask`."""
        return lesson_of(self.name, self.ask(question_about(case)))

    def ask(self, question: str) -> TeacherAnswer:
        """The answer to a question.

        Raises:
            NoLesson: the model answered without a usable text.
            TeacherUnreachable, TeacherExhausted: asking again is pointless, or pointless for now.
        """
        # Imported late: the other teachers do not need the client library.
        from worker.engines.openai_client import TRIES, pause_seconds
        from worker.engines.server_errors import ServerHiccup, ServerRefused, Trouble

        if not self.key.isascii():
            raise TeacherUnreachable("The teacher's key holds characters that no HTTP header takes: check it.")
        for attempt in range(TRIES):
            if quiet := self.pace.pause():
                self.sleep(quiet)
            try:
                return self.answer(question)
            except ServerRefused as error:
                raise self._ended(error, exhausted=error.trouble is Trouble.CREDIT) from None
            except ServerHiccup as error:
                last = attempt + 1 == TRIES
                if last or _is_spent(error):
                    limited = error.trouble in (Trouble.LIMIT, Trouble.CREDIT)
                    raise self._ended(error, exhausted=limited) from None
                pause = pause_seconds(attempt, self.first_pause_seconds, error.pause_seconds)
                if error.pause_seconds:
                    self.pace.hold(pause)
                else:
                    self.sleep(pause)
        raise AssertionError("unreachable")

    def answer(self, question: str) -> TeacherAnswer:
        """One try.

        Raises:
            ServerRefused, ServerHiccup: as the engine's client raises them.
            NoLesson: the model answered without a usable text.
        """
        raise NotImplementedError

    def _ended(self, error: "ServerError", *, exhausted: bool) -> TeacherError:
        reason = str(error).replace(self.key, "[the key]") if self.key else str(error)
        if exhausted:
            return TeacherExhausted(
                f"The quota of {self.name} is used up ({reason}): the same command goes on where it stopped once it "
                f"is renewed."
            )
        where = f"at {self.url} " if self.url else ""
        advice = error.trouble.advice(key=self.key_name, model=self.model, url=self.url)
        return TeacherUnreachable(f"The teacher {self.name} {where}does not answer ({reason}): {advice}.")


def _is_spent(error: "ServerHiccup") -> bool:
    """Whether the server says that no quota is left, rather than that it was asked too quickly."""
    from worker.engines.server_errors import Trouble

    if error.pause_seconds > LONGEST_QUIET_SECONDS:
        return error.trouble in (Trouble.LIMIT, Trouble.CREDIT)
    return error.trouble is Trouble.CREDIT and not error.pause_seconds


def checked_url(options: TeacherOptions) -> bool:
    """Whether servers on private networks are allowed, after the URL of `options`, if there is one, was looked at.

    Raises:
        ForbiddenAddress: it leads where no request may go.
    """
    from settings import load_settings
    from worker.addresses import refuse_address

    allowed = load_settings().private_endpoints
    if options.url:
        refuse_address(options.url, private_allowed=allowed)
    return allowed


def count(value: object) -> int | None:
    """A count of tokens, where the server's value is one."""
    from worker.engines.openai_client import MOST_TOKENS

    return value if type(value) is int and 0 <= value <= MOST_TOKENS else None


def usage_of(counts: object, input_name: str, *output_names: str) -> Usage:
    """The tokens that a server counted, from the object that holds its counts."""
    if not isinstance(counts, dict):
        return Usage()
    outputs = [found for name in output_names if (found := count(counts.get(name))) is not None]
    return Usage(input_tokens=count(counts.get(input_name)), output_tokens=sum(outputs) if outputs else None)
