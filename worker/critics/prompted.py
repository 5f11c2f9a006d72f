"""A model that is asked in words: the base itself, or any model behind an engine."""

from worker.critics.critic import Repair, RepairRequest, repair_of
from worker.critics.prompts import read_answer, render_prompted
from worker.engines import Engine, StopRule, WriteRequest, write_one


class PromptedCritic:
    """`template` names a file of `worker/critics/templates`."""

    def __init__(self, engine: Engine, template: str = "repair") -> None:
        self._engine = engine
        self._template = template

    async def repair(self, request: RepairRequest) -> Repair:
        prompt = render_prompted(
            self._template, problem=request.problem, attempt=request.attempt, trace=request.trace
        )
        forward = request.on_text
        sample = await write_one(
            self._engine,
            WriteRequest(
                prompt=prompt,
                keys=(request.key,),
                sampling=request.sampling,
                stop=StopRule.CODE_BLOCK,
                as_chat=True,
                priority=request.priority,
                on_text=(lambda _, piece: forward(piece)) if forward else None,
            ),
        )
        answer = read_answer(sample.text)
        return repair_of(sample, shown_trace=request.trace, reflection=answer.reflection, revision=answer.revision)
