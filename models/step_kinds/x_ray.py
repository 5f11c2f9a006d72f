"""The feedback X-ray: on the same failed drafts, arms that differ in one thing only."""

from models.arm_kinds import CheckpointNeed, find_arm_kind
from models.specification import ArmSpecification, RunSpecification, Storable
from models.step_kinds.kind import RunFields, StepError, StepKind, StepScope, critic_arm, run_work


class XRayFields(RunFields):
    arms: tuple[Storable, ...] = ("no_trace", "shuffled_trace", "no_reflection", "prompted", "resample")
    """Kinds of arm beside the critic's."""


def _work(fields: XRayFields, scope: StepScope) -> list[RunSpecification]:
    arms = [critic_arm(scope, fields.critic)]
    for name in fields.arms:
        try:
            kind = find_arm_kind(name)
        except ValueError as error:
            raise StepError(f"{scope.step}: {error}.") from error
        with_critic = kind.needs is CheckpointNeed.CRITIC
        arms.append(
            ArmSpecification(kind=kind, name=name, checkpoint=scope.critic(fields.critic) if with_critic else "")
        )
    return [run_work(fields, scope, *arms)]


X_RAY = StepKind(
    name="x_ray",
    label="What in the feedback worked",
    description="The same failed drafts repaired by arms that differ in one thing only, beside resampling.",
    fields=XRayFields,
    work=_work,
)
