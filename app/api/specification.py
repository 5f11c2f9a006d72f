"""The body of `POST /api/v1/runs`: a run's specification as JSON, checked by type here and by sense in `app.runs`."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from app.runs.specification import ArmSpecification, RunSpecification, Sampling
from models.arm_kinds import ArmKind
from models.enums import BudgetRule, TestsKind

EXAMPLE: JsonDict = {
    "name": "critic against resampling",
    "problem_sets": ["tekhne-seen", "tekhne-fresh"],
    "base": "demo-base",
    "arms": [{"kind": "critic", "checkpoint": "demo-critic"}, {"kind": "resample"}],
    "samples": 10,
    "seed": 0,
}


class SamplingBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    temperature: float = 0.8
    top_p: float = 0.95
    max_new_tokens: int = 512

    def as_sampling(self) -> Sampling:
        return Sampling(**self.model_dump())


class ArmBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: ArmKind
    name: str = ""
    checkpoint: str = ""
    sampling: SamplingBody | None = None
    """As the run's where it is left out: a rival that draws otherwise than the base is no rival."""


class RunBody(BaseModel):
    """Fields as in `app.runs.specification.RunSpecification`."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [EXAMPLE]})

    name: Annotated[str, Field(min_length=1, max_length=200)]
    problem_sets: list[str]
    base: str
    arms: list[ArmBody] = []
    samples: int = 10
    sampling: SamplingBody = SamplingBody()
    seed: int = 0
    feedback: TestsKind = TestsKind.EXAMPLE
    gated: bool = True
    rounds: int = 1
    budget: BudgetRule = BudgetRule.EQUAL_SAMPLES
    limit: int | None = None

    def as_specification(self) -> RunSpecification:
        return RunSpecification(
            name=self.name,
            problem_sets=tuple(self.problem_sets),
            base=self.base,
            arms=tuple(
                ArmSpecification(
                    kind=arm.kind,
                    name=arm.name,
                    checkpoint=arm.checkpoint,
                    sampling=(arm.sampling or self.sampling).as_sampling(),
                )
                for arm in self.arms
            ),
            samples=self.samples,
            sampling=self.sampling.as_sampling(),
            seed=self.seed,
            feedback=self.feedback,
            gated=self.gated,
            rounds=self.rounds,
            budget=self.budget,
            limit=self.limit,
        )
