"""Critic training: the base stays as it is, cached and uncached agree, only the new tensors are saved."""

import hashlib
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from tests.forking import Nursery
from tests.worker.training.killing import train_and_kill
from worker.network.checkpoints import load_base, load_critic, load_tokenizer
from worker.network.critic import ReflectiveCodeTransformer, trainable
from worker.network.folders import DELTA_FILE
from worker.training.critic import CriticRequest, train_critic, transcript_rows
from worker.training.errors import DataError, ResumeError
from worker.training.objectives import CriticObjective, collate_rows, collate_states, states_fit, trunk_states
from worker.training.options import TrainingOptions
from worker.training.reports import TrainingProgress
from worker.transcripts.transcript import TranscriptContent

QUICK = TrainingOptions(
    steps=8, batch_tokens=512, learning_rate=5e-3, warmup_steps=2, evaluate_every=4, validation_share=0.2
)


def quiet(_: TrainingProgress) -> None:
    """Nobody watches."""


def folder_bytes(folder: Path) -> dict[str, str]:
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(folder.iterdir())}


def test_the_base_is_unchanged_and_only_new_tensors_are_saved(
    tmp_path: Path, tiny_base: Path, lessons: list[TranscriptContent]
) -> None:
    before = folder_bytes(tiny_base)
    request = CriticRequest(out=tmp_path / "critic", base=str(tiny_base), transcripts=lessons, options=QUICK)
    out = train_critic(request, quiet)
    assert folder_bytes(tiny_base) == before
    network = ReflectiveCodeTransformer(load_base(str(tiny_base)), 2)
    assert set(load_file(out / DELTA_FILE)) == {name for name, _ in trainable(network)}


def test_a_trained_critic_loads_and_differs_from_its_base(
    tmp_path: Path, tiny_base: Path, lessons: list[TranscriptContent]
) -> None:
    request = CriticRequest(out=tmp_path / "critic", base=str(tiny_base), transcripts=lessons, options=QUICK)
    base = load_base(str(tiny_base))
    critic = load_critic(train_critic(request, quiet), tiny_base, base)
    ids = torch.tensor([[9, 10, 11]])
    with torch.no_grad():
        assert not torch.equal(critic(ids), base(ids).logits)


def another(base: Path, folder: Path) -> Path:
    """A base of the same name with other weights, as after training it once more."""
    copy = Path(shutil.copytree(base, folder / "other" / base.name))
    tensors = load_file(copy / "model.safetensors")
    save_file(
        {name: tensor + 0.01 for name, tensor in tensors.items()}, copy / "model.safetensors", {"format": "pt"}
    )
    return copy


def test_a_killed_training_goes_on_to_the_same_weights(
    tmp_path: Path, tiny_base: Path, lessons: list[TranscriptContent], nursery: Nursery
) -> None:
    options = TrainingOptions(
        steps=24, batch_tokens=128, learning_rate=5e-3, warmup_steps=2, evaluate_every=10, save_seconds=0.0
    )
    whole = CriticRequest(out=tmp_path / "whole", base=str(tiny_base), transcripts=lessons, options=options)
    train_critic(whole, quiet)
    train_and_kill(nursery, "critic", tiny_base, tmp_path / "killed")
    with pytest.raises(ResumeError, match="other data or options"):
        train_critic(replace(whole, out=tmp_path / "killed", base=str(another(tiny_base, tmp_path))), quiet)
    steps: list[int] = []
    train_critic(replace(whole, out=tmp_path / "killed"), lambda progress: steps.append(progress.step))
    assert steps[0] > 1
    saved = [load_file(tmp_path / name / DELTA_FILE) for name in ("whole", "killed")]
    assert saved[0].keys() == saved[1].keys()
    assert all(torch.equal(saved[0][name], saved[1][name]) for name in saved[0])


def test_in_memory_the_trunk_keeps_every_bit_through_a_step(
    tiny_base: Path, lessons: list[TranscriptContent]
) -> None:
    network = ReflectiveCodeTransformer(load_base(str(tiny_base)), 2)
    before = {name: value.clone() for name, value in network.base.state_dict().items()}
    rows, _ = transcript_rows(lessons, load_tokenizer(str(tiny_base)), 512)
    optimizer = torch.optim.AdamW([value for _, value in trainable(network)], lr=0.1)
    inputs = collate_rows(rows, [0, 1, 2], 0)
    CriticObjective(network)(**inputs).backward()
    optimizer.step()
    assert all(torch.equal(value, before[name]) for name, value in network.base.state_dict().items())


def test_cached_states_give_the_loss_and_gradients_of_the_running_trunk(
    tiny_base: Path, lessons: list[TranscriptContent]
) -> None:
    network = ReflectiveCodeTransformer(load_base(str(tiny_base)), 2)
    with torch.no_grad():
        for _, value in trainable(network):
            value.add_(0.02 * torch.randn_like(value))
    rows, _ = transcript_rows(lessons, load_tokenizer(str(tiny_base)), 512)
    batch = list(range(len(rows)))
    objective = CriticObjective(network)
    found = []
    for inputs in (collate_rows(rows, batch, 0), collate_states(rows, trunk_states(network, rows), batch)):
        network.zero_grad()
        loss = objective(**inputs)
        loss.backward()
        found.append((loss.detach(), [value.grad.clone() for _, value in trainable(network)]))
    (plain, plain_grads), (cached, cached_grads) = found
    torch.testing.assert_close(cached, plain, atol=1e-5, rtol=0)
    for one, other in zip(cached_grads, plain_grads, strict=True):
        torch.testing.assert_close(one, other, atol=1e-5, rtol=0)


def test_transcripts_too_long_for_the_context_are_counted_not_cut(
    tiny_base: Path, lessons: list[TranscriptContent]
) -> None:
    endless = replace(lessons[0], revision="\tn++\n" * 400)
    rows, left_out = transcript_rows([*lessons, endless], load_tokenizer(str(tiny_base)), 512)
    assert left_out == 1
    assert len(rows) == len(lessons)


def test_no_usable_transcript_is_said(tiny_base: Path) -> None:
    with pytest.raises(DataError, match="no verified transcript"):
        transcript_rows([], load_tokenizer(str(tiny_base)), 512)


def test_states_are_cached_only_where_they_fit(tiny_base: Path, lessons: list[TranscriptContent]) -> None:
    rows, _ = transcript_rows(lessons, load_tokenizer(str(tiny_base)), 512)
    tokens = sum(len(row) for row in rows)
    assert states_fit(rows, hidden=32, element_bytes=4, most_bytes=tokens * 128)
    assert not states_fit(rows, hidden=32, element_bytes=4, most_bytes=tokens * 128 - 1)
