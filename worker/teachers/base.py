"""A teacher in this process: any base that Tekhne can run, asked like a chat model.

In: a case or a question. Out: what the base writes. Small bases seldom answer in the requested form; what they cannot
say is no lesson.
"""

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from models.enums import FinishReason
from worker.teachers.accounting import Usage
from worker.teachers.asking import lesson_of, question_about
from worker.teachers.teacher import Case, Lesson, NoLesson, TeacherAnswer, TeacherKind, TeacherOptions

if TYPE_CHECKING:
    from worker.engines import Engine

MAX_NEW_TOKENS = 1_024
TEMPERATURE = 0.7


@dataclass(kw_only=True)
class BaseTeacher:
    """Asks an engine; every question draws from a random stream of its own."""

    engine: "Engine"
    asked: int = field(default=0, init=False)

    @property
    def name(self) -> str:
        return self.engine.name

    def teach(self, case: Case) -> Lesson:
        """Raises NoLesson for an answer in another form."""
        return lesson_of(self.name, self.ask(question_about(case)))

    def ask(self, question: str) -> TeacherAnswer:
        """The answer to a question; raises NoLesson where the engine could not write one."""
        # Imported late: the registry of teachers is read without the network libraries.
        from worker.engines import SamplingSettings, WriteRequest
        from worker.engines.request import write_one

        self.asked += 1
        sampling = SamplingSettings(max_new_tokens=MAX_NEW_TOKENS, temperature=TEMPERATURE, seed=self.asked)
        request = WriteRequest(prompt=question, keys=(f"question {self.asked}",), sampling=sampling, as_chat=True)
        sample = asyncio.run(write_one(self.engine, request))
        if sample.finish_reason in (FinishReason.ERROR, FinishReason.CANCELLED):
            raise NoLesson(f"{self.name} could not answer ({sample.error}).")
        usage = Usage(input_tokens=sample.prompt_tokens, output_tokens=sample.new_tokens)
        return TeacherAnswer(text=sample.text, usage=usage)


def _make(options: TeacherOptions) -> BaseTeacher:
    from settings import load_settings
    from worker.opening import UnregisteredCheckpoint, open_local

    return BaseTeacher(engine=open_local(load_settings(), UnregisteredCheckpoint(location=options.model)))


KIND = TeacherKind(
    name="base",
    label="a base in this process, asked like a chat model",
    needs=("model",),
    make=_make,
)
