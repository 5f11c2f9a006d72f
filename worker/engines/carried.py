"""What the trunk computed while a draft was written, kept for the critic that reads the same tokens next.

In: finished drafts with their key/value states and top hidden states. Out: for a new prompt, the longest prefix that
a kept draft shares with it. Reuse saves time and changes no meaning; the oldest goes when the room is used up.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

import torch
from torch import Tensor
from transformers import Cache, DynamicCache

ROOM_BYTES = 256 * 1024**2


@dataclass(frozen=True, kw_only=True)
class Carried:
    """The trunk's work on S tokens."""

    ids: tuple[int, ...]
    keys: tuple[Tensor, ...]
    """(1, H, S, D) a layer of the trunk."""
    values: tuple[Tensor, ...]
    states: Tensor
    """(1, S, D) above the trunk, before any norm."""

    @property
    def size_bytes(self) -> int:
        return sum(tensor.nbytes for tensor in (*self.keys, *self.values, self.states))

    def cut(self, length: int) -> "Carried":
        """Its first `length` tokens; earlier tokens never see later ones, so that is all it takes."""
        return Carried(
            ids=self.ids[:length],
            keys=tuple(keys[:, :, :length] for keys in self.keys),
            values=tuple(values[:, :, :length] for values in self.values),
            states=self.states[:, :length],
        )

    def into(self, cache: DynamicCache) -> None:
        """Fill the trunk's layers of an empty cache."""
        for index, (keys, values) in enumerate(zip(self.keys, self.values, strict=True)):
            cache.update(keys, values, index)


class CarriedStates:
    """The latest drafts' work, up to `room_bytes`."""

    def __init__(self, room_bytes: int = ROOM_BYTES) -> None:
        self._room_bytes = room_bytes
        self._kept: OrderedDict[tuple[int, ...], Carried] = OrderedDict()
        self._bytes = 0

    def keep(self, ids: Sequence[int], cache: Cache, row: int, states: list[Tensor]) -> None:
        """Keep row `row` of a left-padded cache, of which `states` are the (…, D) hidden states so far."""
        rows = torch.cat([each.reshape(-1, each.shape[-1]) for each in states]).unsqueeze(0)
        length = rows.shape[1]
        # Cloned, because a slice would keep the whole batch alive.
        carried = Carried(
            ids=tuple(ids[:length]),
            keys=tuple(layer.keys[row : row + 1, :, -length:].clone() for layer in cache.layers),
            values=tuple(layer.values[row : row + 1, :, -length:].clone() for layer in cache.layers),
            states=rows,
        )
        self._forget(carried.ids)
        self._kept[carried.ids] = carried
        self._bytes += carried.size_bytes
        while self._bytes > self._room_bytes:
            self._forget(next(iter(self._kept)))

    def longest(self, ids: Sequence[int]) -> Carried | None:
        """The kept work on the longest prefix of `ids`, leaving at least one token to read."""
        best, length = None, 0
        for carried in self._kept.values():
            shared = sum(
                1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(carried.ids, ids, strict=False))
            )
            if shared > length:
                best, length = carried, shared
        if best is None:
            return None
        self._kept.move_to_end(best.ids)
        return best.cut(min(length, len(ids) - 1))

    def _forget(self, ids: tuple[int, ...]) -> None:
        old = self._kept.pop(ids, None)
        self._bytes -= old.size_bytes if old else 0
