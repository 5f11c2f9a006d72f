"""No critic: another draft of the same problem from its own random stream. The rival that every critic must beat."""

from models.arm_kinds import ArmKind
from worker.critics.critic import Repair, RepairRequest, repair_of, write_repair
from worker.engines import Engine, StopRule


class Resample:
    """Draws from the base again; it reads neither attempt nor trace."""

    def __init__(self, engine: Engine, kind: ArmKind = ArmKind.RESAMPLE) -> None:
        self._engine = engine

    async def repair(self, request: RepairRequest) -> Repair:
        sample = await write_repair(self._engine, request, prompt=request.problem, stop=StopRule.GO_BODY)
        return repair_of(sample, shown_trace="", reflection="", revision=sample.text)
