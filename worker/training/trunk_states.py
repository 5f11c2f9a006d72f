"""The trunk's hidden states of every row, computed once: the trunk never changes while a critic trains.

In: rows and the frozen trunk. Out: a (T, D) tensor a row, before the base's final norm, where memory allows; or none,
and the trunk runs again at every step. One row at a time, so that no padding touches the states.
"""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from worker.network.critic import ReflectiveCodeTransformer
from worker.training.rows import TrainingRow

MOST_BYTES = 4 * 1024**3


def states_fit(rows: Sequence[TrainingRow], hidden: int, element_bytes: int, most_bytes: int = MOST_BYTES) -> bool:
    return sum(len(row) for row in rows) * hidden * element_bytes <= most_bytes


def trunk_states(
    network: ReflectiveCodeTransformer, rows: Sequence[TrainingRow], step: Callable[[], None] = lambda: None
) -> list[Tensor]:
    """The states of each row, on the CPU, in the trunk's own number format; `step` is called after each."""
    device = network.head.weight.device
    states = []
    with torch.no_grad():
        for row in rows:
            hidden = network.trunk(torch.tensor([row.ids], device=device))
            states.append(hidden[0].cpu())
            step()
    return states
