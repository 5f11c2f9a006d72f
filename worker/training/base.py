"""Training a base: from random weights on Go source, or from any causal LM on problems and their canonical solutions.

In: a request. Out: a folder that `transformers` loads. Fine-tuning again on another set is the same call, with `start`
naming the previous folder. *Replay* keeps library functions in the mixture, so that a base that memorizes
problems still writes other Go.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import torch

from worker.network.checkpoints import load_base, load_tokenizer
from worker.network.errors import NetworkError
from worker.network.folders import folder_hash, resolve
from worker.problem_sets import ProblemSetContent
from worker.training.errors import DataError, FolderError
from worker.training.folders import complete, fresh, read_record, working_folder
from worker.training.go_source import GoFunction
from worker.training.loop import TrainingTask, never_stopped, train
from worker.training.objectives import BaseObjective, Inputs, collate_rows
from worker.training.options import TrainingOptions
from worker.training.presets import PRESETS, new_network, train_tokenizer
from worker.training.processes import is_first, machine_facts
from worker.training.reports import ReportProgress
from worker.training.resume import fingerprint
from worker.training.rows import (
    BatchPlan,
    RowNumbers,
    RowSplit,
    TrainingRow,
    blurred,
    function_rows,
    problem_rows,
    problems_read,
    split_by_group,
)
from worker.training.solving import PassRateTarget, SolvedCount
from worker.training.trackers import NO_TRACKERS, Trackers


@dataclass(frozen=True, kw_only=True)
class BaseRequest:
    """What to train."""

    out: Path
    start: str
    """A preset's name, a folder or a hub id."""
    options: TrainingOptions
    problems: ProblemSetContent | None = None
    functions: Sequence[GoFunction] = ()
    """Library functions: the only material, or the replay where there are problems."""
    replay: float = 0.0
    """Library functions per epoch, as a share of the problems."""
    blur: int = 0
    """Copies of each problem with a blurred prompt (`rows.blurred`)."""
    passing: PassRateTarget | None = None
    """Where to stop by what the base solves."""
    forced: Sequence[str] = ()
    """Held-out slices whose problems are read all the same, for the record."""
    command: str = ""
    """What the user typed, for the record."""
    job: str = ""
    """The job that trains it, for the record: one that was killed at its very end knows its own folder again."""


def train_base(
    request: BaseRequest,
    report: ReportProgress,
    check: Callable[[], None] = never_stopped,
    trackers: Trackers = NO_TRACKERS,
) -> Path:
    """Train, and write the folder `request.out`; returns its path. Of several processes the first one writes.

    Raises:
        JobStopped: `check`, which is called between steps, raised it; the state is saved.
        DataError: there is nothing to train on.
        FolderError: the start cannot be loaded, or `out` exists.
        ResumeError: `out` has an interrupted training of another command.
    """
    started = time.monotonic()
    working = working_folder(request.out)
    torch.manual_seed(request.options.seed)
    network, tokenizer = _start(request)
    split, replay = _rows(request, tokenizer, network.config.max_position_embeddings)
    task, solved = _task(request, split, replay, network, tokenizer, working), list[SolvedCount]()
    if request.passing is not None:
        task = replace(task, solve=partial(_solve, request.passing, network, tokenizer, solved))
    points = train(task, request.options, report, check, trackers)
    if not is_first():
        return request.out
    new = fresh(working)
    network.to(torch.bfloat16).save_pretrained(new)
    tokenizer.save_pretrained(new)
    record = _record(request, problems_read(split), task.fingerprint, time.monotonic() - started)
    if request.passing is not None and solved:
        record["solved"] = {**asdict(solved[-1]), "target": request.passing.target}
    complete(working, request.out, record, points)
    return request.out


def _solve(
    passing: PassRateTarget, network: Any, tokenizer: Any, solved: list[SolvedCount]
) -> tuple[SolvedCount, bool]:
    solved.append(passing.measure(network, tokenizer))
    return solved[-1], passing.is_reached(solved[-1])


def _start(request: BaseRequest) -> tuple[Any, Any]:
    """Network in float32 and tokenizer: from a preset with random weights, or loaded."""
    if request.start in PRESETS:
        if not request.functions:
            raise DataError("A preset learns its tokens from library functions: add --go-source.")
        preset = PRESETS[request.start]
        texts = (function.prompt + function.body for function in request.functions)
        tokenizer = train_tokenizer(texts, preset.vocabulary)
        return new_network(preset, tokenizer), tokenizer
    try:
        network: Any = load_base(request.start)
        return network, load_tokenizer(request.start, network.config.vocab_size)
    except NetworkError as error:
        raise FolderError(f"{error} Or name a preset ({', '.join(PRESETS)}).") from error


def _rows(request: BaseRequest, tokenizer: Any, context: int) -> tuple[RowSplit, list[TrainingRow]]:
    """Rows to learn from and to validate with, and the replay rows."""
    options = request.options
    library = function_rows(request.functions, tokenizer, context)
    if request.problems is None:
        if not library:
            raise DataError("There is nothing to train on: name --problems, --go-source or both.")
        return split_by_group(library, share=options.validation_share, seed=options.seed), []
    rows = problem_rows(request.problems.problems, tokenizer, context)
    split = split_by_group(rows, share=options.validation_share, seed=options.seed)
    # Only training rows are blurred: validation measures clean prompts.
    train_rows = (*split.train, *blurred(split.train, request.blur, options.seed))
    return RowSplit(train=train_rows, validation=split.validation), library if request.replay else []


def _task(
    request: BaseRequest,
    split: RowSplit,
    replay: Sequence[TrainingRow],
    network: Any,
    tokenizer: Any,
    working: Path,
) -> TrainingTask:
    rows = (*split.train, *replay)
    everything = (*rows, *split.validation)
    padding = tokenizer.pad_token_id if tokenizer.pad_token_id is not None else (tokenizer.eos_token_id or 0)
    start = _start_hash(request) or request.start
    stops = f":{request.passing.target}" if request.passing is not None else ""

    def collate(batch: RowNumbers) -> Inputs:
        return collate_rows(everything, batch, padding)

    return TrainingTask(
        objective=BaseObjective(network),
        collate=collate,
        plan=BatchPlan(
            lengths=[len(row) for row in rows],
            batch_tokens=request.options.batch_tokens,
            seed=request.options.seed,
            replay_rows=len(replay),
            replay_an_epoch=round(request.replay * len(split.train)),
        ),
        validation=[[len(rows) + index] for index in range(len(split.validation))],
        folder=working,
        fingerprint=fingerprint(request.options, f"{start}:{request.replay}{stops}", everything),
    )


def _start_hash(request: BaseRequest) -> str | None:
    """The content hash of what the training starts from; None for random weights."""
    return None if request.start in PRESETS else folder_hash(resolve(request.start))


def _record(
    request: BaseRequest, read: dict[str, list[str]], data_and_options: str, seconds: float
) -> dict[str, Any]:
    preset = request.start in PRESETS
    above = None if preset else read_record(Path(request.start))
    return {
        "kind": "base",
        "command": request.command,
        **({"job": request.job} if request.job else {}),
        "options": request.options.as_dict(),
        "replay": request.replay,
        "blur": request.blur,
        "problems": None if request.problems is None else request.problems.name,
        "problems_version": None if request.problems is None else request.problems.version_hash,
        "library_functions": len(request.functions),
        "data_and_options": data_and_options,
        "seconds": round(seconds, 1),
        **machine_facts(),
        # What the parent read stands in its own record, and in the store.
        "parent": above and {name: value for name, value in above.items() if name != "read"},
        "started_from": request.start if preset else Path(request.start).name,
        "started_from_hash": _start_hash(request),
        "read": read,
        **({"forced": list(request.forced)} if request.forced else {}),
    }
