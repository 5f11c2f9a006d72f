"""Base training: it learns, its folder loads, it refuses what makes no sense, and a kill changes no weight."""

import hashlib
import itertools
import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM

from tests.forking import Nursery
from tests.worker.training.killing import train_and_kill
from worker.problem_sets import ProblemSetContent
from worker.training.base import BaseRequest, train_base
from worker.training.errors import DataError, FolderError, MemoryShort, ResumeError
from worker.training.folders import read_curves, read_record
from worker.training.options import TrainingOptions
from worker.training.reports import TrainingProgress

QUICK = TrainingOptions(steps=12, batch_tokens=128, learning_rate=5e-3, warmup_steps=2, evaluate_every=4)


def quiet(_: TrainingProgress) -> None:
    """Nobody watches."""


def request(base: Path, out: Path, problems: ProblemSetContent, options: TrainingOptions = QUICK) -> BaseRequest:
    return BaseRequest(out=out, start=str(base), options=options, problems=problems, command="tekhne train base")


def weights_hash(folder: Path) -> str:
    return hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()


def test_training_lowers_the_loss_and_leaves_a_folder_that_loads(
    tmp_path: Path, tiny_base: Path, problems: ProblemSetContent
) -> None:
    out = train_base(request(tiny_base, tmp_path / "out", problems), quiet)
    train = [point for point in read_curves(out) if point.split == "train"]
    assert [point.step for point in train] == [4, 8, 12]
    assert train[-1].loss < train[0].loss
    record = read_record(out)
    assert record is not None
    assert record["command"] == "tekhne train base"
    assert record["problems"] == "tiny"
    assert AutoModelForCausalLM.from_pretrained(out).config.num_hidden_layers == 2
    assert not (tmp_path / "out.training").exists()


def test_the_same_seed_gives_the_same_weights(
    tmp_path: Path, tiny_base: Path, problems: ProblemSetContent
) -> None:
    first = train_base(request(tiny_base, tmp_path / "a", problems), quiet)
    second = train_base(request(tiny_base, tmp_path / "b", problems), quiet)
    assert weights_hash(first) == weights_hash(second)


def test_a_base_is_trained_on_from_its_own_folder(
    tmp_path: Path, tiny_base: Path, problems: ProblemSetContent
) -> None:
    first = train_base(request(tiny_base, tmp_path / "a", problems), quiet)
    second = train_base(request(first, tmp_path / "b", problems), quiet)
    record = read_record(second)
    assert record is not None
    assert record["parent"]["command"] == "tekhne train base"
    assert weights_hash(first) != weights_hash(second)


def test_training_stops_early_and_keeps_the_best(
    tmp_path: Path, tiny_base: Path, problems: ProblemSetContent
) -> None:
    options = TrainingOptions(
        steps=400, batch_tokens=128, learning_rate=0.05, warmup_steps=1, evaluate_every=1, patience=3,
        validation_share=0.4,
    )  # fmt: skip
    out = train_base(request(tiny_base, tmp_path / "out", problems, options), quiet)
    validation = [point for point in read_curves(out) if point.split == "validation"]
    best = min(validation, key=lambda point: point.loss)
    assert validation[-1].step < 400
    assert validation[-1].step - best.step == 3


def test_without_patience_the_last_weights_are_kept_although_earlier_ones_validated_better(
    tmp_path: Path, tiny_base: Path, problems: ProblemSetContent
) -> None:
    watched = TrainingOptions(
        steps=60, batch_tokens=128, learning_rate=0.05, warmup_steps=1, evaluate_every=1, validation_share=0.4
    )
    looked_at = train_base(request(tiny_base, tmp_path / "a", problems, watched), quiet)
    validation = [point for point in read_curves(looked_at) if point.split == "validation"]
    assert min(validation, key=lambda point: point.loss).step < 60
    alone = train_base(request(tiny_base, tmp_path / "b", problems, replace(watched, evaluate_every=60)), quiet)
    assert weights_hash(looked_at) == weights_hash(alone)


def test_an_existing_folder_is_never_overwritten(
    tmp_path: Path, tiny_base: Path, problems: ProblemSetContent
) -> None:
    (tmp_path / "out").mkdir()
    with pytest.raises(FolderError, match="exists already"):
        train_base(request(tiny_base, tmp_path / "out", problems), quiet)


def test_a_start_that_does_not_load_is_named(tmp_path: Path, problems: ProblemSetContent) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(FolderError, match=r"empty does not load .* Or name a preset \(demo"):
        train_base(request(tmp_path / "empty", tmp_path / "out", problems), quiet)


def test_a_half_downloaded_start_is_a_sentence(
    tmp_path: Path, tiny_base: Path, problems: ProblemSetContent
) -> None:
    half = Path(shutil.copytree(tiny_base, tmp_path / "half"))
    os.truncate(half / "model.safetensors", (half / "model.safetensors").stat().st_size // 2)
    with pytest.raises(FolderError, match="complete"):
        train_base(request(half, tmp_path / "out", problems), quiet)


def test_a_start_with_another_models_tokenizer_is_a_sentence(
    tmp_path: Path, tiny_base: Path, problems: ProblemSetContent
) -> None:
    foreign = Path(shutil.copytree(tiny_base, tmp_path / "foreign"))
    file = foreign / "tokenizer.json"
    tokenizer = json.loads(file.read_text())
    known, merges = tokenizer["model"]["vocab"], tokenizer["model"]["merges"]
    # Tokens that texts become: without a merge they would be unused, and no embedding would be missing.
    for one, other in itertools.product("abcdefghijklmnopqrst", repeat=2):
        if one + other not in known:
            known[one + other] = len(known)
            merges.append([one, other])
    file.write_text(json.dumps(tokenizer))
    with pytest.raises(FolderError, match="do not belong together"):
        train_base(request(foreign, tmp_path / "out", problems), quiet)


def test_nothing_to_train_on_is_said(tmp_path: Path, tiny_base: Path) -> None:
    with pytest.raises(DataError, match="nothing to train on"):
        train_base(BaseRequest(out=tmp_path / "out", start=str(tiny_base), options=QUICK), quiet)


def test_a_killed_training_goes_on_to_the_same_weights(
    tmp_path: Path, tiny_base: Path, problems: ProblemSetContent, nursery: Nursery
) -> None:
    """The kill is a real one: SIGKILL to another process, in the middle of its steps."""
    options = TrainingOptions(
        steps=24, batch_tokens=128, learning_rate=5e-3, warmup_steps=2, evaluate_every=10, save_seconds=0.0
    )
    whole = train_base(request(tiny_base, tmp_path / "whole", problems, options), quiet)
    train_and_kill(nursery, "base", tiny_base, tmp_path / "killed")
    with pytest.raises(ResumeError, match="other data or options"):
        train_base(request(tiny_base, tmp_path / "killed", problems, QUICK), quiet)
    steps: list[int] = []
    resumed = train_base(
        request(tiny_base, tmp_path / "killed", problems, options), lambda progress: steps.append(progress.step)
    )
    assert steps[0] > 1
    assert weights_hash(resumed) == weights_hash(whole)
    assert [p.loss for p in read_curves(resumed)] == [p.loss for p in read_curves(whole)]


def test_a_machine_short_of_memory_says_what_to_make_smaller(
    tmp_path: Path, tiny_base: Path, problems: ProblemSetContent
) -> None:
    def full(progress: TrainingProgress) -> None:
        if progress.step == 3:
            raise RuntimeError("[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: can't allocate memory")

    with pytest.raises(MemoryShort, match=r"out of memory in step 4.*smaller --batch-tokens \(it was 128\)"):
        train_base(request(tiny_base, tmp_path / "out", problems), full)
    assert not (tmp_path / "out").exists()


def test_weights_are_stored_in_bfloat16(tmp_path: Path, tiny_base: Path, problems: ProblemSetContent) -> None:
    out = train_base(request(tiny_base, tmp_path / "out", problems), quiet)
    assert {str(tensor.dtype) for tensor in load_file(out / "model.safetensors").values()} == {"torch.bfloat16"}
