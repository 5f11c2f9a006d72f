"""Memory cards of a base, one for each problem set."""

from models.specification import Storable
from models.step_kinds.kind import CardSpecification, StepFields, StepKind, StepScope


class MemoryFields(StepFields):
    base: Storable = ""
    sets: tuple[Storable, ...] = ()
    """Sets of at least ten problems with canonical solutions."""


def _work(fields: MemoryFields, scope: StepScope) -> list[CardSpecification]:
    base = scope.base(fields.base)
    return [CardSpecification(checkpoint=base, problem_set=name) for name in scope.problem_sets(fields.sets)]


MEMORY = StepKind(
    name="memory",
    label="Whether its own probabilities show memory",
    description="A memory card of the base for each set: names, recitation and likelihood against generated controls.",
    fields=MemoryFields,
    work=_work,
)
