"""What a run and a re-run are, before they are stored: every field with its default and its bounds.

The one place for them. The form of the dashboard, the bodies of the API, the options of the command line, the columns
of the store, the worker's plan and the engines' settings all read these models. They check what can be said without a
store; whether a name is known is for `app.actions` to say.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Annotated, Any, NamedTuple, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic.config import JsonDict
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, ErrorDetails, PydanticCustomError, core_schema

from models.arm_kinds import ArmKind, CheckpointNeed, kinds_chosen_by
from models.base import content_hash
from models.enums import BudgetRule, TestsKind
from models.errors import TekhneError

LONGEST_NAME = 200
"""As wide as the store's columns."""
LARGEST_ROW = 2**63 - 1
"""The largest integer that SQLite and Postgres can store."""


class SpecificationError(TekhneError):
    """A field cannot be used; the sentence names it and says what it may be. `field` is the outermost one."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


class Between(NamedTuple):
    """Bounds of a number, as metadata of a field: `Annotated[int, Between(1, 10)]`."""

    least: float
    most: float
    above: bool = False
    """`least` itself is too small."""

    @property
    def smallest(self) -> float:
        """The least value that a form offers."""
        return self.least + 0.01 * self.above

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._checked, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        least = "exclusiveMinimum" if self.above else "minimum"
        return {**handler(schema), least: self.least, "maximum": self.most}

    def _checked(self, value: float | None) -> float | None:
        inside = value is None or (self.least <= value <= self.most and not (self.above and value == self.least))
        if not inside:
            given = f"{value:g}" if isinstance(value, float) else str(value)
            range_ = f"above {self.least} and at most" if self.above else f"between {self.least} and"
            raise PydanticCustomError(
                "between", "{given} is not " + range_ + " {most}", {"given": given, "most": self.most}
            )
        return value


def bounds(model: type[BaseModel], field: str) -> Between:
    """The bounds of a number's field, for whoever draws it.

    Raises:
        LookupError: the field has none.
    """
    found = next((one for one in model.model_fields[field].metadata if isinstance(one, Between)), None)
    if found is None:
        raise LookupError(f"{model.__name__}.{field} has no bounds.")
    return found


def storable(text: Any) -> Any:
    # NULs and lone surrogates, which no database and no tokenizer takes.
    if isinstance(text, str) and ("\0" in text or text != text.encode("utf-8", "ignore").decode()):
        raise ValueError(f"{text[:80]!r} is not text that can be stored")
    return text


Storable = Annotated[str, BeforeValidator(storable)]
Name = Annotated[str, Field(max_length=LONGEST_NAME), BeforeValidator(storable)]


class Specification(BaseModel):
    """Base of the models: frozen, and an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    @classmethod
    def of(cls, **fields: Any) -> Self:
        """The checked model.

        Raises:
            SpecificationError: a field cannot be used.
        """
        try:
            return cls.model_validate(fields)
        except ValidationError as error:
            first = error.errors()[0]
            raise SpecificationError(str(first["loc"][0]) if first["loc"] else "", sentence(first)) from error

    @classmethod
    def default(cls, field: str) -> Any:
        """What a field is where nobody says."""
        return cls.model_fields[field].get_default(call_default_factory=True)


def sentence(error: ErrorDetails) -> str:
    """What is wrong with a field, as one sentence that names it: `samples 0 is not between 1 and 1000.`"""
    where = ".".join(str(part) for part in error["loc"] if part != "body")
    words = error["msg"].removeprefix("Value error, ").rstrip(".")
    match error["type"]:
        case "between":
            return f"{where} {words}."
        case "missing":
            return f"{where} is missing."
        case "extra_forbidden":
            return f"There is no field {where}."
    return f"{where}: {words}." if where else f"{words}."


class Sampling(Specification):
    """How a model draws."""

    temperature: Annotated[float, Between(0, 5)] = 0.8
    """0 is greedy."""
    top_p: Annotated[float, Between(0, 1, above=True)] = 0.95
    """Only the most probable tokens that together have this probability are drawn from."""
    max_new_tokens: Annotated[int, Between(1, 32_768)] = 512
    """The most tokens that one sample may have."""

    @classmethod
    def stored(cls, values: Mapping[str, Any]) -> Self:
        """From a column of the store that holds other keys as well; what is not there has its default."""
        return cls(**{name: values[name] for name in cls.model_fields if name in values})


class ArmSpecification(Specification):
    """One arm besides the base's own."""

    kind: ArmKind
    """What repairs."""
    name: Name = ""
    """Made from kind and checkpoint where it is left out."""
    checkpoint: Name = ""
    """The checkpoint that repairs; empty where the run's base does."""
    sampling: Sampling | None = None
    """As the run's where it is left out: a rival that draws otherwise than the base is no rival."""

    @property
    def label(self) -> str:
        return self.name or (f"{self.kind}:{self.checkpoint}" if self.checkpoint else str(self.kind))


_EXAMPLE: JsonDict = {
    "name": "critic against resampling",
    "problem_sets": ["tekhne-seen", "tekhne-fresh"],
    "base": "demo-base",
    "arms": [{"kind": "critic", "checkpoint": "demo-critic"}, {"kind": "resample"}],
}


class RunSpecification(Specification):
    """One experiment. The base's own arm is always there; `arms` are the others."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    name: Name = ""
    """Made from critics, base and problem sets where it is left out."""
    problem_sets: tuple[Storable, ...]
    """Problem sets of the store, by name."""
    base: Storable
    """The checkpoint that drafts, as `tekhne models list` names it."""
    samples: Annotated[int, Between(1, 1_000)] = 10
    """Drafts for each problem."""
    sampling: Sampling = Sampling()
    """How the drafts are drawn, and the revisions of arms that say nothing else."""
    arms: tuple[ArmSpecification, ...] = ()
    """The arms that repair."""
    seed: Annotated[int, Between(0, 2**31 - 1)] = 0
    """Names the random numbers: the same seed gives the same samples."""
    feedback: TestsKind = TestsKind.EXAMPLE
    """Which tests the critic sees; the hidden ones always score."""
    gated: bool = True
    """Repair failed drafts only."""
    gate: TestsKind | None = None
    """Which tests say that a draft failed and when to stop; by default the example tests if all problems have some."""
    rounds: Annotated[int, Between(0, 10)] = 1
    """Rounds of repair for each draft."""
    budget: BudgetRule = BudgetRule.EQUAL_SAMPLES
    """What resampling may spend against a critic."""
    limit: Annotated[int | None, Between(1, 1_000_000)] = None
    """Only the first so many problems of each set."""
    token_confidence: bool = True
    """Keep the log-probability of each token of a revision."""

    @field_validator("problem_sets")
    @classmethod
    def _at_least_one(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if not names:
            raise ValueError("a run needs at least one problem set")
        return names

    @field_validator("arms")
    @classmethod
    def _make_sense(cls, arms: tuple[ArmSpecification, ...], info: ValidationInfo) -> tuple[ArmSpecification, ...]:
        labels = ["base", *(arm.label for arm in arms)]
        for arm in arms:
            if not arm.kind.repairs:
                raise ValueError(f"the {arm.kind} arm is always there: name only the others")
            if arm.kind.needs is CheckpointNeed.CRITIC and not arm.checkpoint:
                raise ValueError(f"{arm.kind} needs a critic's checkpoint")
            if labels.count(arm.label) > 1:
                raise ValueError(f"two arms are called {arm.label!r}: give each its own name")
            if len(arm.label) > LONGEST_NAME:
                raise ValueError(f"a name has at most {LONGEST_NAME} characters")
        sampling = info.data.get("sampling")
        return tuple(arm if arm.sampling else arm.model_copy(update={"sampling": sampling}) for arm in arms)

    @property
    def label(self) -> str:
        """The run's name, or who repairs whose drafts of which problems."""
        if self.name:
            return self.name
        repairing = [arm.checkpoint or arm.kind.label for arm in self.arms if arm.kind != ArmKind.RESAMPLE]
        who = ", ".join(dict.fromkeys(repairing)) or ("resampling" if self.arms else "no critic")
        sets = f"{len(self.problem_sets)} problem sets"
        problems = " + ".join(self.problem_sets) if len(self.problem_sets) < 3 else sets
        return f"{who} on {self.base}, {problems}"[:LONGEST_NAME]

    def hash_with(self, problems: list[str], checkpoints: list[str]) -> str:
        """SHA-256 over everything a number depends on; the run's own name is not part of it.

        Args:
            problems: content hashes, in the run's order.
            checkpoints: content hashes of the base and of each arm's checkpoint (empty where none).
        """
        # What is kept beside the numbers changes none of them.
        left_out = {"name", "token_confidence"}
        if self.gate is not TestsKind.EXAMPLE:
            left_out.add("gate")  # older runs keep their hash
        wanted = json.dumps(self.model_dump(exclude=left_out), sort_keys=True)
        return content_hash(wanted, *problems, "checkpoints", *checkpoints)


def arms_of(critics: Sequence[str], options: Collection[str]) -> tuple[ArmSpecification, ...]:
    """The arms of an ordinary experiment: each critic with its ablations, then its rivals.

    Args:
        critics: checkpoints of critics, by name.
        options: the chosen `ArmOption`s, by name.
    """
    chosen = kinds_chosen_by(options)
    trained = [kind for kind in chosen if kind.needs is CheckpointNeed.CRITIC]
    arms = [ArmSpecification(kind=kind, checkpoint=critic) for critic in critics for kind in trained]
    return (*arms, *(ArmSpecification(kind=kind) for kind in chosen if kind not in trained))
