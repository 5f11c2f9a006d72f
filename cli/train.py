"""`tekhne train base | critic`: from problems or transcripts to a checkpoint, with its learning curve in the store.

The commands train here and show a live line, or hand the work to a worker. If a command was killed, or stopped by
Ctrl-C, repeating it continues the training.
"""

import re
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from cli.errors import CommandError
from cli.forgetting import refuse_unmeasurable, say_forgetting
from cli.handing_over import Queue, hand_over, stoppable
from cli.opening import store_with_own_sets
from cli.outputs import OutputFile
from cli.terminal import Terminal
from cli.training_progress import training_progress
from models import Store
from models.work import BASE_PRESETS, OptimizerKind, Tracker, TrainBaseSpecification, TrainCriticSpecification
from settings import load_settings
from worker.overlap.storing import note_trained
from worker.work.training import FOLDER, TrainingPlace, perform_training

group = typer.Typer(no_args_is_help=True, help="Train a base on problems, or a critic on transcripts.")

Out = Annotated[
    OutputFile | None,
    typer.Option(
        metavar="FOLDER",
        parser=OutputFile,
        help="The checkpoint folder to write; it must not exist yet. By default below the data folder.",
    ),
]
Start = Annotated[
    str,
    typer.Option("--from", metavar="PRESET-or-MODEL", help="demo, 160m, a registered base, a folder or a hub id."),
]
GoSource = Annotated[bool, typer.Option(help="Learn from Go's standard library; with problems, see --replay.")]
Replay = Annotated[float, typer.Option(min=0.0, help="Library functions per epoch, as a share of the problems.")]
Steps = Annotated[int, typer.Option(min=1, help="Optimizer steps, at most.")]
BatchTokens = Annotated[int, typer.Option(min=16, help="Tokens per step, padding included.")]
Rate = Annotated[float, typer.Option(min=1e-7, max=1.0, help="Peak learning rate.")]
Warmup = Annotated[int, typer.Option(min=0, help="Steps until the learning rate peaks.")]
Seed = Annotated[int, typer.Option(help="Seed of initial weights, order and validation split.")]
EvaluateEvery = Annotated[int, typer.Option(min=1, help="Steps between evaluations.")]
Patience = Annotated[int, typer.Option(min=0, help="Evaluations without improvement before it stops; 0: never.")]
Target = Annotated[float, typer.Option(min=0.0, help="Stop when the training loss is below this; 0: never.")]
Share = Annotated[float, typer.Option(min=0.0, max=0.9, help="Share of the problems held out for validation.")]
SaveSeconds = Annotated[float, typer.Option(min=0.0, help="Seconds between saved states to resume from.")]
CheckpointName = Annotated[str, typer.Option(help="What the checkpoint is called; by default as its folder.")]
LogTo = Annotated[
    Tracker | None, typer.Option(help="Send the learning curve there as well; all: to those that are installed.")
]
Force = Annotated[
    bool, typer.Option("--force", help="Train on problems that are held out; every report will say so.")
]
Register = Annotated[bool, typer.Option(help="Register checkpoint and learning curve in the store.")]


def register(app: typer.Typer) -> None:
    app.add_typer(group, name="train")


@group.command()
def base(
    start: Start,
    out: Out = None,
    name: CheckpointName = "",
    problems: Annotated[str, typer.Option(metavar="FILE-or-NAME", help="Problems with canonical solutions.")] = "",
    go_source: GoSource = False,
    replay: Replay = 0.0,
    blur: Annotated[int, typer.Option(min=0, help="Copies of each problem with a blurred prompt.")] = 0,
    optimizer: Annotated[
        OptimizerKind, typer.Option(help="adamw, or muon (learns faster from random weights).")
    ] = OptimizerKind.ADAMW,
    steps: Steps = 400,
    batch_tokens: BatchTokens = 2048,
    learning_rate: Rate = 1e-3,
    warmup_steps: Warmup = 20,
    seed: Seed = 1,
    evaluate_every: EvaluateEvery = 25,
    patience: Patience = 0,
    target_loss: Target = 0.0,
    target_pass_rate: Annotated[
        float,
        typer.Option(min=0, max=1, help="Stop when it solves this share of its problems greedily; 0: never."),
    ] = 0.0,
    validation_share: Share = 0.0,
    save_seconds: SaveSeconds = 60.0,
    log_to: LogTo = None,
    force: Force = False,
    into_store: Register = True,
    queue: Queue = False,
    measure_forgetting: Annotated[
        str,
        typer.Option(
            metavar="SET",
            help="Afterwards run it and its --from on this set, and say what it forgot: `forgetting`.",
        ),
    ] = "",
) -> None:
    """Train a base: from random weights on Go source, or any causal LM on a problem set. It can be repeated."""
    given = {one: value for one, value in locals().items() if one in TrainBaseSpecification.model_fields}
    if not problems and not go_source:
        _refuse_nothing(start)
    wanted = TrainBaseSpecification.of(**{**given, "name": _name(name, out, queue=queue)})
    if measure_forgetting:
        refuse_unmeasurable(start, measure_forgetting, kept=into_store and not queue)
    trained = _train(wanted, out, queue=queue, into_store=into_store)
    if trained is not None:
        say_forgetting(trained, start, measure_forgetting)


@group.command()
def critic(
    base: Annotated[
        str,
        typer.Option(
            "--base",
            metavar="MODEL",
            help="The base under the critic (registered, a folder, a hub id); not written.",
        ),
    ],
    out: Out = None,
    name: CheckpointName = "",
    transcripts: Annotated[
        str, typer.Option(metavar="FILE-or-store", help="A JSON Lines file, or `store`.")
    ] = "store",
    new_layers: Annotated[int, typer.Option(min=1, help="Layers to add.")] = 2,
    cache_states: Annotated[
        bool, typer.Option(help="Keep the trunk's states of all rows in memory, if they fit.")
    ] = True,
    steps: Steps = 600,
    batch_tokens: BatchTokens = 4096,
    learning_rate: Rate = 1e-3,
    warmup_steps: Warmup = 20,
    seed: Seed = 1,
    evaluate_every: EvaluateEvery = 25,
    patience: Patience = 5,
    target_loss: Target = 0.0,
    validation_share: Share = 0.1,
    save_seconds: SaveSeconds = 60.0,
    log_to: LogTo = None,
    force: Force = False,
    into_store: Register = True,
    queue: Queue = False,
) -> None:
    """Train a critic's new layers and head on verified transcripts."""
    given = {one: value for one, value in locals().items() if one in TrainCriticSpecification.model_fields}
    wanted = TrainCriticSpecification.of(**{**given, "name": _name(name, out, queue=queue)})
    _train(wanted, out, queue=queue, into_store=into_store)


def _refuse_nothing(start: str) -> None:
    """Raise CommandError: of a start that cannot be used, else that there is nothing to train on."""
    # Late: it loads torch.
    from worker.checkpoints.finding import find_base_folder

    if start not in BASE_PRESETS:
        with _store() as store:
            find_base_folder(store, load_settings(), start, "--from")
    raise CommandError("There is nothing to train on: name --problems, --go-source or both.")


def _name(name: str, out: OutputFile | None, *, queue: bool) -> str:
    """What the checkpoint is called: as the user says, or made from its folder."""
    if out is not None and queue:
        raise typer.BadParameter("--out: a worker writes below its data folder; give --name instead")
    if out is None and not name:
        raise typer.BadParameter("where to? Give --out FOLDER, or --name NAME for a folder below the data folder")
    return (
        name
        or re.sub(r"[^A-Za-z0-9._-]|^[^A-Za-z0-9]", "-", out.path.name if out else "").lstrip("-._")
        or "trained"
    )


def _train(
    wanted: TrainBaseSpecification | TrainCriticSpecification,
    out: OutputFile | None,
    *,
    queue: bool,
    into_store: bool,
) -> int | None:
    """The checkpoint's id; None if it is not in the store, or not by this process."""
    if queue:
        hand_over(wanted)
        return None
    settings = load_settings()
    folder = out.path if out else settings.data_dir / FOLDER / wanted.name
    place = TrainingPlace(out=folder, trusted=True, command=_command(), into_store=into_store)
    with _store() as store, training_progress() as report, stoppable() as progress:
        trained = perform_training(store, settings, wanted, progress, place=place, report=report)
        if trained is not None:
            _say_overlap(store, trained)
    # Late: it loads torch.
    from worker.training.processes import is_first

    if is_first():
        _say_done(folder)
        return trained
    return None


@contextmanager
def _store() -> Iterator[Store]:
    """The store; torch uses as many threads as the settings say."""
    import torch

    if threads := load_settings().threads:
        torch.set_num_threads(threads)
    with store_with_own_sets() as store:
        yield store


def _command() -> str:
    """What the user typed, without the folder of the program."""
    return shlex.join(["tekhne", *sys.argv[1:]])


def _say_overlap(store: Store, checkpoint_id: int) -> None:
    """Other sets of the store whose problems are near-duplicates of those that were trained on."""
    for one in note_trained(store, checkpoint_id):
        Terminal(stderr=True).print(
            f"{one.findings} near-duplicates of what it was trained on are in {one.name}.",
            highlight=False,
            markup=False,
        )


def _say_done(out: Path) -> None:
    Terminal(stderr=True).print(f"Wrote {out}.", highlight=False, markup=False)
