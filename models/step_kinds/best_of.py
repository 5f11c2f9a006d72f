"""Best of n by example tests: what choosing among drafts gives without any critic."""

from typing import Annotated

from models.specification import Between, RunSpecification
from models.step_kinds.kind import RunFields, StepKind, StepScope, run_work


class BestOfFields(RunFields):
    samples: Annotated[int | None, Between(1, 1_000)] = 10
    """Drafts to choose from."""


def _work(fields: BestOfFields, scope: StepScope) -> list[RunSpecification]:
    return [run_work(fields, scope)]


BEST_OF = StepKind(
    name="best_of",
    label="What choosing among drafts does",
    description="Several drafts of each problem: example tests choose one, and hidden tests score it.",
    fields=BestOfFields,
    work=_work,
)
