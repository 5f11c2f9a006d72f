"""The losses of bases and critics (mean cross-entropy over a batch's labelled tokens), and how rows become tensors.

The head runs on labelled positions only: on a small network with a large vocabulary it is much of the work. While a
critic trains, the trunk's states of a row never change; where memory allows they are computed once and kept.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from worker.network.critic import ReflectiveCodeTransformer
from worker.training.rows import RowNumbers, TrainingRow
from worker.transcripts.format import IGNORED

Inputs = Mapping[str, Tensor]
"""What an objective's forward takes."""
MOST_BYTES = 4 * 1024**3
"""Memory for kept trunk states at most."""


class BaseObjective(nn.Module):
    """Any `transformers` causal LM with its loss."""

    def __init__(self, network: Any) -> None:
        super().__init__()
        self.network = network

    def forward(self, ids: Tensor, labels: Tensor) -> Tensor:
        """Mean nats per labelled token; both (B, T), padded on the right, `labels` already shifted."""
        # No mask: padding is on the right, where causal attention never looks, and without a mask torch takes its
        # fast causal kernel.
        states = self.network.base_model(input_ids=ids, use_cache=False).last_hidden_state
        chosen = labels != IGNORED
        logits = self.network.get_output_embeddings()(states[chosen])  # (labelled, vocabulary)
        return nn.functional.cross_entropy(logits.float(), labels[chosen])


class CriticObjective(nn.Module):
    """A critic with its loss. The trunk runs without gradient, or not at all where its states are given."""

    def __init__(self, network: ReflectiveCodeTransformer) -> None:
        super().__init__()
        self.network = network

    def forward(self, labels: Tensor, ids: Tensor | None = None, hidden: Tensor | None = None) -> Tensor:
        """Mean nats per labelled token.

        Args:
            labels: (B, T), already shifted.
            ids: (B, T), padded on the right; not needed with `hidden`.
            hidden: (B, T, D), the trunk's states.
        """
        if hidden is None:
            if ids is None:
                raise ValueError("a critic's loss needs ids or hidden states")
            with torch.no_grad():
                hidden = self.network.trunk(ids)
        chosen = labels != IGNORED
        states = self.network.upper(hidden)[chosen]
        logits = self.network.head(self.network.norm(states))  # (labelled, vocabulary)
        return nn.functional.cross_entropy(logits.float(), labels[chosen])


def collate_rows(rows: Sequence[TrainingRow], batch: RowNumbers, padding: int) -> Inputs:
    """Rows padded on the right; `labels[t]` is the token after `t`, where that token carries loss."""
    chosen = [rows[index] for index in batch]
    width = max(len(row) for row in chosen)
    ids = torch.full((len(chosen), width), padding)
    labels = torch.full((len(chosen), width), IGNORED)
    for place, row in enumerate(chosen):
        tokens = torch.tensor(row.ids)
        ids[place, : len(row)] = tokens
        first = max(1, row.loss_from)
        labels[place, first - 1 : len(row) - 1] = tokens[first:]
    return {"ids": ids, "labels": labels}


def collate_states(rows: Sequence[TrainingRow], states: Sequence[Tensor], batch: RowNumbers) -> Inputs:
    """Kept trunk states, padded with zeros on the right, and their labels."""
    hidden = nn.utils.rnn.pad_sequence([states[index] for index in batch], batch_first=True)
    return {"hidden": hidden, "labels": collate_rows(rows, batch, padding=0)["labels"]}


def states_fit(rows: Sequence[TrainingRow], hidden: int, element_bytes: int, most_bytes: int = MOST_BYTES) -> bool:
    """Whether the trunk's states of all rows fit into `most_bytes`."""
    return sum(len(row) for row in rows) * hidden * element_bytes <= most_bytes


def trunk_states(
    network: ReflectiveCodeTransformer, rows: Sequence[TrainingRow], read: Callable[[int], None] = lambda _: None
) -> list[Tensor]:
    """The trunk's states of each row, (T, D), before the base's final norm, on the CPU.

    One row at a time, so that no padding touches the states; `read` is told after each how many are done.
    """
    device = network.head.weight.device
    states = []
    with torch.no_grad():
        for row in rows:
            hidden = network.trunk(torch.tensor([row.ids], device=device))
            states.append(hidden[0].cpu())
            read(len(states))
    return states
