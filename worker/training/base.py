"""Training a base: from nothing on Go source, or from any causal LM on problems and their canonical solutions.

In: a request. Out: a folder that `transformers` loads. Continual fine-tuning on a new set is the same call with
`start` naming the folder of the last. *Replay* keeps library functions in the mixture, so that a base that learns
problems by heart still writes Go elsewhere.
"""

import hashlib
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import LlamaConfig, LlamaForCausalLM

from worker.network.checkpoints import load_base, load_tokenizer
from worker.network.errors import NetworkError
from worker.network.folders import folder_hash, resolve
from worker.problem_sets import ProblemSetContent
from worker.training.batches import Batch, BatchPlan
from worker.training.errors import DataError, FolderError
from worker.training.folders import complete, fresh, read_record, working_folder
from worker.training.go_source import GoFunction
from worker.training.loop import Inputs, Report, TrainingTask, train
from worker.training.objectives import BaseObjective, collate_rows
from worker.training.options import SHAPES, NetworkShape, TrainingOptions, shape
from worker.training.processes import is_first
from worker.training.rows import RowSplit, TrainingRow, blurred, function_rows, problem_rows, split_by_group
from worker.training.tokenizer import train_tokenizer


@dataclass(frozen=True, kw_only=True)
class BaseRequest:
    """What to train."""

    out: Path
    start: str
    """A preset's name, a folder or a hub id."""
    options: TrainingOptions
    problems: ProblemSetContent | None = None
    functions: Sequence[GoFunction] = ()
    """Library functions: all there is to learn, or beside problems the replay."""
    replay: float = 0.0
    """Library functions an epoch, as a share of the problems."""
    blur: int = 0
    """Copies of each problem with a blurred prompt (`rows.blurred`)."""
    command: str = ""
    """What the person typed, for the record."""


def train_base(request: BaseRequest, report: Report) -> Path:
    """Train and write the folder `request.out`; its path. Of several processes the first one writes.

    Raises:
        DataError: nothing to train on.
        FolderError: the start cannot be loaded, or `out` is taken.
        ResumeError: `out` has an interrupted training of another command.
    """
    started = time.monotonic()
    working = working_folder(request.out)
    torch.manual_seed(request.options.seed)
    network, tokenizer = _start(request)
    data = _data(request, tokenizer, network.config.max_position_embeddings)
    task = _task(request, data, network, tokenizer, working)
    points = train(task, request.options, report)
    if not is_first():
        return request.out
    new = fresh(working)
    network.to(torch.bfloat16).save_pretrained(new)
    tokenizer.save_pretrained(new)
    complete(working, request.out, _record(request, task.fingerprint, time.monotonic() - started), points)
    return request.out


def _start(request: BaseRequest) -> tuple[Any, Any]:
    """Network in float32 and tokenizer: from a preset with random weights, or loaded."""
    if request.start in SHAPES:
        if not request.functions:
            raise DataError("A preset begins with library functions to learn its tokens from: add --go-source.")
        chosen = shape(request.start)
        texts = (function.prompt + function.body for function in request.functions)
        tokenizer = train_tokenizer(texts, chosen.vocabulary)
        return _new_network(chosen, tokenizer), tokenizer
    try:
        network: Any = load_base(request.start)
        return network, load_tokenizer(request.start, network.config.vocab_size)
    except NetworkError as error:
        raise FolderError(f"{error} Or name a preset ({', '.join(SHAPES)}).") from error


def _new_network(chosen: NetworkShape, tokenizer: Any) -> LlamaForCausalLM:
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=chosen.hidden,
        intermediate_size=chosen.mlp,
        num_hidden_layers=chosen.layers,
        num_attention_heads=chosen.heads,
        num_key_value_heads=chosen.key_value_heads,
        max_position_embeddings=chosen.context,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    return LlamaForCausalLM(config)


@dataclass(frozen=True, kw_only=True)
class _Data:
    split: RowSplit
    replay: tuple[TrainingRow, ...]


def _data(request: BaseRequest, tokenizer: Any, context: int) -> _Data:
    options = request.options
    library = function_rows(request.functions, tokenizer, context)
    if request.problems is None:
        if not library:
            raise DataError("There is nothing to train on: name --problems, --go-source or both.")
        split = split_by_group(library, share=options.validation_share, seed=options.seed)
        return _Data(split=split, replay=())
    rows = problem_rows(request.problems.problems, tokenizer, context)
    split = split_by_group(rows, share=options.validation_share, seed=options.seed)
    # Only rows to learn from are blurred: validation measures clean prompts.
    train = (*split.train, *blurred(split.train, request.blur, options.seed))
    return _Data(
        split=RowSplit(train=train, validation=split.validation), replay=tuple(library) if request.replay else ()
    )


def _task(request: BaseRequest, data: _Data, network: Any, tokenizer: Any, working: Path) -> TrainingTask:
    rows = (*data.split.train, *data.replay)
    plan = BatchPlan(
        lengths=[len(row) for row in rows],
        batch_tokens=request.options.batch_tokens,
        seed=request.options.seed,
        replay_rows=len(data.replay),
        replay_an_epoch=round(request.replay * len(data.split.train)),
    )
    everything = (*rows, *data.split.validation)
    padding = tokenizer.pad_token_id if tokenizer.pad_token_id is not None else (tokenizer.eos_token_id or 0)

    def collate(batch: Batch) -> Inputs:
        return collate_rows(everything, batch, padding)

    return TrainingTask(
        objective=BaseObjective(network),
        collate=collate,
        plan=plan,
        validation=[[len(rows) + index] for index in range(len(data.split.validation))],
        folder=working,
        fingerprint=_fingerprint(request, everything),
    )


def _fingerprint(request: BaseRequest, rows: Sequence[TrainingRow]) -> str:
    """One hash over everything that decides the weights."""
    digest = hashlib.sha256(json.dumps(request.options.as_dict(), sort_keys=True).encode())
    start = request.start if request.start in SHAPES else folder_hash(resolve(request.start))
    digest.update(f"{start}:{request.replay}".encode())
    for row in rows:
        digest.update(f"{row.group}:{row.loss_from}:{row.ids}".encode())
    return digest.hexdigest()


def _record(request: BaseRequest, fingerprint: str, seconds: float) -> dict[str, Any]:
    return {
        "kind": "base",
        "command": request.command,
        "options": request.options.as_dict(),
        "replay": request.replay,
        "blur": request.blur,
        "problems": None if request.problems is None else request.problems.name,
        "problems_version": None if request.problems is None else request.problems.version_hash,
        "library_functions": len(request.functions),
        "data_and_options": fingerprint,
        "seconds": round(seconds, 1),
        "torch": torch.__version__,
        "threads": torch.get_num_threads(),
        "device": "cuda" if torch.cuda.is_available() else "cpu",
        "parent": None if request.start in SHAPES else read_record(Path(request.start)),
        "started_from": request.start if request.start in SHAPES else Path(request.start).name,
    }
