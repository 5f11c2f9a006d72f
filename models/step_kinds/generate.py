"""New problems that no model has read, written by rule from a seed."""

from typing import Annotated

from models.specification import Between, Storable
from models.step_kinds.kind import GenerateSpecification, StepFields, StepKind, StepResult, StepScope


class GenerateFields(StepFields):
    count: Annotated[int, Between(1, 100_000)] = 250
    """How many problems."""
    seed: Storable = ""
    """Any text; by default the recipe's seed."""


def _work(fields: GenerateFields, scope: StepScope) -> list[GenerateSpecification]:
    seed = fields.seed or str(scope.defaults.seed)
    name = f"generated-{seed}-{fields.count}"
    return [GenerateSpecification(name=name, seed=seed, count=fields.count)]


GENERATE = StepKind(
    name="generate",
    label="New problems",
    description="Generates problems, each confirmed by the ruler, which later steps name STEP.set.",
    fields=GenerateFields,
    work=_work,
    makes=StepResult(problem_sets={"set": "generated"}),
)
