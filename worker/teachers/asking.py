"""What a teacher that is a language model is asked about a failed attempt, and how its answer is read."""

import re
from pathlib import Path
from string import Template

from worker.teachers.teacher import Case, Lesson, NoLesson, TeacherAnswer

_TEMPLATE = Template((Path(__file__).parent / "templates" / "lesson.txt").read_text(encoding="utf-8"))
_ANSWER = re.compile(r"Reflection:\s*(?P<reflection>.+?)\s*```(?:go)?[ \t]*\n(?P<revision>.+?)```", re.DOTALL)


def question_about(case: Case) -> str:
    return _TEMPLATE.substitute(prompt=case.problem.prompt, attempt=case.attempt, trace=case.trace)


def lesson_of(name: str, answer: TeacherAnswer) -> Lesson:
    """Raises NoLesson for an answer in another form; `name` is the model's."""
    found = _ANSWER.search(answer.text)
    if found is None:
        raise NoLesson(f"{name} did not answer in the requested form.", answer.usage)
    return Lesson(reflection=found["reflection"], revision=found["revision"], usage=answer.usage)
