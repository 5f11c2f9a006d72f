"""The recipe of the demo pair: the very commands, in order, each with its seed.

Everything is learned from what is installed with the project: Go's own library and the problem set `seen`. The set
`fresh` appears nowhere here.
"""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class BuildFolder:
    """The folder in which the pair is made; finished stages found there are not made again."""

    folder: Path

    @property
    def library_base(self) -> Path:
        """What read Go's library and no problem."""
        return self.folder / "library"

    @property
    def base(self) -> Path:
        return self.folder / "demo-base"

    @property
    def transcripts(self) -> Path:
        return self.folder / "transcripts.jsonl"

    @property
    def critic(self) -> Path:
        return self.folder / "demo-critic"


@dataclass(frozen=True, kw_only=True)
class RecipeStep:
    """One command, to be run in the kitchen's folder; `made` exists when it is done."""

    name: str
    command: tuple[str, ...]
    made: Path


def stages(kitchen: BuildFolder) -> tuple[RecipeStep, ...]:
    """All stages, in order."""
    return (
        RecipeStep(name="read Go's library", command=_library(kitchen), made=kitchen.library_base),
        RecipeStep(name="learn the seen problems", command=_problems(kitchen), made=kitchen.base),
        RecipeStep(name="collect transcripts", command=_transcripts(kitchen), made=kitchen.transcripts),
        RecipeStep(name="train the critic", command=_critic(kitchen), made=kitchen.critic),
    )


def _library(kitchen: BuildFolder) -> tuple[str, ...]:
    return _words(
        "train base --from demo --go-source --optimizer muon --learning-rate 0.02 --steps 1500 --batch-tokens 2048 "
        "--warmup-steps 40 --validation-share 0.02 --evaluate-every 100 --seed 1 --no-into-store --out",
        kitchen.library_base.name,
    )


def _problems(kitchen: BuildFolder) -> tuple[str, ...]:
    return _words(
        "train base --problems seen --replay 1.0 --blur 3 --optimizer muon --learning-rate 0.01 --steps 450 "
        "--batch-tokens 2048 --warmup-steps 10 --evaluate-every 25 --seed 1 --no-into-store --from",
        kitchen.library_base.name,
        "--out",
        kitchen.base.name,
    )


def _transcripts(kitchen: BuildFolder) -> tuple[str, ...]:
    return _words(
        "collect --problems seen --samples 14 --temperature 1.0 --mutants 8 --each-problem 20 --each-class 10 "
        "--max-new-tokens 320 --teacher canonical --seed 1 --base",
        kitchen.base.name,
        "--out",
        kitchen.transcripts.name,
    )


def _critic(kitchen: BuildFolder) -> tuple[str, ...]:
    return _words(
        "train critic --learning-rate 0.002 --steps 1500 --batch-tokens 2048 --warmup-steps 20 --validation-share 0.0 "
        "--evaluate-every 50 --patience 0 --seed 1 --no-into-store --base",
        kitchen.base.name,
        "--transcripts",
        kitchen.transcripts.name,
        "--out",
        kitchen.critic.name,
    )


def _words(*parts: str) -> tuple[str, ...]:
    return tuple(word for part in parts for word in part.split())
