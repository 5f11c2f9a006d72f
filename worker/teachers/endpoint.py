"""A teacher behind an OpenAI-compatible server: any chat model, at any URL, and presets for some public ones.

A preset is a URL, the variable that its users keep the key in, and how the server differs from OpenAI's own.
"""

import threading
from dataclasses import dataclass, field
from typing import Any

from worker.teachers.served import TIMEOUT_SECONDS, ServedTeacher, checked_url, usage_of
from worker.teachers.teacher import NoLesson, TeacherAnswer, TeacherKind, TeacherOptions

TEMPERATURE = 0.2


@dataclass(frozen=True, kw_only=True)
class EndpointTeacher(ServedTeacher):
    """Asks `model` at `url` (up to and with `/v1`)."""

    temperature: float | None = TEMPERATURE
    """None where the server takes none."""
    refuses_temperature: threading.Event = field(default_factory=threading.Event, repr=False, compare=False)
    """Set once the server has said that it takes none."""

    def answer(self, question: str) -> TeacherAnswer:
        from worker.engines.openai_client import text_of
        from worker.engines.server_errors import ServerHiccup

        found = self._asked(question)
        try:
            choice = found["choices"][0]
            content, finish = choice["message"]["content"], choice.get("finish_reason")
            usage = usage_of(found.get("usage"), "prompt_tokens", "completion_tokens")
        except (LookupError, TypeError, AttributeError) as error:
            raise ServerHiccup("it answers with something that is no chat completion") from error
        text = "" if content is None else text_of(content)
        if not text:
            why = " (content filter)" if finish == "content_filter" else ""
            raise NoLesson(f"{self.model} answered without text{why}.", usage)
        if finish == "length":
            raise NoLesson(f"{self.model} was cut off at its length limit.", usage)
        return TeacherAnswer(text=text, usage=usage)

    def _asked(self, question: str) -> Any:
        """The server's whole answer; a model that takes no temperature is asked again without, and from then on."""
        from worker.engines.dialect import takes_no
        from worker.engines.openai_client import chat_object
        from worker.engines.server_errors import ServerRefused

        body: dict[str, Any] = {"model": self.model, "messages": [{"role": "user", "content": question}]}
        options: Any = {"private_allowed": self.private_allowed, "timeout_seconds": TIMEOUT_SECONDS}
        if self.temperature is not None and not self.refuses_temperature.is_set():
            try:
                return chat_object(self.url, self.key, {**body, "temperature": self.temperature}, **options)
            except ServerRefused as error:
                if not takes_no("temperature", error):
                    raise
                self.refuses_temperature.set()
        return chat_object(self.url, self.key, body, **options)


@dataclass(frozen=True, kw_only=True)
class Preset:
    """A public server."""

    name: str
    label: str
    url: str
    key_name: str
    temperature: float | None = TEMPERATURE


PRESETS = (
    Preset(
        name="kimi",
        label="Moonshot's Kimi models",
        url="https://api.moonshot.ai/v1",
        key_name="MOONSHOT_API_KEY",
        # Its thinking models refuse every other value.
        temperature=1.0,
    ),
    Preset(
        name="openai",
        label="OpenAI's models",
        url="https://api.openai.com/v1",
        key_name="OPENAI_API_KEY",
        # Its reasoning models take none.
        temperature=None,
    ),
    Preset(
        name="deepseek",
        label="DeepSeek's models",
        url="https://api.deepseek.com/v1",
        key_name="DEEPSEEK_API_KEY",
    ),
    Preset(
        name="openrouter",
        label="models of many providers, through OpenRouter",
        url="https://openrouter.ai/api/v1",
        key_name="OPENROUTER_API_KEY",
    ),
)


def _make(options: TeacherOptions) -> EndpointTeacher:
    allowed = checked_url(options)
    return EndpointTeacher(url=options.url, model=options.model, key=options.key, private_allowed=allowed)


def _kind_of(preset: Preset) -> TeacherKind:
    def make(options: TeacherOptions) -> EndpointTeacher:
        return EndpointTeacher(
            url=options.url or preset.url,
            model=options.model,
            key=options.key,
            key_name=preset.key_name,
            temperature=preset.temperature,
            private_allowed=checked_url(options),
        )

    return TeacherKind(
        name=preset.name,
        label=preset.label,
        needs=("model", "key"),
        key_names=(preset.key_name,),
        concurrent=True,
        make=make,
    )


KINDS = (
    TeacherKind(
        name="endpoint",
        label="a chat model behind an OpenAI-compatible server",
        needs=("url", "model"),
        concurrent=True,
        make=_make,
    ),
    *map(_kind_of, PRESETS),
)
