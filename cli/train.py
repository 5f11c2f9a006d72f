"""`tekhne train base | critic`: from problems or transcripts to a checkpoint, with its curve in the store.

The commands read their material, show a live line and register what came out; how training works is
`worker.training`'s. A command that was killed goes on where it was when it is repeated.
"""

import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from models import Store
    from worker.problem_sets import ProblemSetContent
    from worker.training.go_source import GoFunction
    from worker.training.loop import TrainingProgress as Step
    from worker.training.options import OptimizerKind, TrainingOptions
    from worker.transcripts.transcript import TranscriptContent

group = typer.Typer(no_args_is_help=True, help="Train a base on problems, or a critic on transcripts.")

Out = Annotated[Path, typer.Option(metavar="FOLDER", help="The checkpoint to write; must not exist yet.")]
Steps = Annotated[int, typer.Option(min=1, help="Optimizer steps at most.")]
BatchTokens = Annotated[int, typer.Option(min=16, help="Tokens a step, padding included.")]
Rate = Annotated[float, typer.Option(min=1e-7, max=1.0, help="The learning rate's peak.")]
Warmup = Annotated[int, typer.Option(min=0, help="Steps until the peak.")]
Seed = Annotated[int, typer.Option(help="Decides weights, order and split.")]
Look = Annotated[int, typer.Option(min=1, help="Steps between two points of the curve.")]
Patience = Annotated[int, typer.Option(min=0, help="Looks without improvement before it stops; 0: never.")]
Target = Annotated[float, typer.Option(min=0.0, help="Stop when the training loss is below; 0: never.")]
Share = Annotated[float, typer.Option(min=0.0, max=0.9, help="Share of the problems that validate.")]
SaveSeconds = Annotated[float, typer.Option(min=0.0, help="Seconds between two states to resume from.")]
Register = Annotated[bool, typer.Option(help="Enter checkpoint and curve into the store.")]


def register(app: typer.Typer) -> None:
    app.add_typer(group, name="train")


@group.command()
def base(
    out: Out,
    start: Annotated[
        str, typer.Option("--from", metavar="PRESET-or-FOLDER", help="demo, 160m, a folder, a hub id.")
    ],
    problems: Annotated[str, typer.Option(metavar="FILE-or-NAME", help="Problems with canonical solutions.")] = "",
    go_source: Annotated[
        bool, typer.Option(help="Learn from Go's own library; beside problems, see --replay.")
    ] = False,
    replay: Annotated[
        float, typer.Option(min=0.0, help="Library functions an epoch, as a share of the problems.")
    ] = 0.0,
    blur: Annotated[int, typer.Option(min=0, help="Copies of each problem with a blurred prompt.")] = 0,
    optimizer: Annotated[str, typer.Option(help="adamw, or muon (from nothing, it learns faster).")] = "adamw",
    steps: Steps = 400,
    batch_tokens: BatchTokens = 2048,
    learning_rate: Rate = 1e-3,
    warmup_steps: Warmup = 20,
    seed: Seed = 1,
    evaluate_every: Look = 25,
    patience: Patience = 0,
    target_loss: Target = 0.0,
    validation_share: Share = 0.0,
    save_seconds: SaveSeconds = 60.0,
    into_store: Register = True,
) -> None:
    """Train a base: from nothing on Go source, or any causal LM on a problem set (again and again, if you like)."""
    from worker.training.base import BaseRequest, train_base
    from worker.training.options import TrainingOptions
    from worker.training.processes import is_first
    from worker.training.registering import register_base

    options = TrainingOptions(
        optimizer=_optimizer(optimizer),
        steps=steps,
        batch_tokens=batch_tokens,
        learning_rate=learning_rate,
        warmup_steps=warmup_steps,
        seed=seed,
        evaluate_every=evaluate_every,
        patience=patience,
        target_loss=target_loss,
        validation_share=validation_share,
        save_seconds=save_seconds,
    )
    with _store() as store:
        chosen = _problem_set(store, problems) if problems else None
        request = BaseRequest(
            out=out,
            start=start,
            options=options,
            problems=chosen,
            functions=_library() if go_source or replay else (),
            replay=replay,
            blur=blur,
            command=_command(),
        )
        with _live(options) as report:
            train_base(request, report)
        if not is_first():
            return
        if into_store:
            register_base(store, out, problems=chosen)
    _say_done(out)


@group.command()
def critic(
    out: Out,
    base: Annotated[str, typer.Option("--base", metavar="FOLDER", help="The base it stands on; never written.")],
    transcripts: Annotated[str, typer.Option(metavar="FILE-or-store", help="JSON Lines, or `store`.")] = "store",
    new_layers: Annotated[int, typer.Option(min=1, help="Layers to add.")] = 2,
    cache_states: Annotated[bool, typer.Option(help="Keep the trunk's states of all rows in memory.")] = True,
    steps: Steps = 600,
    batch_tokens: BatchTokens = 4096,
    learning_rate: Rate = 1e-3,
    warmup_steps: Warmup = 20,
    seed: Seed = 1,
    evaluate_every: Look = 25,
    patience: Patience = 5,
    target_loss: Target = 0.0,
    validation_share: Share = 0.1,
    save_seconds: SaveSeconds = 60.0,
    into_store: Register = True,
) -> None:
    """Train a critic's new layers and head on verified transcripts."""
    from worker.training.critic import CriticRequest, train_critic
    from worker.training.options import TrainingOptions
    from worker.training.processes import is_first
    from worker.training.registering import register_critic

    options = TrainingOptions(
        steps=steps,
        batch_tokens=batch_tokens,
        learning_rate=learning_rate,
        warmup_steps=warmup_steps,
        seed=seed,
        evaluate_every=evaluate_every,
        patience=patience,
        target_loss=target_loss,
        validation_share=validation_share,
        save_seconds=save_seconds,
    )
    with _store() as store:
        lessons = _transcripts(store, transcripts)
        request = CriticRequest(
            out=out,
            base=base,
            transcripts=lessons,
            options=options,
            new_layers=new_layers,
            cache_states=cache_states,
            command=_command(),
        )
        with _live(options) as report:
            train_critic(request, report)
        if not is_first():
            return
        if into_store:
            register_critic(store, out, base=base, transcripts=lessons)
    _say_done(out)


@contextmanager
def _store() -> "Iterator[Store]":
    """The store, with torch held to the settings' threads."""
    import torch

    from cli.problems import open_store_with_own_sets

    if threads := load_settings().threads:
        torch.set_num_threads(threads)
    with open_store_with_own_sets() as store:
        yield store


def _optimizer(name: str) -> "OptimizerKind":
    from worker.training.options import OptimizerKind

    try:
        return OptimizerKind(name)
    except ValueError as error:
        raise typer.BadParameter(f"--optimizer {name}: choose {' or '.join(OptimizerKind)}") from error


def _problem_set(store: "Store", name: str) -> "ProblemSetContent":
    from worker.problem_sets.importing import resolve_problem_set

    with store.reader() as session:
        return resolve_problem_set(session, name)


def _library() -> "list[GoFunction]":
    from worker.toolchain import find_go
    from worker.training.go_source import read_functions

    return read_functions(find_go(load_settings().go).root / "src")


def _transcripts(store: "Store", source: str) -> "list[TranscriptContent]":
    """Verified transcripts only."""
    from models.enums import TranscriptState
    from worker.collecting.keeping import stored_transcripts
    from worker.transcripts.transcript import read_transcripts

    if source == "store":
        with store.reader() as session:
            return list(stored_transcripts(session, state=TranscriptState.VERIFIED))
    return [each for each in read_transcripts(Path(source)) if each.state is TranscriptState.VERIFIED]


@contextmanager
def _live(options: "TrainingOptions") -> "Iterator[Callable[[Step], None]]":
    """One live line: step, losses, tokens a second, time left. Without a terminal a line every 25 steps."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _line_now_and_then
        return
    columns = (
        TextColumn("training"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[said]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("training", total=options.steps, said="")
        yield lambda step: progress.update(task, completed=step.step, said=_words(step))


def _line_now_and_then(step: "Step") -> None:
    if step.step % 25 == 0 or step.validation_loss is not None or step.step == step.steps:
        print(f"step {step.step}/{step.steps} {_words(step)}", file=sys.stderr, flush=True)


def _words(step: "Step") -> str:
    validation = "" if step.validation_loss is None else f" · validation {step.validation_loss:.4f}"
    minutes, seconds = divmod(round(step.seconds_left), 60)
    return (
        f"loss {step.loss:.4f}{validation} · {step.tokens_per_second:,.0f} tokens/s · {minutes}:{seconds:02} left"
    )


def _command() -> str:
    """What was typed, without the folder that the program lies in."""
    return shlex.join(["tekhne", *sys.argv[1:]])


def _say_done(out: Path) -> None:
    Console(stderr=True).print(f"Wrote {out}.", highlight=False, markup=False)
