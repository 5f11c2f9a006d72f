"""What a base forgot: the same problems put to it and to what it was trained into."""

from models.specification import Storable
from models.step_kinds.kind import DriftSpecification, RunFields, StepKind, StepScope, Work, run_work


class ForgettingFields(RunFields):
    after: Storable
    """The checkpoint that training went on to, or the step that trained it."""


def _work(fields: ForgettingFields, scope: StepScope) -> list[Work]:
    after = scope.base(fields.after)
    drifts = [DriftSpecification(checkpoint=after, problem_set=name) for name in scope.problem_sets(fields.sets)]
    return [run_work(fields, scope), run_work(fields, scope, base=after), *drifts]


FORGETTING = StepKind(
    name="forgetting",
    label="What it forgot",
    description="The base before and after more training on the same problems, and how far its probabilities moved.",
    fields=ForgettingFields,
    work=_work,
    compares=True,
)
