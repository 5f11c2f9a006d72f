"""The recipe of the demo pair: the commands that make it, in order, each with its seed; and the demo experiment's.

Everything is learned from what is installed with the project: Go's own library and the problem set `seen`. The set
`fresh` is in no step of the pair.
"""

from dataclasses import dataclass
from pathlib import Path

EXPERIMENT_COMMAND = (
    "run --problems tekhne-seen --problems tekhne-fresh --base demo-base --critic demo-critic "
    "--samples 4 --temperature 1.0 --max-new-tokens 320 --seed 1"
)
"""The experiment that every new store begins with."""
EXPERIMENT_NAME = "The demo pair on what it has seen and on what it has not"


@dataclass(frozen=True, kw_only=True)
class BuildFolder:
    """The folder in which the pair is made; a finished step found there is not repeated."""

    folder: Path

    @property
    def library_base(self) -> Path:
        """The base after reading Go's library, before any problem."""
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
    """One `tekhne` command, to be run in the build folder; `made` exists when it is done."""

    name: str
    command: tuple[str, ...]
    made: Path


def steps(build: BuildFolder) -> tuple[RecipeStep, ...]:
    """All steps, in order."""
    library, base = build.library_base.name, build.base.name
    transcripts, critic = build.transcripts.name, build.critic.name
    return (
        _step(
            "read Go's library",
            "train base --from demo --go-source --optimizer muon --learning-rate 0.02 --steps 1500 "
            "--batch-tokens 2048 --warmup-steps 40 --validation-share 0.02 --evaluate-every 100 --seed 1 "
            f"--no-into-store --out {library}",
            build.library_base,
        ),
        _step(
            "learn the seen problems",
            "train base --problems seen --replay 1.0 --blur 3 --optimizer muon --learning-rate 0.01 --steps 450 "
            "--batch-tokens 2048 --warmup-steps 10 --evaluate-every 25 --seed 1 "
            f"--no-into-store --from {library} --out {base}",
            build.base,
        ),
        _step(
            "collect transcripts",
            "collect --problems seen --samples 14 --temperature 1.0 --mutants 8 --each-problem 20 --each-class 10 "
            f"--max-new-tokens 320 --teacher canonical --seed 1 --base {base} --out {transcripts}",
            build.transcripts,
        ),
        _step(
            "train the critic",
            "train critic --learning-rate 0.002 --steps 1500 --batch-tokens 2048 --warmup-steps 20 "
            "--validation-share 0.0 --evaluate-every 50 --patience 0 --seed 1 "
            f"--no-into-store --base {base} --transcripts {transcripts} --out {critic}",
            build.critic,
        ),
    )


def _step(name: str, command: str, made: Path) -> RecipeStep:
    return RecipeStep(name=name, command=tuple(command.split()), made=made)
