"""`tekhne train base | critic`: from problems or transcripts to a checkpoint, with its learning curve in the store.

The commands read their data, show a live line and register the result; `worker.training` does the work. If a command
was killed, repeating it continues the training.
"""

import shlex
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.opening import find_base_folder, find_problem_set, store_with_own_sets
from cli.outputs import OutputFile
from cli.terminal import Terminal
from cli.training_progress import training_progress
from models import Store
from models.enums import TranscriptState
from models.problem import text_hash
from settings import load_settings
from worker.collecting.keeping import stored_transcripts
from worker.overlap.storing import note_trained
from worker.problem_sets.slices import refuse_held_out, twins_of
from worker.toolchain import find_go
from worker.training.go_source import GoFunction, read_functions
from worker.training.registering import register_critic, register_trained_base
from worker.transcripts.transcript import TranscriptContent, read_transcripts

if TYPE_CHECKING:
    from worker.training.options import TrainingOptions

group = typer.Typer(no_args_is_help=True, help="Train a base on problems, or a critic on transcripts.")

Out = Annotated[
    OutputFile,
    typer.Option(
        metavar="FOLDER", parser=OutputFile, help="The checkpoint folder to write; it must not exist yet."
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
Force = Annotated[
    bool, typer.Option("--force", help="Train on problems that are held out; every report will say so.")
]
Register = Annotated[bool, typer.Option(help="Register checkpoint and learning curve in the store.")]


def register(app: typer.Typer) -> None:
    app.add_typer(group, name="train")


@group.command()
def base(
    out: Out,
    start: Start,
    problems: Annotated[str, typer.Option(metavar="FILE-or-NAME", help="Problems with canonical solutions.")] = "",
    go_source: GoSource = False,
    replay: Replay = 0.0,
    blur: Annotated[int, typer.Option(min=0, help="Copies of each problem with a blurred prompt.")] = 0,
    optimizer: Annotated[str, typer.Option(help="adamw, or muon (learns faster from random weights).")] = "adamw",
    steps: Steps = 400,
    batch_tokens: BatchTokens = 2048,
    learning_rate: Rate = 1e-3,
    warmup_steps: Warmup = 20,
    seed: Seed = 1,
    evaluate_every: EvaluateEvery = 25,
    patience: Patience = 0,
    target_loss: Target = 0.0,
    validation_share: Share = 0.0,
    save_seconds: SaveSeconds = 60.0,
    force: Force = False,
    into_store: Register = True,
) -> None:
    """Train a base: from random weights on Go source, or any causal LM on a problem set. It can be repeated."""
    from worker.training.base import BaseRequest, train_base
    from worker.training.loop import is_first
    from worker.training.presets import PRESETS

    options = _options(locals())
    with _store() as store:
        start = start if start in PRESETS else find_base_folder(store, start, "--from")
        chosen = find_problem_set(store, problems) if problems else None
        texts = {problem.text_hash: "" for problem in chosen.problems} if chosen else {}
        request = BaseRequest(
            out=out.path,
            start=start,
            options=options,
            problems=chosen,
            functions=_library() if go_source or replay else (),
            replay=replay,
            blur=blur,
            forced=_forced(store, problems, texts, force=force, twins=twins_of(chosen) if chosen else None),
            command=_command(),
        )
        with training_progress() as report:
            train_base(request, report)
        if is_first():
            if into_store:
                trained = register_trained_base(store, out.path, start=start, is_preset=start in PRESETS)
                _say_overlap(store, trained)
            _say_done(out.path)


@group.command()
def critic(
    out: Out,
    base: Annotated[
        str,
        typer.Option(
            "--base",
            metavar="MODEL",
            help="The base under the critic (registered, a folder, a hub id); not written.",
        ),
    ],
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
    force: Force = False,
    into_store: Register = True,
) -> None:
    """Train a critic's new layers and head on verified transcripts."""
    from worker.training.critic import CriticRequest, train_critic
    from worker.training.loop import is_first

    options = _options(locals())
    with _store() as store:
        base = find_base_folder(store, base, "--base")
        lessons = _transcripts(store, transcripts)
        request = CriticRequest(
            out=out.path,
            base=base,
            transcripts=lessons,
            options=options,
            new_layers=new_layers,
            cache_states=cache_states,
            forced=_forced(store, f"--transcripts {transcripts}", _texts_of(lessons), force=force),
            command=_command(),
        )
        with training_progress() as report:
            train_critic(request, report, report)
        if is_first():
            if into_store:
                _say_overlap(store, register_critic(store, out.path, base=base, transcripts=lessons))
            _say_done(out.path)


def _forced(
    store: Store, what: str, texts: Mapping[str, str], *, force: bool, twins: Mapping[str, str] | None = None
) -> list[str]:
    """The held-out slices that are trained on by force.

    Args:
        texts: hash of each text that would be read, with the held-out slice that it is marked with.
        twins: the original's text of each text that is known to be a twin.

    Raises:
        HeldOut: there are some, and it is not forced.
    """
    marked = {text: label for text, label in texts.items() if label}
    with store.reader() as session:
        found = refuse_held_out(session, what, set(texts), to="train on", force=force, marked=marked, twins=twins)
    return sorted(set(found.values()))


def _texts_of(lessons: Iterable[TranscriptContent]) -> dict[str, str]:
    return {text_hash(one.prompt): one.held_out for one in lessons}


@contextmanager
def _store() -> Iterator[Store]:
    """The store; torch uses as many threads as the settings say."""
    import torch

    if threads := load_settings().threads:
        torch.set_num_threads(threads)
    with store_with_own_sets() as store:
        yield store


def _options(arguments: dict[str, Any]) -> "TrainingOptions":
    """The training options among a command's arguments: those that are named like a field of `TrainingOptions`."""
    from worker.training.options import OptimizerKind, TrainingOptions

    chosen = {field.name: arguments[field.name] for field in fields(TrainingOptions) if field.name in arguments}
    name = chosen.get("optimizer", OptimizerKind.ADAMW)
    if name not in set(OptimizerKind):
        raise typer.BadParameter(f"--optimizer {name}: choose {' or '.join(OptimizerKind)}")
    return TrainingOptions(**{**chosen, "optimizer": OptimizerKind(name)})


def _library() -> list[GoFunction]:
    return read_functions(find_go(load_settings().go).root / "src")


def _transcripts(store: Store, source: str) -> list[TranscriptContent]:
    """The verified transcripts of a file or of the store."""
    if source == "store":
        with store.reader() as session:
            return list(stored_transcripts(session, state=TranscriptState.VERIFIED))
    return [row for row in read_transcripts(Path(source)) if row.state is TranscriptState.VERIFIED]


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
