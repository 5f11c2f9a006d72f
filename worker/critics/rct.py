"""The Reflective Code Transformer at work, and its ablations: no trace, another problem's trace, no reflection."""

from models.arm_kinds import ArmKind, TraceShown
from worker.critics.critic import Repair, RepairRequest, repair_of, unwritten
from worker.engines import Continuation, WriteRequest, write_one
from worker.engines.local import LocalEngine
from worker.transcripts import render_prompt, split_output
from worker.transcripts.errors import TooLongError


class ReflectiveCritic:
    """A critic on the engine's own network.

    `kind` is `critic` or one of its ablations. A shuffled trace is the caller's doing: the critic reads what it is
    given.
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
        sample = await write_one(self._engine, self._write_request(request, prompt.ids))
        reflection, revision = split_output(sample.text) if reflects else ("", sample.text)
        return repair_of(sample, shown_trace=trace or "", reflection=reflection, revision=_without_end(revision))

    def _write_request(self, request: RepairRequest, ids: tuple[int, ...]) -> WriteRequest:
        forward = request.on_text
        return WriteRequest(
            prompt="",
            prompt_ids=ids,
            keys=(request.key,),
            sampling=request.sampling,
            writer=Continuation.CRITIC,
            priority=request.priority,
            on_text=(lambda _, piece: forward(piece)) if forward else None,
        )


def _without_end(revision: str) -> str:
    return revision.rstrip("\n") + "\n" if revision.strip() else ""
