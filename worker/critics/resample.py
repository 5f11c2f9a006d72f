"""No critic: another draft of the same problem, drawn from a stream of its own. The rival every critic must beat."""

from worker.critics.critic import Repair, RepairRequest, repair_of
from worker.engines import Engine, StopRule, WriteRequest, write_one


class Resample:
    """Draws from the base again; attempt and trace are not read."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def repair(self, request: RepairRequest) -> Repair:
        forward = request.on_text
        sample = await write_one(
            self._engine,
            WriteRequest(
                prompt=request.problem,
                keys=(request.key,),
                sampling=request.sampling,
                stop=StopRule.GO_BODY,
                priority=request.priority,
                on_text=(lambda _, piece: forward(piece)) if forward else None,
            ),
        )
        return repair_of(sample, shown_trace="", reflection="", revision=sample.text)
