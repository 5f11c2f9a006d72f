"""A model that is asked in words to repair: the base itself, or any other base or endpoint."""

from models.arm_kinds.kind import ArmKind, ArmOption, CheckpointNeed

PROMPTED_OPTION = ArmOption("prompted", label="prompted base")
PROMPTED = ArmKind(
    "prompted",
    label="prompted",
    description="A model is asked in words to repair: the base itself, or the checkpoint that is named.",
    css_class="prompted",
    critic="worker.critics.prompted:PromptedCritic",
    needs=CheckpointNeed.ANY,
    option=PROMPTED_OPTION,
)
