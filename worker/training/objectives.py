"""The loss of a base: mean cross-entropy over the labelled tokens of a batch, and how rows become its tensors.

The head runs on labelled positions only: on a small model with a large vocabulary it is a good part of the work.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from worker.network.critic import ReflectiveCodeTransformer
from worker.training.batches import Batch
from worker.training.loop import Inputs
from worker.training.rows import TrainingRow
from worker.transcripts.format import IGNORED


class BaseObjective(nn.Module):
    """Any `transformers` causal LM with its loss."""

    def __init__(self, network: Any) -> None:
        super().__init__()
        self.network = network

    def forward(self, ids: Tensor, labels: Tensor) -> Tensor:
        """Mean nats a labelled token; both (B, T), padded on the right, `labels` already shifted."""
        # No mask: padding stands on the right, where causal attention never looks, and without one torch takes its
        # quick causal kernel.
        states = self.network.base_model(input_ids=ids, use_cache=False).last_hidden_state
        chosen = labels != IGNORED
        logits = self.network.get_output_embeddings()(states[chosen])  # (labelled, vocabulary)
        return nn.functional.cross_entropy(logits.float(), labels[chosen])


def collate_rows(rows: Sequence[TrainingRow], batch: Batch, padding: int) -> Inputs:
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


class CriticObjective(nn.Module):
    """A critic with its loss. The trunk runs without gradient, or not at all where its states are given."""

    def __init__(self, network: ReflectiveCodeTransformer) -> None:
        super().__init__()
        self.network = network

    def forward(self, labels: Tensor, ids: Tensor | None = None, hidden: Tensor | None = None) -> Tensor:
        """Mean nats a labelled token.

        Args:
            labels: (B, T), already shifted.
            ids: (B, T), padded on the right; not needed beside `hidden`.
            hidden: (B, T, D) of the trunk.
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


def collate_states(rows: Sequence[TrainingRow], states: Sequence[Tensor], batch: Batch) -> Inputs:
    """Cached trunk states, padded with zeros on the right, and their labels."""
    hidden = nn.utils.rnn.pad_sequence([states[index] for index in batch], batch_first=True)
    return {"hidden": hidden, "labels": collate_rows(rows, batch, padding=0)["labels"]}
