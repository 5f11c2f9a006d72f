"""Before and after repair: the trained critic against resampling, at equal tries and at equal tokens."""

from models.arm_kinds import ArmKind
from models.enums import BudgetRule
from models.specification import ArmSpecification, RunSpecification
from models.step_kinds.kind import RunFields, StepKind, StepScope, critic_arm, run_work


class RepairFields(RunFields):
    budget: BudgetRule = BudgetRule.EQUAL_SAMPLES
    """What the resample arm may spend; the report compares at equal tokens either way."""
    prompted: bool = False
    """Add an arm in which the base itself is prompted to repair."""


def _work(fields: RepairFields, scope: StepScope) -> list[RunSpecification]:
    arms = [critic_arm(scope, fields.critic)]
    if fields.prompted:
        arms.append(ArmSpecification(kind=ArmKind.PROMPTED))
    arms.append(ArmSpecification(kind=ArmKind.RESAMPLE))
    return [run_work(fields, scope, *arms, budget=fields.budget)]


REPAIR = StepKind(
    name="repair",
    label="What repair did",
    description="Problems before and after the critic, against resampling with as many tries and with as many tokens.",
    fields=RepairFields,
    work=_work,
)
