"""The kinds of arm that a run can compare, as frozen objects in one registry.

To add a kind:

1. Write `models/arm_kinds/NAME.py` with one `ArmKind`; `prompted.py` is the shortest example. Its label, its box on the
   form, its CSS class and what it needs are all in that file. The column `arm.kind` is an open string, so no migration
   is needed. On the command line it is `--arm NAME`.
2. Add it to the registration line below; if Python code names the kind, add a ClassVar in `kind.py` too.
3. Write the class that its `critic` names, unless an existing one fits, in `worker/critics/`. It is made as
   `Class(engine, kind)` and has `async def repair(request: RepairRequest) -> Repair`.

A colour of its own is one rule in `static/css/30-marks.css`, by the kind's `css_class`.
"""

from models.arm_kinds.base import BASE, RESAMPLE
from models.arm_kinds.critic import CRITIC, NO_REFLECTION, NO_TRACE, SHUFFLED_TRACE
from models.arm_kinds.kind import (
    ArmKind,
    ArmKindType,
    ArmOption,
    CheckpointNeed,
    ReflectionSource,
    TraceShown,
    arm_kinds,
    arm_options,
    find_arm_kind,
    forget_arm_kind,
    kinds_chosen_by,
    register_arm_kind,
)
from models.arm_kinds.prompted import PROMPTED
from models.arm_kinds.xray import CRITIC_XRAY, PROMPTED_XRAY

for _kind in (
    BASE, CRITIC, PROMPTED, RESAMPLE, NO_TRACE, SHUFFLED_TRACE, NO_REFLECTION, *CRITIC_XRAY, *PROMPTED_XRAY,
):  # fmt: skip
    register_arm_kind(_kind)

__all__ = [
    "ArmKind",
    "ArmKindType",
    "ArmOption",
    "CheckpointNeed",
    "ReflectionSource",
    "TraceShown",
    "arm_kinds",
    "arm_options",
    "find_arm_kind",
    "forget_arm_kind",
    "kinds_chosen_by",
    "register_arm_kind",
]
