"""Splitting a problem set into a part to train on and a part that is held out."""

from typing import Annotated

from models.specification import Between, Storable
from models.step_kinds.kind import SplitSpecification, StepFields, StepKind, StepResult, StepScope


class SplitFields(StepFields):
    set: Storable
    held_out: Annotated[int, Between(1, 1_000_000)]
    """How many problems to hold out."""
    seed: Annotated[int | None, Between(0, 2**31 - 1)] = None


def _work(fields: SplitFields, scope: StepScope) -> list[SplitSpecification]:
    seed = scope.defaults.seed if fields.seed is None else fields.seed
    name = scope.problem_set(fields.set)
    return [SplitSpecification(problem_set=name, held_out=fields.held_out, seed=seed)]


SPLIT = StepKind(
    name="split",
    label="Which problems are held out",
    description="Splits a set in two, STEP.train and STEP.held_out for later steps; training refuses the latter.",
    fields=SplitFields,
    work=_work,
    makes=StepResult(problem_sets={"train": "train", "held_out": "held-out"}),
)
