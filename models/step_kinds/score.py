"""Scoring a base on problem sets, without any repair."""

from models.specification import RunSpecification
from models.step_kinds.kind import RunFields, StepKind, StepScope, run_work


class ScoreFields(RunFields):
    """The same fields as every run."""


def _work(fields: ScoreFields, scope: StepScope) -> list[RunSpecification]:
    return [run_work(fields, scope)]


SCORE = StepKind(
    name="score",
    label="What the base scores",
    description="The base drafts each problem; every draft is judged under the legacy, raw and goimports rules.",
    fields=ScoreFields,
    work=_work,
)
