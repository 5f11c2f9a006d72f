"""A teacher behind an OpenAI-compatible server: any chat model, at any URL.

In: a case. Out: the lesson in the model's answer. Temporary failures are retried with growing pauses. A refusal (401,
404) ends the collecting, because every case would meet it. An answer that does not have the requested form is no
lesson.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from worker.teachers.asking import lesson_of, question_about
from worker.teachers.teacher import Case, Lesson, NoLesson, TeacherKind, TeacherOptions, TeacherUnreachable

if TYPE_CHECKING:
    from worker.engines.server_errors import ServerError


@dataclass(frozen=True, kw_only=True)
class EndpointTeacher:
    """Asks `model` at `url` (up to and with `/v1`)."""

    url: str
    model: str
    key: str = field(default="", repr=False)
    temperature: float = 0.2
    first_pause_seconds: float = 1.0
    sleep: Callable[[float], None] = time.sleep
    private_allowed: bool = False
    """Whether the server may be on a private network."""

    @property
    def name(self) -> str:
        return self.model

    def teach(self, case: Case) -> Lesson:
        """Raises NoLesson for an answer in another form, TeacherUnreachable where asking again is pointless."""
        return lesson_of(self.name, self.ask(question_about(case)))

    def ask(self, question: str) -> str:
        """The answer to a question; raises NoLesson without a text, TeacherUnreachable as `teach` does."""
        # Imported late: the other teachers do not need the client library.
        from worker.engines.openai_client import TRIES, chat_answer, pause_seconds
        from worker.engines.server_errors import ServerHiccup, ServerRefused

        if not self.key.isascii():
            raise TeacherUnreachable("The teacher's key holds characters that no HTTP header takes: check it.")
        messages = [{"role": "user", "content": question}]
        body = {"model": self.model, "temperature": self.temperature, "messages": messages}
        reason = advice = ""
        for attempt in range(TRIES):
            try:
                answer = chat_answer(self.url, self.key, body, private_allowed=self.private_allowed)
            except ServerRefused as error:
                reason, advice = str(error), self._advice(error)
                break
            except ServerHiccup as error:
                reason, advice = str(error), self._advice(error)
                if attempt + 1 < TRIES:
                    self.sleep(pause_seconds(attempt, self.first_pause_seconds, error.pause_seconds))
            else:
                if answer is None:
                    raise NoLesson(f"{self.model} answered without text.")
                return answer
        if self.key:
            reason = reason.replace(self.key, "[the key]")
        raise TeacherUnreachable(f"The teacher at {self.url} does not answer ({reason}): {advice}.")

    def _advice(self, error: "ServerError") -> str:
        return error.trouble.advice(key="TEKHNE_TEACHER_KEY", model=self.model, url=self.url)


def _make(options: TeacherOptions) -> EndpointTeacher:
    from settings import load_settings
    from worker.addresses import refuse_address

    allowed = load_settings().private_endpoints
    refuse_address(options.url, private_allowed=allowed)
    return EndpointTeacher(url=options.url, model=options.model, key=options.key, private_allowed=allowed)


KIND = TeacherKind(
    name="endpoint",
    label="a chat model behind an OpenAI-compatible server",
    needs_server=True,
    make=_make,
)
