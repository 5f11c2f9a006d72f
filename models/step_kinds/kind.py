"""What a kind of step is, what a step may name, what it leaves behind, and the registry of all kinds.

A kind turns the fields of its table in a recipe into *work*: specifications that a worker knows how to perform
(`worker/investigations/works.py`). It computes nothing and reads no store, so that a recipe can be checked anywhere.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import Field

from models.arm_kinds import ArmKind
from models.enums import BudgetRule, TestsKind
from models.errors import TekhneError
from models.specification import ArmSpecification, Between, Name, RunSpecification, Specification, Storable
from models.work import WorkSpecification


class StepError(TekhneError):
    """A step cannot be done as the recipe has it; the sentence says what is missing and where it can come from."""


class CardSpecification(Specification):
    """A memory card."""

    checkpoint: Storable
    problem_set: Storable


class DriftSpecification(Specification):
    """How far a checkpoint's probabilities moved from its parent's, on prompts that it was not trained on."""

    checkpoint: Storable
    problem_set: Storable


class TwinsSpecification(Specification):
    """Twins of a set."""

    problem_set: Storable
    seed: int


class GenerateSpecification(Specification):
    """Generated problems."""

    name: Name
    seed: Storable
    """Any text; the same seed gives the same problems."""
    count: Annotated[int, Between(1, 100_000)]


class SplitSpecification(Specification):
    """A set in two parts."""

    problem_set: Storable
    held_out: Annotated[int, Between(1, 1_000_000)]
    seed: int


Work = (
    RunSpecification
    | WorkSpecification
    | CardSpecification
    | TwinsSpecification
    | GenerateSpecification
    | SplitSpecification
    | DriftSpecification
)


class StepResult(Specification):
    """What one piece of work left in the store; only what it made is filled in."""

    run_id: int | None = None
    card_id: int | None = None
    checkpoint: Storable = ""
    is_critic: bool = False
    transcripts: Storable = ""
    """A set of transcripts, with its version."""
    problem_sets: Mapping[str, str] = Field(default_factory=dict)
    """By what they are to the step: `train` and `held_out` of a split, `set` of a generation."""
    figures: Mapping[str, float] = Field(default_factory=dict)
    """What collecting counted: `attempts`, `verified`, `rejected`, …"""
    note: Storable = ""
    """Why the work made nothing, where that is no failure."""


class StepFields(Specification):
    """Base of the tables of steps: what a recipe may say of a step of some kind."""


class RecipeDefaults(Specification):
    """What a recipe says for all its steps; a step may say otherwise."""

    base: Storable = ""
    """The checkpoint that drafts, or the step that trains it; by default the first base that a step trains."""
    critic: Storable = ""
    """The critic, or the step that trains it; by default the newest critic that a step trains."""
    seed: Annotated[int, Between(0, 2**31 - 1)] = 1
    samples: Annotated[int, Between(1, 1_000)] = 4
    temperature: Annotated[float, Between(0, 5)] = 0.8
    top_p: Annotated[float, Between(0, 1, above=True)] = 0.95
    max_new_tokens: Annotated[int, Between(1, 32_768)] = 512
    feedback: TestsKind = TestsKind.EXAMPLE
    """Which tests the critic sees."""
    gate: TestsKind | None = None
    """Which tests say that a draft failed; by default the example tests if all problems have some."""
    limit: Annotated[int | None, Between(1, 1_000_000)] = None
    """Only the first so many problems of each set."""


@dataclass(frozen=True, kw_only=True)
class StepScope:
    """What a step may name: the recipe's defaults, sets and teachers, and what the steps before it made."""

    step: str
    defaults: RecipeDefaults
    sets: Mapping[str, tuple[str, ...]]
    teachers: Mapping[str, Mapping[str, Any]]
    made: Mapping[str, Sequence[StepResult]] = field(default_factory=dict)
    """By the step's name, in order."""
    later: frozenset[str] = frozenset()
    """This step and those behind it, whose results cannot be named yet."""

    def base(self, named: str = "") -> str:
        """The name in the store of a base: of the one that is named, else of the recipe's."""
        return self._checkpoint(named or self.defaults.base, is_critic=False)

    def critic(self, named: str = "") -> str:
        return self._checkpoint(named or self.defaults.critic, is_critic=True)

    def _checkpoint(self, named: str, *, is_critic: bool) -> str:
        word = "critic" if is_critic else "base"
        self._refuse_later(named)
        if named and named not in self.made:
            return named
        results = self.made[named] if named else [one for results in self.made.values() for one in results]
        found = [one.checkpoint for one in results if one.checkpoint and one.is_critic is is_critic]
        if not found:
            made = f"the step {named!r} trains none" if named else "no step before it trains one"
            raise StepError(f'{self.step} needs a {word}, and {made}: add `{word} = "NAME"` at the top or a step.')
        return found[-1] if is_critic else found[0]

    def problem_sets(self, named: Sequence[str] = ()) -> tuple[str, ...]:
        """Names in the store: of a name in `[sets]`, of `STEP.PART` for a set that a step made, or as they stand.

        All sets of the recipe where none is named.
        """
        chosen = [one for name in named or self.sets for one in self._sets(name)]
        if not chosen:
            raise StepError(f"{self.step} needs problems: name them with `sets`, or for all steps in [sets].")
        return tuple(dict.fromkeys(chosen))

    def problem_set(self, named: str) -> str:
        """Exactly one set."""
        found = self.problem_sets([named] if named else ())
        if len(found) != 1:
            raise StepError(f"{self.step} takes one problem set, and {named or '[sets]'} names {len(found)}.")
        return found[0]

    def _refuse_later(self, named: str) -> None:
        if named in self.later:
            raise StepError(
                f"{self.step} names the step {named!r}, which is not done before it: change their order."
            )

    def _sets(self, name: str) -> tuple[str, ...]:
        if name in self.sets:
            # The sets of the recipe may themselves name what a step makes.
            return tuple(
                found for one in self.sets[name] for found in ((one,) if one in self.sets else self._sets(one))
            )
        step, _, part = name.partition(".")
        self._refuse_later(step)
        made = {part: found for one in self.made.get(step, ()) for part, found in one.problem_sets.items()}
        if not made:
            return (name,)
        if part and part not in made:
            raise StepError(f"{self.step}: the step {step!r} makes no {part!r}; it makes {', '.join(made)}.")
        return (made[part],) if part else tuple(made.values())

    def transcripts(self, named: str = "") -> str:
        """A set of transcripts: of the step that is named, else the newest that a step collected."""
        self._refuse_later(named)
        if named and named not in self.made:
            return named
        results = self.made[named] if named else [one for results in self.made.values() for one in results]
        found = [one.transcripts for one in results if one.transcripts]
        if not found:
            raise StepError(
                f"{self.step} needs transcripts, and no step before it collects any: add a step of the kind collect, "
                'or name a set of transcripts, or `transcripts = "store"` for all that the store has.'
            )
        return found[-1]


class RunFields(StepFields):
    """A step that is a run: where it differs from the recipe's defaults."""

    sets: tuple[Storable, ...] = ()
    base: Storable = ""
    critic: Storable = ""
    seed: Annotated[int | None, Between(0, 2**31 - 1)] = None
    samples: Annotated[int | None, Between(1, 1_000)] = None
    temperature: Annotated[float | None, Between(0, 5)] = None
    top_p: Annotated[float | None, Between(0, 1, above=True)] = None
    max_new_tokens: Annotated[int | None, Between(1, 32_768)] = None
    feedback: TestsKind | None = None
    gate: TestsKind | None = None
    limit: Annotated[int | None, Between(1, 1_000_000)] = None


def run_work(
    fields: RunFields, scope: StepScope, *arms: ArmSpecification, budget: BudgetRule = BudgetRule.EQUAL_SAMPLES,
    base: str = "", sets: Sequence[str] = (), gate: TestsKind | None = None,
) -> RunSpecification:  # fmt: skip
    """The run of a step: its own fields, else the recipe's."""

    def chosen(name: str) -> Any:
        own = getattr(fields, name)
        return getattr(scope.defaults, name) if own is None else own

    return RunSpecification.of(
        name=scope.step,
        problem_sets=tuple(sets) or scope.problem_sets(fields.sets),
        base=base or scope.base(fields.base),
        arms=arms,
        samples=chosen("samples"),
        sampling={name: chosen(name) for name in ("temperature", "top_p", "max_new_tokens")},
        seed=chosen("seed"),
        feedback=chosen("feedback"),
        gate=gate or chosen("gate"),
        budget=budget,
        limit=chosen("limit"),
    )


def critic_arm(scope: StepScope, named: str) -> ArmSpecification:
    return ArmSpecification(kind=ArmKind.CRITIC, name="critic", checkpoint=scope.critic(named))


@dataclass(frozen=True, kw_only=True)
class StepKind:
    """A registered kind of step."""

    name: str
    label: str
    """What it does, in a few words: the heading of its section in the report."""
    description: str
    """One sentence, for the documentation and the form."""
    fields: type[StepFields]
    work: Callable[[Any, StepScope], Sequence[Work]]
    """What is to be done, in order. Raises StepError where something that it needs is not there."""
    compares: bool = False
    """Whether its first run is compared with each later one."""
    makes: StepResult = field(default_factory=StepResult)
    """The shape of what later steps may name, with any text in place of names."""


_REGISTRY: dict[str, StepKind] = {}


def register_step_kind(kind: StepKind) -> None:
    """Raises ValueError where another kind has the name."""
    if kind.name in _REGISTRY:
        raise ValueError(f"{kind.name!r} is the name of another kind of step")
    _REGISTRY[kind.name] = kind


def forget_step_kind(name: str) -> None:
    """Undo `register_step_kind`."""
    del _REGISTRY[name]


def step_kinds() -> Iterator[StepKind]:
    """All known kinds, in the order of their registration."""
    yield from _REGISTRY.values()


def find_step_kind(name: str) -> StepKind | None:
    return _REGISTRY.get(name)
