"""A model that is asked in words to repair: the base itself, or any model behind an engine.

The question stands in a file of `templates/`. An answer without code has no revision: nothing is guessed from prose.
A reflection that is given stands at the end of the question, where the model would have begun its own.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from string import Template

from models.arm_kinds import ArmKind, ReflectionSource, TraceShown
from worker.critics.critic import CriticError, Repair, RepairRequest, repair_of, write_repair
from worker.engines import Engine, StopRule
from worker.engines.stopping import OPEN_FENCE, last_answer, without_thoughts

TEMPLATES = Path(__file__).parent / "templates"
_BLOCK_ENDS = re.compile(r"\n?[ \t]*```|\Z")
_FUNCTION = re.compile(r"^(?:package|import|func)\b", re.MULTILINE)


class UnknownTemplate(CriticError):
    """No template has this name."""


class PromptedCritic:
    """`template` names a file of `worker/critics/templates`; by default the one for the kind."""

    def __init__(self, engine: Engine, kind: ArmKind = ArmKind.PROMPTED, template: str = "") -> None:
        self._engine = engine
        self._kind = kind
        self._template = template or _template_of(kind)

    async def repair(self, request: RepairRequest) -> Repair:
        trace = "" if self._kind.trace_shown is TraceShown.NONE else request.trace
        prompt = render_prompted(self._template, problem=request.problem, attempt=request.attempt, trace=trace)
        given = request.reflection.strip()
        if given:
            prompt = f"{prompt} {given}\n"
        sample = await write_repair(self._engine, request, prompt=prompt, stop=StopRule.CODE_BLOCK, as_chat=True)
        answer = read_answer(sample.text)
        return repair_of(
            sample, shown_trace=trace, reflection=given or answer.reflection, revision=answer.revision
        )


def _template_of(kind: ArmKind) -> str:
    if kind.trace_shown is TraceShown.NONE:
        return "repair_code_alone"
    return "repair_at_once" if kind.reflection is ReflectionSource.NONE else "repair"


@dataclass(frozen=True, kw_only=True)
class PromptedAnswer:
    """What a prompted model said."""

    reflection: str
    revision: str
    """Empty where it wrote no code."""


def render_prompted(template: str, *, problem: str, attempt: str, trace: str) -> str:
    """The question of `template` with its three parts filled in.

    Raises:
        UnknownTemplate: there is no such file.
    """
    path = TEMPLATES / f"{template}.txt"
    if not path.is_file():
        known = ", ".join(sorted(file.stem for file in TEMPLATES.glob("*.txt")))
        raise UnknownTemplate(f"There is no template {template} in {TEMPLATES.name}/: choose one of {known}.")
    text = Template(path.read_text(encoding="utf-8"))
    # Without the last newline, so that a base continues right after "Reflection:".
    return text.substitute(problem=problem, attempt=attempt, trace=trace).rstrip("\n")


def read_answer(text: str) -> PromptedAnswer:
    """The words before the code, and the code: the fenced block that answers, else the first one, else everything from
    the first declaration. What the model thought is neither."""
    text = without_thoughts(text)
    block, _ = last_answer(text, read_on=len(text))
    if block is not None:
        parts = (text[block.start : block.end], *block.joined)
        code = "\n\n".join(part.rstrip(" \t").removesuffix("\n") for part in parts)
        return PromptedAnswer(reflection=_words(text[: block.opens]), revision=code)
    fence = OPEN_FENCE.search(text)
    if fence is not None:
        end = _BLOCK_ENDS.search(text, fence.end())
        code = text[fence.end() : end.start() if end else len(text)]
        return PromptedAnswer(reflection=_words(text[: fence.start()]), revision=code)
    bare = _FUNCTION.search(text)
    if bare is not None:
        return PromptedAnswer(reflection=_words(text[: bare.start()]), revision=text[bare.start() :])
    return PromptedAnswer(reflection=_words(text), revision="")


def _words(text: str) -> str:
    return text.strip().removeprefix("Reflection:").strip()
