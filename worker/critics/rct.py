"""The Reflective Code Transformer at work, and its ablations: no trace, another problem's trace, no reflection."""

from models.arm_kinds import ArmKind, TraceShown
from worker.critics.critic import Repair, RepairRequest, repair_of, unwritten, write_repair
from worker.engines import Continuation
from worker.engines.local import LocalEngine
from worker.transcripts.errors import TooLongError
from worker.transcripts.format import render_prompt, split_output


class ReflectiveCritic:
    """A critic on the engine's own network.

    `kind` is `critic` or one of its ablations. Where the kind asks for another problem's trace, the caller passes
    that one: the critic reads what it is given.
    """

    def __init__(self, engine: LocalEngine, kind: ArmKind = ArmKind.CRITIC) -> None:
        self._engine = engine
        self._kind = kind

    async def repair(self, request: RepairRequest) -> Repair:
        trace = None if self._kind.trace_shown is TraceShown.NONE else request.trace
        reflects = self._kind.writes_reflection
        try:
            prompt = render_prompt(
                request.problem,
                request.attempt,
                trace,
                tokenizer=self._engine.tokenizer,
                budget=self._engine.context - min(request.sampling.max_new_tokens, self._engine.context // 2),
                reflect=reflects,
            )
        except TooLongError as error:
            return unwritten(request, str(error))
        sample = await write_repair(self._engine, request, prompt_ids=prompt.ids, writer=Continuation.CRITIC)
        reflection, revision = split_output(sample.text) if reflects else ("", sample.text)
        return repair_of(sample, shown_trace=trace or "", reflection=reflection, revision=_without_end(revision))


def _without_end(revision: str) -> str:
    return revision.rstrip("\n") + "\n" if revision.strip() else ""
