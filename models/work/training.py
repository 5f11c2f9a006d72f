"""What training a base or a critic is, before it is started: every field with its default and its bounds."""

from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from models.base import content_hash
from models.enums import JobKind
from models.specification import Between, Name, SpecificationError, Storable
from models.work.specification import WorkSpecification, folder_name

BASE_PRESETS = ("demo", "160m")
"""Shapes of bases that are trained from random weights; `worker.training.presets` has their sizes."""
STORE = "store"
"""As the source of transcripts: all verified ones of the store."""


class OptimizerKind(StrEnum):
    ADAMW = "adamw"
    MUON = "muon"
    """Learns faster from random weights."""


class Tracker(StrEnum):
    """Where a learning curve goes besides the store."""

    TENSORBOARD = "tensorboard"
    WANDB = "wandb"
    ALL = "all"
    """Each of the two that is installed."""


class TrainingSpecification(WorkSpecification):
    """What bases and critics have in common."""

    JOB_KIND = JobKind.TRAIN

    name: Name
    """What the checkpoint and its folder are called."""
    steps: Annotated[int, Between(1, 10_000_000)] = 400
    """Optimizer steps, at most."""
    batch_tokens: Annotated[int, Between(16, 10_000_000)] = 2048
    """Tokens per step, padding included."""
    learning_rate: Annotated[float, Between(1e-7, 1)] = 1e-3
    """Peak learning rate."""
    warmup_steps: Annotated[int, Between(0, 1_000_000)] = 20
    """Steps until the learning rate peaks."""
    seed: Annotated[int, Between(0, 2**31 - 1)] = 1
    """Seed of initial weights, order and validation split."""
    evaluate_every: Annotated[int, Between(1, 1_000_000)] = 25
    """Steps between evaluations."""
    patience: Annotated[int, Between(0, 1_000_000)] = 0
    """Evaluations without improvement before it stops; 0: never."""
    target_loss: Annotated[float, Between(0, 100)] = 0.0
    """Stop when the training loss is below this; 0: never."""
    validation_share: Annotated[float, Between(0, 0.9)] = 0.0
    """Share of the problems held out for validation."""
    save_seconds: Annotated[float, Between(0, 86_400)] = 60.0
    """Seconds between saved states to resume from."""
    log_to: Tracker | None = None
    """Send the learning curve to a tracker as well: tensorboard, wandb, or all that are installed."""
    force: bool = False
    """Train on problems that are held out; every report will say so."""

    @field_validator("name")
    @classmethod
    def _names_a_folder(cls, name: str) -> str:
        if not name:
            raise ValueError("a checkpoint needs a name")
        return folder_name(name, "a checkpoint's name")

    @property
    def key(self) -> str:
        # Two trainings cannot write one folder.
        return f"{self.JOB_KIND}-{content_hash(self.name)[:40]}"


class TrainBaseSpecification(TrainingSpecification):
    """A base: from random weights, or from another base on a problem set."""

    trains: Literal["base"] = "base"
    start: Storable
    """What it starts from: a preset (demo, 160m) or a registered base."""
    problems: Storable = ""
    """Problems with canonical solutions, by the name of their set."""
    go_source: bool = False
    """Learn from Go's standard library; with problems, see replay."""
    replay: Annotated[float, Between(0, 1_000)] = 0.0
    """Library functions per epoch, as a share of the problems."""
    blur: Annotated[int, Between(0, 1_000)] = 0
    """Copies of each problem with a blurred prompt."""
    target_pass_rate: Annotated[float, Between(0, 1)] = 0.0
    """Stop when it solves this share of its problems greedily, looked at in each evaluation; 0: never."""
    optimizer: OptimizerKind = OptimizerKind.ADAMW
    """adamw, or muon (learns faster from random weights)."""

    @field_validator("start")
    @classmethod
    def _named(cls, start: str) -> str:
        if not start:
            raise ValueError("a training needs something to start from")
        return start

    @model_validator(mode="after")
    def _has_something_to_read(self) -> Self:
        if not self.problems and not self.go_source:
            raise ValueError("there is nothing to train on: name problems, go_source or both")
        if self.target_pass_rate and not self.problems:
            raise ValueError("target_pass_rate needs problems, whose solutions are executed: name them")
        return self

    @property
    def label(self) -> str:
        return f"{self.name}, a base from {self.start}"


class TrainCriticSpecification(TrainingSpecification):
    """A critic: new layers on a frozen base, from verified transcripts."""

    trains: Literal["critic"] = "critic"
    base: Storable
    """The registered base under the critic; it is not written."""
    transcripts: Storable = STORE
    """`store` for all verified transcripts, or a set of them: NAME for its newest version, NAME@VERSION for another."""
    new_layers: Annotated[int, Between(1, 64)] = 2
    """Layers to add."""
    cache_states: bool = True
    """Keep the base's states of all rows in memory, if they fit."""
    steps: Annotated[int, Between(1, 10_000_000)] = 600
    """Optimizer steps, at most."""
    batch_tokens: Annotated[int, Between(16, 10_000_000)] = 4096
    """Tokens per step, padding included."""
    patience: Annotated[int, Between(0, 1_000_000)] = 5
    """Evaluations without improvement before it stops; 0: never."""
    validation_share: Annotated[float, Between(0, 0.9)] = 0.1
    """Share of the problems held out for validation."""

    @field_validator("base")
    @classmethod
    def _named(cls, base: str) -> str:
        if not base:
            raise ValueError("a critic needs a base")
        return base

    @property
    def label(self) -> str:
        return f"{self.name}, a critic on {self.base}"


AnyTraining = Annotated[TrainBaseSpecification | TrainCriticSpecification, Field(discriminator="trains")]
"""A training as the API takes it: `trains` says which of the two it is."""


def training_of(payload: dict[str, Any]) -> TrainBaseSpecification | TrainCriticSpecification:
    """The specification that a job's payload holds.

    Raises:
        SpecificationError: another version wrote it, and this one does not understand it.
    """
    fields = payload.get("specification", {})
    match fields.get("trains"):
        case "base":
            return TrainBaseSpecification.of(**fields)
        case "critic":
            return TrainCriticSpecification.of(**fields)
    raise SpecificationError("trains", f"A training makes a base or a critic, not {fields.get('trains')!r}.")
