"""Training a critic: new layers, norm and head on a frozen base, from verified transcripts.

In: a request. Out: a delta folder that names its base by hash. The base is read and never written. The validation
split separates problems, not rows. A transcript that does not fit the context is left out and counted, never cut at
its end.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from models.problem import text_hash
from worker.network.checkpoints import load_base, load_tokenizer, save_delta
from worker.network.critic import NEW_LAYERS, ReflectiveCodeTransformer
from worker.network.folders import folder_hash, resolve
from worker.training.errors import DataError
from worker.training.folders import complete, fresh, working_folder
from worker.training.loop import TrainingTask, never_stopped, train
from worker.training.objectives import (
    CriticObjective,
    Inputs,
    collate_rows,
    collate_states,
    states_fit,
    trunk_states,
)
from worker.training.options import TrainingOptions
from worker.training.processes import is_first, is_launched_first, machine_facts, own_device
from worker.training.reports import ReportProgress, ReportStates, StatesRead
from worker.training.resume import fingerprint
from worker.training.rows import BatchPlan, RowNumbers, RowSplit, TrainingRow, problems_read, split_by_group
from worker.training.trackers import NO_TRACKERS, Trackers
from worker.transcripts.errors import TooLongError
from worker.transcripts.format import Tokenizer, render_row
from worker.transcripts.transcript import TranscriptContent


@dataclass(frozen=True, kw_only=True)
class CriticRequest:
    """What to train."""

    out: Path
    base: str
    """A folder or a hub id."""
    transcripts: Sequence[TranscriptContent]
    """Verified ones; the others teach mistakes."""
    options: TrainingOptions
    new_layers: int = NEW_LAYERS
    cache_states: bool = True
    """Keep the trunk's states of all rows in memory, if they fit."""
    forced: Sequence[str] = ()
    """Held-out slices whose problems are read all the same, for the record."""
    command: str = ""
    """What the user typed, for the record."""
    job: str = ""
    """The job that trains it, for the record: one that was killed at its very end knows its own folder again."""
    transcript_set: Mapping[str, Any] = field(default_factory=dict)
    """Name, version and hash of the set that the transcripts are, for the record."""


def _silent(_: StatesRead) -> None:
    """Nobody is told how far the trunk has read."""


def train_critic(
    request: CriticRequest,
    report: ReportProgress,
    report_states: ReportStates = _silent,
    check: Callable[[], None] = never_stopped,
    trackers: Trackers = NO_TRACKERS,
) -> Path:
    """Train, and write the delta folder `request.out`; returns its path. Of several processes the first one writes.

    Raises:
        JobStopped: `check`, which is called between steps, raised it; the state is saved.
        DataError: no transcript can be learned from.
        FolderError: `out` exists.
        NetworkError: the base cannot be loaded, or cannot carry a critic.
        ResumeError: `out` has an interrupted training of another command.
    """
    started = time.monotonic()
    working = working_folder(request.out)
    torch.manual_seed(request.options.seed)
    folder = resolve(request.base)
    base = load_base(str(folder), device=own_device())
    tokenizer: Any = load_tokenizer(str(folder), base.config.vocab_size)
    rows, left_out = transcript_rows(request.transcripts, tokenizer, base.config.max_position_embeddings)
    network = ReflectiveCodeTransformer(base, request.new_layers)
    split = split_by_group(rows, share=request.options.validation_share, seed=request.options.seed)
    task = _task(request, split, network, working, report_states)
    points = train(task, request.options, report, check, trackers)
    if not is_first():
        return request.out
    record = _record(request, task, split, len(rows), left_out, time.monotonic() - started)
    save_delta(network, fresh(working), base=folder, training=record, dtype=torch.bfloat16)
    complete(working, request.out, record, points)
    return request.out


def _record(
    request: CriticRequest, task: TrainingTask, split: RowSplit, rows: int, left_out: int, seconds: float
) -> dict[str, Any]:
    return {
        "kind": "critic",
        "command": request.command,
        **({"job": request.job} if request.job else {}),
        "options": request.options.as_dict(),
        "transcripts": rows,
        "transcripts_too_long": left_out,
        **({"transcript_set": dict(request.transcript_set)} if request.transcript_set else {}),
        "new_layers": request.new_layers,
        "data_and_options": task.fingerprint,
        "seconds": round(seconds, 1),
        **machine_facts(),
        "base": Path(request.base).name,
        "read": problems_read(split),
        **({"forced": list(request.forced)} if request.forced else {}),
    }


def transcript_rows(
    transcripts: Sequence[TranscriptContent], tokenizer: Tokenizer, budget: int
) -> tuple[list[TrainingRow], int]:
    """Rows to learn from, and how many transcripts were too long to become one.

    Raises:
        DataError: none is left.
    """
    rows = []
    for transcript in transcripts:
        try:
            rendered = render_row(
                transcript.prompt,
                transcript.attempt,
                transcript.trace,
                transcript.reflection,
                transcript.revision,
                tokenizer=tokenizer,
                budget=budget,
            )
        except TooLongError:
            continue
        rows.append(
            TrainingRow(
                group=transcript.task_id,
                ids=rendered.ids,
                loss_from=rendered.loss_from,
                text_hash=text_hash(transcript.prompt),
            )
        )
    if not rows:
        raise DataError(
            "There is no verified transcript that fits the base's context: collect some with `tekhne collect`."
        )
    return rows, len(transcripts) - len(rows)


def _task(
    request: CriticRequest,
    split: RowSplit,
    network: ReflectiveCodeTransformer,
    working: Path,
    report: ReportStates,
) -> TrainingTask:
    everything = (*split.train, *split.validation)
    weight = network.head.weight
    caching = request.cache_states and states_fit(everything, weight.shape[1], weight.element_size())
    states = None
    if caching:
        say = report if is_launched_first() else _silent
        states = trunk_states(network, everything, lambda done: say(StatesRead(done=done, rows=len(everything))))

    def collate(batch: RowNumbers) -> Inputs:
        return collate_rows(everything, batch, 0) if states is None else collate_states(everything, states, batch)

    return TrainingTask(
        objective=CriticObjective(network),
        collate=collate,
        plan=BatchPlan(
            lengths=[len(row) for row in split.train],
            batch_tokens=request.options.batch_tokens,
            seed=request.options.seed,
        ),
        validation=[[len(split.train) + index] for index in range(len(split.validation))],
        folder=working,
        fingerprint=fingerprint(
            request.options, f"{folder_hash(resolve(request.base))}:{request.new_layers}", everything
        ),
    )
