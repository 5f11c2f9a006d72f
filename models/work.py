"""What collecting and training are, before they are started: every field with its default and its bounds.

The one place for them, as `models.specification` is for runs: the options of the command line, the forms of the
dashboard, the bodies of the API, recipes, the payloads of jobs and the worker's functions all read these models. A key
is no field: whoever does the work takes it from its own environment.
"""

import re
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from models.base import content_hash
from models.enums import JobKind, TestsKind
from models.specification import Between, Name, Sampling, Specification, SpecificationError, Storable

FOLDER_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
"""What a checkpoint's or a set's name may be, because it becomes a folder's or a file's."""
BASE_PRESETS = ("demo", "160m")
"""Shapes of bases that are trained from random weights; `worker.training.presets` has their sizes."""
TEACHERS = (
    ("canonical", "canonical: the problem's own solution"),
    ("endpoint", "endpoint: an OpenAI-compatible server, with its URL"),
    ("kimi", "kimi: Moonshot"),
    ("openai", "openai"),
    ("deepseek", "deepseek"),
    ("openrouter", "openrouter"),
    ("gemini", "gemini: by API key"),
    ("vertex", "vertex: Gemini through Vertex AI"),
    ("base", "base: one of this store, asked like a chat model"),
)
"""Teachers that a job can ask, each with its words on the form; `worker.teachers` has all."""
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


def _folder_name(name: str, what: str) -> str:
    if name and (FOLDER_NAME.fullmatch(name) is None or name.endswith(".training")):
        raise ValueError(f"{what} is made of letters, digits, dots, hyphens and underscores, and {name!r} is not")
    return name


class WorkSpecification(Specification):
    """Base of the three: work of minutes to days that is a job, or one command."""

    JOB_KIND: ClassVar[JobKind]

    @property
    def label(self) -> str:
        """The work in a few words, for lists."""
        raise NotImplementedError

    @property
    def key(self) -> str:
        """Equal work is one job while it is unfinished."""
        return f"{self.JOB_KIND}-{content_hash(self.model_dump_json())[:40]}"

    def as_payload(self) -> dict[str, Any]:
        """What the store keeps with the job."""
        return {"specification": self.model_dump(mode="json")}


class CollectSpecification(WorkSpecification):
    """Failed attempts of one problem set, taught by one teacher."""

    JOB_KIND = JobKind.COLLECT

    problems: Storable
    """The problem set, by name."""
    base: Storable = ""
    """The base that writes drafts; empty: mutants only."""
    samples: Annotated[int, Between(1, 10_000)] = 16
    """Drafts per problem."""
    sampling: Sampling = Sampling(temperature=1.0, top_p=1.0, max_new_tokens=384)
    """How the drafts are drawn."""
    seed: Annotated[int, Between(0, 2**31 - 1)] = 1
    """Seed of drafts and mutants."""
    mutants: Annotated[int, Between(0, 10_000)] = 0
    """Mutants of the canonical solution per problem, as attempts."""
    teacher: Name = "canonical"
    """Who teaches."""
    url: Storable = ""
    """The teacher's server, where it is not the usual one."""
    model: Storable = ""
    """The server's model, or the base that teaches."""
    command: Storable = ""
    """The program that teaches. A job can have none: whoever can write to the store could then run any program."""
    project: Storable = ""
    """The Google Cloud project of the teacher vertex."""
    location: Storable = ""
    """Its region; global where left out."""
    concurrency: Annotated[int, Between(0, 64)] = 0
    """Concurrent requests; 0: 4 where the teacher allows it, else 1."""
    budget_tokens: Annotated[int | None, Between(1, 10**12)] = None
    """Stop before the teacher exceeds this many tokens."""
    budget_usd: Annotated[float | None, Between(0, 10**9)] = None
    """Stop before it exceeds this many US dollars."""
    input_usd: Annotated[float | None, Between(0, 10**6)] = None
    """US dollars per million input tokens."""
    output_usd: Annotated[float | None, Between(0, 10**6)] = None
    """US dollars per million output tokens."""
    feed: TestsKind = TestsKind.HIDDEN
    """The tests whose trace the critic is shown."""
    each_problem: Annotated[int, Between(1, 100_000)] = 24
    """Verified lessons per problem, at most."""
    each_class: Annotated[int, Between(1, 100_000)] = 8
    """Verified lessons per error class of a problem, at most."""
    transcript_set: Name = ""
    """The set of transcripts that they are added to; empty: only the store's."""
    target: Storable = ""
    """The base whose training says which problems are in-distribution; by default the base that writes drafts."""
    force: bool = False
    """Collect from held-out problems; the transcripts are marked."""

    @field_validator("problems")
    @classmethod
    def _named(cls, name: str) -> str:
        if not name:
            raise ValueError("collecting needs a problem set")
        return name

    @field_validator("transcript_set")
    @classmethod
    def _no_odd_name(cls, name: str) -> str:
        return _folder_name(name, "the name of a set")

    @field_validator("location")
    @classmethod
    def _is_a_region(cls, location: str) -> str:
        # It becomes part of a host's name.
        if re.fullmatch(r"[a-z0-9-]*", location) is None:
            raise ValueError(f"{location!r} is no region such as europe-west4")
        return location

    @field_validator("url")
    @classmethod
    def _no_key_inside(cls, url: str) -> str:
        try:
            parts = urlsplit(url)
        except ValueError as error:
            raise ValueError("it is no URL") from error
        if parts.username or parts.password or parts.query:
            raise ValueError(
                "a key or password does not belong into a URL: the teacher's comes from the environment"
            )
        return url

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if not self.base and not self.mutants:
            raise ValueError("there are no attempts: name a base, or a number of mutants")
        if (self.input_usd is None) != (self.output_usd is None):
            raise ValueError("a price has two parts: give both input_usd and output_usd")
        if self.budget_usd is not None and self.input_usd is None:
            raise ValueError("budget_usd needs the prices of a million tokens: input_usd and output_usd")
        return self

    @property
    def label(self) -> str:
        who = f"{self.teacher} {self.model}".strip()
        return f"{who} on {self.problems}"


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
        return _folder_name(name, "a checkpoint's name")

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


def collector(job_id: str, wanted: CollectSpecification) -> str:
    """By what a job's transcripts know it; an investigation's job collects more than once."""
    return f"{job_id[:40]}-{wanted.key[-20:]}"


def work_of(payload: dict[str, Any]) -> CollectSpecification | TrainBaseSpecification | TrainCriticSpecification:
    """The specification of either kind."""
    is_training = "trains" in payload.get("specification", {})
    return training_of(payload) if is_training else collecting_of(payload)


def collecting_of(payload: dict[str, Any]) -> CollectSpecification:
    """The specification that a job's payload holds.

    Raises:
        SpecificationError: another version wrote it, and this one does not understand it.
    """
    return CollectSpecification.of(**payload.get("specification", {}))


def training_of(payload: dict[str, Any]) -> TrainBaseSpecification | TrainCriticSpecification:
    """The same for a training."""
    fields = payload.get("specification", {})
    match fields.get("trains"):
        case "base":
            return TrainBaseSpecification.of(**fields)
        case "critic":
            return TrainCriticSpecification.of(**fields)
    raise SpecificationError("trains", f"A training makes a base or a critic, not {fields.get('trains')!r}.")
