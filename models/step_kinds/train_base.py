"""Training a base: from random weights, or from another base on a problem set."""

from models.step_kinds.kind import StepFields, StepKind, StepResult, StepScope
from models.step_kinds.training_fields import fields_like, given
from models.work import TrainBaseSpecification


def _work(fields: StepFields, scope: StepScope) -> list[TrainBaseSpecification]:
    said = given(fields)
    start = str(said.pop("start", ""))
    # A step that trains a base further may start from one that an earlier step trained.
    start = scope.base(start) if start in scope.made or not start else start
    problems = scope.problem_set(str(said.pop("problems"))) if said.get("problems") else ""
    said.setdefault("seed", scope.defaults.seed)
    return [TrainBaseSpecification.of(name=scope.step, start=start, problems=problems, **said)]


TRAIN_BASE = StepKind(
    name="train_base",
    label="Training a base",
    description="Trains a base from `start`: a preset (demo, 160m), a checkpoint or a step; else the recipe's base.",
    fields=fields_like(TrainBaseSpecification, "TrainBaseFields", start=""),
    work=_work,
    makes=StepResult(checkpoint="base"),
)
