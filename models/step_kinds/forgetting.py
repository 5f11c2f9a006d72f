"""What a base forgot: the same problems put to it and to what it was trained into."""

from models.specification import RunSpecification, Storable
from models.step_kinds.kind import RunFields, StepKind, StepScope, run_work


class ForgettingFields(RunFields):
    after: Storable
    """The checkpoint that training went on to, or the step that trained it."""


def _work(fields: ForgettingFields, scope: StepScope) -> list[RunSpecification]:
    return [run_work(fields, scope), run_work(fields, scope, base=scope.base(fields.after))]


FORGETTING = StepKind(
    name="forgetting",
    label="What it forgot",
    description="The base before and after more training, on the same problems with the same seed.",
    fields=ForgettingFields,
    work=_work,
    compares=True,
)
