"""`tekhne bench train`: what it is worth that a critic's trunk never changes while the critic trains.

Critic training with cached trunk states is compared with a trunk run at every step and with full fine-tuning of all 18
layers. The three take the same batches in turn, on the same network, in one process; only whole steps count, optimizer
included. Reading the trunk's states once is timed apart, because it is paid once.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from benchmarks.report import BenchReport, Figure, at_least
from worker.demo import BASE, TRANSCRIPTS
from worker.network.checkpoints import load_base, load_tokenizer
from worker.network.critic import ReflectiveCodeTransformer, trainable
from worker.training.critic import transcript_rows
from worker.training.objectives import CriticObjective, Inputs, collate_rows, collate_states, trunk_states
from worker.training.rows import BatchPlan, TrainingRow, epoch_batches
from worker.transcripts.format import IGNORED
from worker.transcripts.transcript import TranscriptContent, read_transcripts


@dataclass(frozen=True, kw_only=True)
class Speeds:
    """Tokens a second, padding not counted."""

    cached: float
    frozen: float
    full: float
    caching: float
    """Of reading the trunk's states, once."""


class FullObjective(nn.Module):
    """The same network with every layer trained: what a critic would cost without a frozen trunk."""

    def __init__(self, network: ReflectiveCodeTransformer) -> None:
        super().__init__()
        self.network = network

    def forward(self, ids: Tensor, labels: Tensor) -> Tensor:
        chosen = labels != IGNORED
        states = self.network.upper(self.network.trunk(ids))[chosen]
        return nn.functional.cross_entropy(self.network.head(self.network.norm(states)).float(), labels[chosen])


def measure(*, steps: int, batch_tokens: int) -> BenchReport:
    """Train the demo critic's own rows for a few steps of each kind."""
    speeds = measure_speeds(str(BASE), list(read_transcripts(TRANSCRIPTS)), steps=steps, batch_tokens=batch_tokens)
    against_frozen, against_full = speeds.cached / speeds.frozen, speeds.cached / speeds.full
    return BenchReport(
        bench="train",
        figures=[
            Figure(name="critic training", value=speeds.cached, unit="tokens/s"),
            Figure(name="reading the trunk's states, once", value=speeds.caching, unit="tokens/s"),
            at_least(
                "critic training against a trunk run each step", against_frozen, "x", 2.0, baseline=speeds.frozen
            ),
            at_least(
                "critic training against full fine-tuning of all layers",
                against_full,
                "x",
                6.0,
                baseline=speeds.full,
            ),
        ],
    )


def measure_speeds(
    base: str, transcripts: Sequence[TranscriptContent], *, steps: int, batch_tokens: int
) -> Speeds:
    """Take `steps` steps of each kind, turn by turn, after one of each that does not count."""
    network = ReflectiveCodeTransformer(load_base(base, device="cuda" if torch.cuda.is_available() else "cpu"))
    rows, _ = transcript_rows(transcripts, load_tokenizer(base), 2048)
    plan = BatchPlan(lengths=[len(row) for row in rows], batch_tokens=batch_tokens, seed=1)
    batches = epoch_batches(plan, 0)[: steps + 1]
    used = sorted({index for batch in batches for index in batch})
    started = time.perf_counter()
    states = dict(zip(used, trunk_states(network, [rows[index] for index in used]), strict=True))
    caching = sum(len(rows[index]) for index in used) / (time.perf_counter() - started)
    kinds = _kinds(network, rows, states)
    seconds = dict.fromkeys(kinds, 0.0)
    for number, batch in enumerate(batches):
        for name, take in kinds.items():
            taken = take(batch)
            seconds[name] += taken if number else 0.0
    tokens = sum(len(rows[index]) for batch in batches[1:] for index in batch)
    return Speeds(caching=caching, **{name: tokens / spent for name, spent in seconds.items()})


def _kinds(
    network: ReflectiveCodeTransformer, rows: Sequence[TrainingRow], states: dict[int, Tensor]
) -> dict[str, Callable[[list[int]], float]]:
    """A function a kind, which takes one step and gives its seconds."""
    device = network.head.weight.device
    critic = torch.optim.AdamW([value for _, value in trainable(network)], lr=0.0)
    everything = torch.optim.AdamW(network.parameters(), lr=0.0)
    quick, whole = CriticObjective(network), FullObjective(network)

    def inputs(made: Inputs) -> dict[str, Tensor]:
        return {name: tensor.to(device) for name, tensor in made.items()}

    def cached(batch: list[int]) -> float:
        network.base.requires_grad_(False)
        chosen = [rows[index] for index in batch]
        known = [states[index] for index in batch]
        return _step_seconds(
            lambda: quick(**inputs(collate_states(chosen, known, list(range(len(batch)))))), critic
        )

    def frozen(batch: list[int]) -> float:
        network.base.requires_grad_(False)
        return _step_seconds(lambda: quick(**inputs(collate_rows(rows, batch, 0))), critic)

    def full(batch: list[int]) -> float:
        network.base.requires_grad_(True)
        return _step_seconds(lambda: whole(**inputs(collate_rows(rows, batch, 0))), everything)

    return {"cached": cached, "frozen": frozen, "full": full}


def _step_seconds(loss: Callable[[], Tensor], optimizer: torch.optim.Optimizer) -> float:
    started = time.perf_counter()
    torch.autograd.backward(loss())
    optimizer.step()
    optimizer.zero_grad()
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return time.perf_counter() - started
