"""Training a critic on transcripts."""

from models.step_kinds.kind import StepFields, StepKind, StepResult, StepScope
from models.step_kinds.training_fields import fields_like, given
from models.work import TrainCriticSpecification


def _work(fields: StepFields, scope: StepScope) -> list[TrainCriticSpecification]:
    said = given(fields)
    base = scope.base(str(said.pop("base", "")))
    transcripts = scope.transcripts(str(said.pop("transcripts", "")))
    said.setdefault("seed", scope.defaults.seed)
    return [TrainCriticSpecification.of(name=scope.step, base=base, transcripts=transcripts, **said)]


TRAIN_CRITIC = StepKind(
    name="train_critic",
    label="Training the critic",
    description="Trains new layers on the base from the transcripts of an earlier step.",
    fields=fields_like(TrainCriticSpecification, "TrainCriticFields", base="", transcripts=""),
    work=_work,
    makes=StepResult(checkpoint="critic", is_critic=True),
)
