"""What a run is, before it is stored: problem sets, base, arms, samples, sampling, feedback, budget.

A specification is checked as a whole and hashed together with the problems and checkpoints it names, so that two
runs with one hash must give the same numbers.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from app.runs.errors import SpecificationError
from models.arm_kinds import ArmKind, CheckpointNeed
from models.base import content_hash
from models.enums import BudgetRule, TestsKind

MOST_SAMPLES = 1_000
MOST_ROUNDS = 10
MOST_NEW_TOKENS = 32_768
LARGEST_SEED = 2**31 - 1
MOST_PROBLEMS = 1_000_000
LONGEST_NAME = 200
"""As wide as the store's columns."""


def check_seed(seed: int) -> None:
    """Raise SpecificationError for a seed that the generators or the database could not hold."""
    if not 0 <= seed <= LARGEST_SEED:
        raise SpecificationError("seed", f"seed {seed} is not between 0 and {LARGEST_SEED}.")


def check_name(field: str, name: str) -> None:
    """Raise SpecificationError for a name that a store could not hold."""
    if len(name) > LONGEST_NAME:
        raise SpecificationError(field, f"{field}: a name has at most {LONGEST_NAME} characters.")
    check_text(field, name)


def check_text(field: str, text: str) -> None:
    """Raise SpecificationError for NULs and lone surrogates, which no database and no tokenizer takes."""
    if "\0" in text or text != text.encode("utf-8", "ignore").decode():
        raise SpecificationError(field, f"{field}: {text[:80]!r} is not text that can be stored.")


@dataclass(frozen=True, kw_only=True)
class Sampling:
    """How one model draws. `temperature` 0 is greedy."""

    temperature: float = 0.8
    top_p: float = 0.95
    max_new_tokens: int = 512

    def checked(self, field: str) -> "Sampling":
        if not 0 <= self.temperature <= 5:
            raise SpecificationError(field, f"{field}: temperature {self.temperature} is not between 0 and 5.")
        if not 0 < self.top_p <= 1:
            raise SpecificationError(field, f"{field}: top_p {self.top_p} is not above 0 and at most 1.")
        if not 1 <= self.max_new_tokens <= MOST_NEW_TOKENS:
            raise SpecificationError(
                field, f"{field}: max_new_tokens {self.max_new_tokens} is not between 1 and {MOST_NEW_TOKENS}."
            )
        return self


@dataclass(frozen=True, kw_only=True)
class ArmSpecification:
    """One arm. `checkpoint` names what repairs; empty for arms that need none but the base."""

    kind: ArmKind
    name: str = ""
    checkpoint: str = ""
    sampling: Sampling = field(default_factory=Sampling)

    @property
    def label(self) -> str:
        return self.name or (f"{self.kind}:{self.checkpoint}" if self.checkpoint else str(self.kind))


def name_of(base: str, critics: Sequence[str], *, prompted: bool = False, resample: bool = False) -> str:
    """What a run is called whose maker did not say."""
    repairing = [*critics, *(["prompted"] if prompted else [])]
    return f"{', '.join(repairing) or ('resampling' if resample else 'no critic')} on {base}"


def arms_of(
    critics: Sequence[str], sampling: Sampling, *, prompted: bool, resample: bool, ablations: bool
) -> tuple[ArmSpecification, ...]:
    """The arms of an ordinary experiment: each critic, with its ablations where wanted, then its rivals."""
    kinds = [ArmKind.CRITIC]
    if ablations:
        kinds += [ArmKind.NO_TRACE, ArmKind.SHUFFLED_TRACE, ArmKind.NO_REFLECTION]
    arms = [ArmSpecification(kind=kind, checkpoint=one, sampling=sampling) for one in critics for kind in kinds]
    rivals = ((ArmKind.PROMPTED, prompted), (ArmKind.RESAMPLE, resample))
    arms += [ArmSpecification(kind=kind, sampling=sampling) for kind, wanted in rivals if wanted]
    return tuple(arms)


@dataclass(frozen=True, kw_only=True)
class RunSpecification:
    """One experiment. Arms besides the base's own; the base arm is always there."""

    name: str
    problem_sets: tuple[str, ...]
    base: str
    arms: tuple[ArmSpecification, ...] = ()
    samples: int = 10
    sampling: Sampling = field(default_factory=Sampling)
    seed: int = 0
    feedback: TestsKind = TestsKind.EXAMPLE
    gated: bool = True
    rounds: int = 1
    budget: BudgetRule = BudgetRule.EQUAL_SAMPLES
    limit: int | None = None
    """Only the first so many problems of each set."""

    def checked(self) -> "RunSpecification":
        """This specification, or SpecificationError for the first field that cannot be used."""
        check_name("name", self.name)
        if not self.problem_sets:
            raise SpecificationError("problem_sets", "A run needs at least one problem set.")
        if not 1 <= self.samples <= MOST_SAMPLES:
            raise SpecificationError("samples", f"samples {self.samples} is not between 1 and {MOST_SAMPLES}.")
        if not 0 <= self.rounds <= MOST_ROUNDS:
            raise SpecificationError("rounds", f"rounds {self.rounds} is not between 0 and {MOST_ROUNDS}.")
        if self.limit is not None and not 1 <= self.limit <= MOST_PROBLEMS:
            raise SpecificationError("limit", f"limit {self.limit} is not between 1 and {MOST_PROBLEMS}.")
        check_seed(self.seed)
        for name in self.problem_sets:
            check_text("problem_sets", name)
        check_text("base", self.base)
        self.sampling.checked("sampling")
        self._check_arms()
        return self

    def _check_arms(self) -> None:
        labels = ["base", *(arm.label for arm in self.arms)]
        for arm in self.arms:
            if arm.kind == ArmKind.BASE:
                raise SpecificationError("arms", "The base arm is always there: name only the others.")
            if arm.kind.needs is CheckpointNeed.CRITIC and not arm.checkpoint:
                raise SpecificationError("arms", f"The arm {arm.kind} needs a critic's checkpoint.")
            if labels.count(arm.label) > 1:
                raise SpecificationError("arms", f"Two arms are called {arm.label!r}: give each its own name.")
            check_name("arms", arm.label)
            arm.sampling.checked(f"arm {arm.label}")

    def hash_with(self, problems: list[str], checkpoints: list[str]) -> str:
        """SHA-256 over everything a number depends on; the run's own name is not part of it.

        Args:
            problems: content hashes, in the run's order.
            checkpoints: content hashes of the base and of each arm's checkpoint (empty where none).
        """
        wanted = asdict(self)
        del wanted["name"]
        return content_hash(json.dumps(wanted, sort_keys=True), *problems, "checkpoints", *checkpoints)
