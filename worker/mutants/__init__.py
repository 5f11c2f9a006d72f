"""Mutants: copies of a canonical solution with one small edit each, which good tests tell from the original.

`generate` writes them with the Go program in `go/`: each problem's mutants by task id, ordered by their place in the
solution, the same on every run. The solutions are parsed, never compiled or executed. `score` counts which mutants the
tests killed. One that does not compile says nothing about the tests and is left out, as is one that provably computes
the same as the original; one without a verdict is counted apart.
"""

import json
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from models.enums import Verdict
from models.errors import TekhneError
from settings import Settings
from worker.problem_sets import ProblemContent
from worker.toolchain import build_program, find_go

_SOURCE_FOLDER = Path(__file__).parent / "go"
_TIMEOUT_SECONDS = 300
STILLBORN = frozenset(
    {Verdict.IMPORT, Verdict.SYNTAX, Verdict.TYPE, Verdict.VET, Verdict.TIMEOUT_COMPILE, Verdict.VACUOUS}
)
"""Verdicts of programs that failed before any test could run."""


class MutationError(TekhneError):
    """The Go program that writes mutants failed; the message ends in its own words."""


class MutationOperator(StrEnum):
    """The ways to make a mutant; `go/mutate.go` holds the same list."""

    WRONG_OPERATOR = "wrong_operator"
    """`+` for `-`, `==` for `!=`, `&&` for `||`, `++` for `--` …"""
    OFF_BY_ONE = "off_by_one"
    """`<` for `<=`: differs on the boundary only."""
    REMOVED_RETURN = "removed_return"
    """Zero values are returned instead."""
    NEGATED_CONDITION = "negated_condition"
    CHANGED_CONSTANT = "changed_constant"
    """A neighbour: 1 for 0, `""` for a text, `false` for `true`."""
    REMOVED_STATEMENT = "removed_statement"
    """An assignment, call, increment or branch is left out."""


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """A canonical solution with one edit."""

    operator: MutationOperator
    line: int
    """1-based within the solution."""
    original: str
    replacement: str
    solution: str
    equivalent: str = ""
    """Why it provably computes the same as the original; empty where nothing is proved."""

    @property
    def source_line(self) -> str:
        """The edited line, as it reads in the mutant."""
        return self.solution.splitlines()[self.line - 1].strip() if self.solution else ""

    def __str__(self) -> str:
        edit = f"{self.original!r} → {self.replacement!r}" if self.replacement else f"without {self.original!r}"
        return f"line {self.line}: {edit} ({self.operator}): {self.source_line}"


def mutant_writer(settings: Settings) -> Path:
    """The executable that writes mutants, built into the cache if it is not there yet.

    Raises:
        ToolchainError: Go is missing, or cannot build it.
    """
    return build_program(_SOURCE_FOLDER, go=find_go(settings.go), cache_dir=settings.cache_dir, name="mutants")


def generate(program: Path, problems: Iterable[ProblemContent]) -> dict[str, list[Mutant]]:
    """All mutants of every problem that has a canonical solution.

    Args:
        program: what `mutant_writer` returned.

    Raises:
        MutationError: the program failed. A solution that does not parse has no mutants and is no error.
    """
    requests = "".join(_request(problem) for problem in problems if problem.canonical_solution)
    finished = subprocess.run(
        [str(program)], input=requests.encode(), capture_output=True, timeout=_TIMEOUT_SECONDS, check=False
    )
    if finished.returncode != 0:
        raise MutationError(f"The mutant writer failed: {finished.stderr.decode(errors='replace').strip()}")
    answers = (json.loads(line) for line in finished.stdout.splitlines())
    return {answer["id"]: [_mutant(fields) for fields in answer["mutants"]] for answer in answers}


def _request(problem: ProblemContent) -> str:
    fields = {"id": problem.task_id, "prefix": problem.prompt, "solution": problem.canonical_solution}
    return json.dumps(fields) + "\n"


def _mutant(fields: dict[str, Any]) -> Mutant:
    return Mutant(
        operator=MutationOperator(fields["operator"]),
        line=fields["line"],
        original=fields["original"],
        replacement=fields["replacement"],
        solution=fields["solution"],
        equivalent=fields["equivalent"],
    )


@dataclass(frozen=True, kw_only=True)
class MutationScore:
    """Of one problem, or of many added together."""

    killed: int = 0
    survivors: tuple[Mutant, ...] = ()
    equivalent: int = 0
    stillborn: int = 0
    unscored: int = 0

    @property
    def generated(self) -> int:
        """Mutants that the tests could have killed."""
        return self.killed + len(self.survivors)

    @property
    def rate(self) -> float | None:
        """The share that was killed; None where there was nothing to kill."""
        return self.killed / self.generated if self.generated else None

    def __add__(self, other: "MutationScore") -> "MutationScore":
        return MutationScore(
            killed=self.killed + other.killed,
            survivors=self.survivors + other.survivors,
            equivalent=self.equivalent + other.equivalent,
            stillborn=self.stillborn + other.stillborn,
            unscored=self.unscored + other.unscored,
        )


def score(judged: Iterable[tuple[Mutant, Verdict]]) -> MutationScore:
    """The score of mutants with their verdicts."""
    return sum((_one(mutant, verdict) for mutant, verdict in judged), start=MutationScore())


def _one(mutant: Mutant, verdict: Verdict) -> MutationScore:
    if not verdict.scored:
        return MutationScore(unscored=1)
    if verdict in STILLBORN:
        return MutationScore(stillborn=1)
    if verdict is not Verdict.PASSED:
        return MutationScore(killed=1)
    # Only a survivor counts as equivalent: where a test refutes the proof, there is a bug that must stay visible.
    return MutationScore(equivalent=1) if mutant.equivalent else MutationScore(survivors=(mutant,))
