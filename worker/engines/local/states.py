"""What the network computed for tokens it has seen: keys and values of a batch's rows, and states kept for critics.

`RowsCache` grows by one token of every row in place, where `DynamicCache` copies everything at every token. Rows stand
side by side with their ends in one column, so a shorter row begins further right. `CarriedStates` keeps what the trunk
computed for finished drafts, so that a critic whose prompt begins with a draft need not read it again. Neither knows
what a token says.

Shapes: B rows, H key/value heads, S columns in use, E head size, D hidden size.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

import torch
from torch import Tensor
from transformers import Cache, DynamicCache
from transformers.cache_utils import CacheLayerMixin

ROW_CHUNK = 16
COLUMN_CHUNK = 64
"""Capacity grows by whole chunks, and by half of what is there, so that growing stays rare."""
CARRIED_BYTES = 256 * 1024**2


@dataclass
class _Window:
    """The part of the capacity in use: rows before `rows`, columns from `start` to before `end`."""

    rows: int = 0
    start: int = 0
    end: int = 0


class RowsLayer(CacheLayerMixin):
    """One layer's keys and values, with spare capacity around the window in use."""

    is_sliding = False

    def __init__(self, window: _Window, like: Tensor) -> None:
        """`like`: keys of this layer, which give heads, head size, dtype and device."""
        self.is_initialized = True
        self._window = window
        shape = (0, like.shape[1], 0, like.shape[3])
        # Zeros, never unset memory: masked columns are still multiplied, and zero times NaN is NaN.
        self.buffers = (like.new_zeros(shape), like.new_zeros(shape))

    @property
    def keys(self) -> Tensor:
        """(B, H, S, E)"""
        return self._seen(0)[0]

    @property
    def values(self) -> Tensor:
        """(B, H, S, E)"""
        return self._seen(0)[1]

    def _seen(self, more: int) -> tuple[Tensor, Tensor]:
        """Keys and values in the window and in the `more` columns after it."""
        rows, columns = slice(self._window.rows), slice(self._window.start, self._window.end + more)
        return self.buffers[0][rows, :, columns], self.buffers[1][rows, :, columns]

    def update(self, key_states: Tensor, value_states: Tensor, *_: Any, **__: Any) -> tuple[Tensor, Tensor]:
        """Write (B, H, 1, E) into the column after the window, which `RowsCache.advance` then takes in."""
        rows, column = slice(self._window.rows), slice(self._window.end, self._window.end + 1)
        self.buffers[0][rows, :, column] = key_states
        self.buffers[1][rows, :, column] = value_states
        return self._seen(1)

    def relocate(self, rows: int, columns: int, start: int) -> None:
        """Move into new buffers, in which the window's content begins at column `start`."""
        height, width = self._window.rows, self._window.end - self._window.start
        heads, size = self.buffers[0].shape[1], self.buffers[0].shape[3]
        keys, values = (buffer.new_zeros(rows, heads, columns, size) for buffer in self.buffers)
        keys[:height, :, start : start + width] = self.keys
        values[:height, :, start : start + width] = self.values
        self.buffers = (keys, values)

    def lazy_initialization(self, key_states: Tensor, value_states: Tensor) -> None:
        """Nothing: the buffers exist from the start."""

    def get_mask_sizes(self, query_length: int) -> tuple[int, int]:
        return self.get_seq_length() + query_length, 0

    def get_seq_length(self) -> int:
        return self._window.end - self._window.start

    def get_max_length(self) -> int:
        return -1


class RowsCache(Cache):
    """All layers' keys and values. `starts` has each row's first column."""

    def __init__(self) -> None:
        super().__init__(layers=[])
        self._window = _Window()
        self._row_capacity = self._column_capacity = 0
        self.starts: list[int] = []
        self.layers: list[RowsLayer] = []

    def admit(self, prompt: Cache, rows: int) -> None:
        """Take in `rows` rows that have all read what `prompt` holds, a cache of one row."""
        length = prompt.get_seq_length()
        if not self.layers:
            self.layers = [RowsLayer(self._window, layer.keys) for layer in prompt.layers]
        first, width = self._window.rows, self._window.end - self._window.start
        if first + rows > self._row_capacity or length > self._window.end:
            self._relocate(first + rows, max(width, length), max(0, length - width))
        self._window.rows += rows
        start = self._window.end - length
        for ours, read in zip(self.layers, prompt.layers, strict=True):
            ours.buffers[0][first : first + rows, :, start : self._window.end] = read.keys
            ours.buffers[1][first : first + rows, :, start : self._window.end] = read.values
        self.starts += [start] * rows
        self._window.start = min(self.starts)

    def advance(self) -> None:
        """Take in the column that every layer has now written."""
        self._window.end += 1

    def ensure_spare_column(self) -> None:
        """Make room for one more token of every row."""
        if self._window.end == self._column_capacity:
            self._relocate(self._window.rows, self._window.end - self._window.start + 1, 0)

    def leave(self, gone: list[int]) -> list[int]:
        """Drop rows; the last rows move into their places.

        Returns:
            Which row now stands in each place.
        """
        order = list(range(self._window.rows))
        columns = slice(self._window.start, self._window.end)
        for place in sorted(gone, reverse=True):
            last = len(order) - 1
            if place != last:
                order[place], self.starts[place] = order[last], self.starts[last]
                for buffer in (buffer for layer in self.layers for buffer in layer.buffers):
                    buffer[place, :, columns] = buffer[last, :, columns]
            order.pop()
            self.starts.pop()
        self._window.rows = len(order)
        # Columns that only departed rows used would cost time for nothing.
        self._window.start = min(self.starts, default=self._window.end)
        return order

    def positions(self, device: torch.device) -> Tensor:
        """(B, 1): the position of each row's next token in its own text."""
        return torch.tensor([[self._window.end - start] for start in self.starts], device=device)

    def mask(self, device: torch.device) -> Tensor | None:
        """(B, S + 1) of 1 for tokens and 0 for columns before a row; None where there are no such columns."""
        if all(start == self._window.start for start in self.starts):
            return None
        columns = torch.arange(self._window.start, self._window.end + 1, device=device)
        return (columns >= torch.tensor(self.starts, device=device).unsqueeze(-1)).long()

    def _relocate(self, rows: int, columns: int, start: int) -> None:
        """Capacity for at least `rows` rows and `columns` columns, with the content from column `start` on."""
        self._row_capacity = max(self._row_capacity, _grown(rows, ROW_CHUNK))
        self._column_capacity = max(self._column_capacity, _grown(columns, COLUMN_CHUNK))
        for layer in self.layers:
            layer.relocate(self._row_capacity, self._column_capacity, start)
        moved = start - self._window.start
        self.starts = [at + moved for at in self.starts]
        self._window.start += moved
        self._window.end += moved


def _grown(needed: int, chunk: int) -> int:
    """One and a half times `needed`, in whole chunks."""
    return -(-(needed + needed // 2) // chunk) * chunk


@dataclass(frozen=True, kw_only=True)
class Carried:
    """What the trunk computed for S tokens."""

    ids: tuple[int, ...]
    keys: tuple[Tensor, ...]
    """(1, H, S, E) for each layer of the trunk."""
    values: tuple[Tensor, ...]
    states: Tensor
    """(1, S, D) above the trunk, before any norm."""

    @property
    def size_bytes(self) -> int:
        return sum(tensor.nbytes for tensor in (*self.keys, *self.values, self.states))

    def cut(self, length: int) -> "Carried":
        """Its first `length` tokens. Cutting is enough, because earlier tokens never see later ones."""
        return Carried(
            ids=self.ids[:length],
            keys=tuple(keys[:, :, :length] for keys in self.keys),
            values=tuple(values[:, :, :length] for values in self.values),
            states=self.states[:, :length],
        )

    def fill(self, cache: DynamicCache) -> None:
        """Fill the trunk's layers of an empty cache."""
        for index, (keys, values) in enumerate(zip(self.keys, self.values, strict=True)):
            cache.update(keys, values, index)


class CarriedStates:
    """The latest drafts' states, at most `capacity_bytes`; the longest unused go first. Reuse saves time only."""

    def __init__(self, capacity_bytes: int = CARRIED_BYTES) -> None:
        self._capacity_bytes = capacity_bytes
        self._kept: OrderedDict[tuple[int, ...], Carried] = OrderedDict()
        self._bytes = 0

    def keep(self, ids: Sequence[int], cache: Cache, row: int, states: list[Tensor]) -> None:
        """Keep row `row` of a left-padded cache; `states` are its (…, D) hidden states so far."""
        rows = torch.cat([state.reshape(-1, state.shape[-1]) for state in states]).unsqueeze(0)
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
        while self._bytes > self._capacity_bytes:
            self._forget(next(iter(self._kept)))

    def longest(self, ids: Sequence[int]) -> Carried | None:
        """The states of the longest kept prefix of `ids`, leaving at least one token to read."""
        best, length = None, 0
        for carried in self._kept.values():
            pairs = zip(carried.ids, ids, strict=False)
            shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
            if shared > length:
                best, length = carried, shared
        if best is None:
            return None
        self._kept.move_to_end(best.ids)
        return best.cut(min(length, len(ids) - 1))

    def _forget(self, ids: tuple[int, ...]) -> None:
        old = self._kept.pop(ids, None)
        self._bytes -= old.size_bytes if old else 0
