"""A teacher behind an OpenAI-compatible server: any chat model, at any URL.

In: a case. Out: the lesson in its answer. Overload and hiccups (408, 429, 5xx, broken connections, an answer that is no
chat completion) are tried again with growing pauses; a refusal (401, 404) ends the collecting, because every case
would meet it. An answer in another form than asked for is no lesson, and says so.
"""

import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from string import Template
from typing import Any

import httpx

from worker.teachers.errors import NoLesson, TeacherUnreachable
from worker.teachers.teacher import Case, Lesson

TRIES = 5
TIMEOUT_SECONDS = 120.0
_WORTH_ANOTHER_TRY = {408, 409, 429, 500, 502, 503, 504}
_TEMPLATE = Template((Path(__file__).parent / "templates" / "lesson.txt").read_text(encoding="utf-8"))
_ANSWER = re.compile(r"Reflection:\s*(?P<reflection>.+?)\s*```(?:go)?[ \t]*\n(?P<revision>.+?)```", re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class EndpointTeacher:
    """Asks `model` at `url` (up to and with `/v1`)."""

    url: str
    model: str
    key: str = field(default="", repr=False)
    temperature: float = 0.2
    first_pause_seconds: float = 1.0
    sleep: Callable[[float], None] = time.sleep

    @property
    def name(self) -> str:
        return self.model

    def teach(self, case: Case) -> Lesson:
        """Raises NoLesson for an answer without the form, TeacherUnreachable where asking on is pointless."""
        answer = self._ask(
            _TEMPLATE.substitute(prompt=case.problem.prompt, attempt=case.attempt, trace=case.trace)
        )
        found = _ANSWER.search(answer)
        if found is None:
            raise NoLesson(f"{self.model} answered in another form than asked for.")
        return Lesson(reflection=found["reflection"], revision=found["revision"])

    def _ask(self, question: str) -> str:
        reason = ""
        for attempt in range(TRIES):
            if attempt:
                self._pause(attempt)
            try:
                response = self._post(question)
            except httpx.RequestError as error:
                reason = str(error) or type(error).__name__
                continue
            if response.status_code == 200:
                answer = _content(response, self.model)
                if answer is not None:
                    return answer
                reason = "it answers with something that is no chat completion"
                continue
            reason = f"HTTP {response.status_code}"
            if response.status_code not in _WORTH_ANOTHER_TRY:
                break
        raise TeacherUnreachable(
            f"The teacher at {self.url} does not answer ({reason}): check its URL, model and key."
        )

    def _pause(self, attempt: int) -> None:
        """Twice as long each time, and never in step with other workers."""
        self.sleep(self.first_pause_seconds * 2 ** (attempt - 1) * random.uniform(0.8, 1.2))

    def _post(self, question: str) -> httpx.Response:
        if not self.key.isascii():
            raise TeacherUnreachable("The teacher's key holds signs that no HTTP header takes: check it.")
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        body = {
            "model": self.model,
            "temperature": self.temperature,
            "messages": [{"role": "user", "content": question}],
        }
        url = f"{self.url.rstrip('/')}/chat/completions"
        return httpx.post(url, json=body, headers=headers, timeout=TIMEOUT_SECONDS)


def _content(response: httpx.Response, model: str) -> str | None:
    """The answer's text; None where it is no chat completion. Raises NoLesson for one without text."""
    try:
        answer: Any = response.json()["choices"][0]["message"]["content"]
    except (ValueError, KeyError, IndexError, TypeError, RecursionError):
        return None
    if not isinstance(answer, str):
        raise NoLesson(f"{model} answered without text.")
    return answer
