"""The feedback X-ray: on the same failed drafts, arms that differ in one thing only."""

from models.arm_kinds import arm_options
from models.specification import RunSpecification, arms_of
from models.step_kinds.kind import RunFields, StepKind, StepScope, run_work

_PROMPTED = "prompted"
"""How the names of the options begin that add arms of the prompted base."""


class XRayFields(RunFields):
    prompted: bool = True
    """Put the same questions to the base itself, prompted to repair."""


def _work(fields: XRayFields, scope: StepScope) -> list[RunSpecification]:
    options = [one.name for one in arm_options() if fields.prompted or not one.name.startswith(_PROMPTED)]
    return [run_work(fields, scope, *arms_of([scope.critic(fields.critic)], options))]


X_RAY = StepKind(
    name="x_ray",
    label="What in the feedback worked",
    description="The same failed drafts repaired by arms that differ in one thing only, beside resampling.",
    fields=XRayFields,
    work=_work,
)
