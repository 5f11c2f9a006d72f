"""A teacher that is a command-line program: it reads the question on standard input and prints the answer.

`gemini -p` and other assistants have this form. The program gets the user's environment without Tekhne's own
variables, which hold our keys. It is killed, with all that it started, when it takes too long.
"""

import os
import re
import shlex
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from worker.teachers.asking import lesson_of, question_about
from worker.teachers.teacher import (
    Case,
    Lesson,
    NoLesson,
    TeacherAnswer,
    TeacherExhausted,
    TeacherKind,
    TeacherOptions,
    TeacherUnreachable,
)

TRIES = 3
FIRST_PAUSE_SECONDS = 2.0
LONGEST_ANSWER = 1_000_000
"""In characters."""
_QUOTA = re.compile(r"RESOURCE_EXHAUSTED|quota|usage limit|rate limit", re.IGNORECASE)
_LONGEST_REASON = 200


@dataclass(frozen=True, kw_only=True)
class CommandTeacher:
    """Runs `command` once for each question."""

    command: tuple[str, ...]
    name: str
    timeout_seconds: float = 300.0
    sleep: Callable[[float], None] = time.sleep

    def teach(self, case: Case) -> Lesson:
        """Raises NoLesson for an answer in another form, and as `ask`."""
        return lesson_of(self.name, self.ask(question_about(case)))

    def ask(self, question: str) -> TeacherAnswer:
        """What the program prints.

        Raises:
            NoLesson: it printed nothing.
            TeacherUnreachable: it cannot be started, or fails again and again.
            TeacherExhausted: it says that its quota is used up.
        """
        reason = ""
        for attempt in range(TRIES):
            if attempt:
                self.sleep(FIRST_PAUSE_SECONDS * 2 ** (attempt - 1))
            reason, answer = self._run(question)
            if not reason:
                if not answer.strip():
                    raise NoLesson(f"{self.name} printed nothing.")
                return TeacherAnswer(text=answer[:LONGEST_ANSWER])
            if _QUOTA.search(reason):
                raise TeacherExhausted(
                    f"The quota of {self.name} is used up ({reason}): the same command goes on where it stopped once "
                    f"it is renewed."
                )
        raise TeacherUnreachable(
            f"The program {self.command[0]} does not teach ({reason}): try it by hand with a question on standard "
            f"input."
        )

    def _run(self, question: str) -> tuple[str, str]:
        """Why it failed, empty where it did not, and what it printed."""
        try:
            program = subprocess.Popen(
                self.command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                errors="replace",
                env=_environment(),
                start_new_session=True,
            )
        except OSError as error:
            raise TeacherUnreachable(
                f"The program {self.command[0]} cannot be started ({error.strerror}): check --command."
            ) from error
        with program:
            try:
                answer, trouble = program.communicate(question, timeout=self.timeout_seconds)
            except subprocess.TimeoutExpired:
                _kill(program)
                return f"it printed no whole answer in {self.timeout_seconds:.0f} s", ""
            except BaseException:
                _kill(program)
                raise
        if program.returncode:
            words = " ".join(trouble.split())[-_LONGEST_REASON:]
            return f"exit code {program.returncode}{': ' + words if words else ''}", ""
        return "", answer


def _kill(program: "subprocess.Popen[str]") -> None:
    """With all that it started."""
    with suppress(ProcessLookupError):
        os.killpg(program.pid, signal.SIGKILL)


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("TEKHNE_")}


def _make(options: TeacherOptions) -> CommandTeacher:
    try:
        command = tuple(shlex.split(options.command))
    except ValueError as error:
        raise TeacherUnreachable(f"--command cannot be read ({error}): check its quotes.") from error
    if not command:
        raise TeacherUnreachable("--command names no program.")
    return CommandTeacher(command=command, name=options.model or os.path.basename(command[0]))


KIND = TeacherKind(
    name="command",
    label="a program that reads the question on standard input and prints the answer",
    needs=("command",),
    concurrent=True,
    make=_make,
)
