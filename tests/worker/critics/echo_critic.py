"""A critic as other code would bring it: it writes the attempt again, and says which trace it read."""

from models.arm_kinds import ArmKind
from models.enums import FinishReason
from worker.critics import Repair, RepairRequest
from worker.engines import Engine


class EchoCritic:
    def __init__(self, engine: Engine, kind: ArmKind) -> None:
        self._kind = kind

    async def repair(self, request: RepairRequest) -> Repair:
        return Repair(
            shown_trace=request.trace,
            reflection=f"An arm of the kind {self._kind}.",
            revision=request.attempt,
            prompt_tokens=3,
            new_tokens=5,
            seconds=0.0,
            logprob=None,
            finish_reason=FinishReason.COMPLETE,
        )
