"""The kinds of arm that a run can compare, as frozen objects in one registry.

To add a kind:

1. Write `models/arm_kinds/NAME.py` with one `ArmKind`; `prompted.py` is the shortest example. Its label, its option on
   the form and the command line, its CSS class and what it needs all stand there. The column `arm.kind` is an open
   string, so no migration is needed.
2. Add it to `register_arm_kind` below.
3. Write the class that its `critic` names, with `async def repair(request: RepairRequest) -> Repair`, in
   `worker/critics/` (`worker/critics/registry.py` says with what it is made).

Nothing else names the kinds one by one. A colour of its own is one rule in `static/css/`, by the kind's `css_class`.
"""

from models.arm_kinds.base import BASE, RESAMPLE
from models.arm_kinds.critic import CRITIC, NO_REFLECTION, NO_TRACE, SHUFFLED_TRACE
from models.arm_kinds.kind import (
    ArmKind,
    ArmKindType,
    ArmOption,
    CheckpointNeed,
    TraceShown,
    arm_kinds,
    arm_options,
    find_arm_kind,
    forget_arm_kind,
    register_arm_kind,
)
from models.arm_kinds.prompted import PROMPTED

for _kind in (BASE, CRITIC, PROMPTED, RESAMPLE, NO_TRACE, SHUFFLED_TRACE, NO_REFLECTION):
    register_arm_kind(_kind)

__all__ = [
    "ArmKind",
    "ArmKindType",
    "ArmOption",
    "CheckpointNeed",
    "TraceShown",
    "arm_kinds",
    "arm_options",
    "find_arm_kind",
    "forget_arm_kind",
    "register_arm_kind",
]
