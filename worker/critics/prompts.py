"""The words in which a model is asked to repair, from files, and the reading of its answer.

In: a template's name and the parts of a request; or the text that came back. Out: the question; or reflection and
revision. An answer without code has no revision: nothing is guessed from prose.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from string import Template

from worker.critics.errors import UnknownTemplate
from worker.engines.stopping import FENCE_OPENS

TEMPLATES = Path(__file__).parent / "templates"
_BLOCK_ENDS = re.compile(r"\n?[ \t]*```|\Z")
_FUNCTION = re.compile(r"^(?:package|import|func)\b", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a prompted model said."""

    reflection: str
    revision: str
    """Empty where it wrote no code."""


def render_prompted(template: str, *, problem: str, attempt: str, trace: str) -> str:
    """The question of `template` with its three parts set in.

    Raises:
        UnknownTemplate: there is no such file.
    """
    path = TEMPLATES / f"{template}.txt"
    if not path.is_file():
        known = ", ".join(sorted(each.stem for each in TEMPLATES.glob("*.txt")))
        raise UnknownTemplate(f"There is no template {template} in {TEMPLATES.name}/: choose one of {known}.")
    text = Template(path.read_text(encoding="utf-8"))
    # Without the last line's end, so that a base goes on after "Reflection:".
    return text.substitute(problem=problem, attempt=attempt, trace=trace).rstrip("\n")


def read_answer(text: str) -> Answer:
    """The words before the code and the code: the first fenced block, or everything from the first declaration."""
    fence = FENCE_OPENS.search(text)
    if fence is not None:
        end = _BLOCK_ENDS.search(text, fence.end())
        code = text[fence.end() : end.start() if end else len(text)]
        return Answer(reflection=_words(text[: fence.start()]), revision=code)
    bare = _FUNCTION.search(text)
    if bare is not None:
        return Answer(reflection=_words(text[: bare.start()]), revision=text[bare.start() :])
    return Answer(reflection=_words(text), revision="")


def _words(text: str) -> str:
    return text.strip().removeprefix("Reflection:").strip()
