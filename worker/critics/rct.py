"""The Reflective Code Transformer at work, its ablations, and the arms of its X-ray.

A reflection that is given stands where the critic would have written its own, with the mark of the revision behind it:
the critic goes on as it does in a transcript that it was trained on.
"""

from models.arm_kinds import ArmKind, ReflectionSource, TraceShown
from worker.critics.critic import Repair, RepairRequest, repair_of, unwritten, write_repair
from worker.engines import Continuation, CriticEngine
from worker.transcripts.errors import TooLongError
from worker.transcripts.format import render_prompt, split_output


class ReflectiveCritic:
    """A critic on the engine's own network, or behind a server.

    `kind` is `critic` or one of its variants. Where the kind asks for another trace or a given reflection, the caller
    passes that one: the critic reads what it is given.
    """

    def __init__(self, engine: CriticEngine, kind: ArmKind = ArmKind.CRITIC) -> None:
        self._engine = engine
        self._kind = kind

    async def repair(self, request: RepairRequest) -> Repair:
        trace = None if self._kind.trace_shown is TraceShown.NONE else request.trace
        given = request.reflection.strip()
        own = self._kind.reflection is ReflectionSource.OWN and not given
        try:
            prompt = render_prompt(
                request.problem,
                request.attempt,
                trace,
                tokenizer=self._engine.tokenizer,
                budget=self._engine.context - min(request.sampling.max_new_tokens, self._engine.context // 2),
                reflect=own,
                given=given,
            )
        except TooLongError as error:
            return unwritten(request, str(error))
        sample = await write_repair(self._engine, request, prompt_ids=prompt.ids, writer=Continuation.CRITIC)
        reflection, revision = split_output(sample.text) if own else (given, sample.text)
        return repair_of(sample, shown_trace=trace or "", reflection=reflection, revision=_without_end(revision))


def _without_end(revision: str) -> str:
    return revision.rstrip("\n") + "\n" if revision.strip() else ""
