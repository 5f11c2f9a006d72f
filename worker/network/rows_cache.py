"""Keys and values of rows that are decoded together, with room to spare: a new token is written in place.

In: the caches of prompts that were read alone, then one token of every row at a time. Rows stand side by side with
their ends in one column, so a shorter row begins further right. What `DynamicCache` does at every token (copy
everything seen so far) happens here only when the room grows. Not here: which rows leave, and what they say.

Shapes: B rows, H key/value heads, S columns in use, E head size.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from transformers import Cache
from transformers.cache_utils import CacheLayerMixin

ROW_CHUNK = 16
COLUMN_CHUNK = 64
"""Room grows by whole chunks, and by half of what is there, so that growing stays rare."""


@dataclass
class _Window:
    """The part of the room in use: rows before `rows`, columns from `start` to before `end`."""

    rows: int = 0
    start: int = 0
    end: int = 0


class RoomyLayer(CacheLayerMixin):
    """One layer's room, and the window of it that is in use."""

    is_sliding = False

    def __init__(self, window: _Window, like: Tensor) -> None:
        """`like`: keys of this layer, for heads, head size, dtype and device."""
        self.is_initialized = True
        self._window = window
        shape = (0, like.shape[1], 0, like.shape[3])
        # Zeros, never unset memory: what is masked out is still multiplied, and nought times NaN is NaN.
        self.room = (like.new_zeros(shape), like.new_zeros(shape))

    @property
    def keys(self) -> Tensor:
        """(B, H, S, E)"""
        return self.seen(0)[0]

    @property
    def values(self) -> Tensor:
        """(B, H, S, E)"""
        return self.seen(0)[1]

    def seen(self, more: int) -> tuple[Tensor, Tensor]:
        """Keys and values in use, and of the `more` columns after them."""
        rows, columns = slice(self._window.rows), slice(self._window.start, self._window.end + more)
        return self.room[0][rows, :, columns], self.room[1][rows, :, columns]

    def update(self, key_states: Tensor, value_states: Tensor, *_: Any, **__: Any) -> tuple[Tensor, Tensor]:
        """Write (B, H, 1, E) into the column after the window, which `RowsCache.advance` takes in."""
        rows, column = slice(self._window.rows), slice(self._window.end, self._window.end + 1)
        self.room[0][rows, :, column] = key_states
        self.room[1][rows, :, column] = value_states
        return self.seen(1)

    def relocate(self, rows: int, columns: int, start: int) -> None:
        """Another room, in which the window's content begins at column `start`."""
        height, width = self._window.rows, self._window.end - self._window.start
        heads, size = self.room[0].shape[1], self.room[0].shape[3]
        keys, values = (room.new_zeros(rows, heads, columns, size) for room in self.room)
        keys[:height, :, start : start + width] = self.keys
        values[:height, :, start : start + width] = self.values
        self.room = (keys, values)

    def lazy_initialization(self, key_states: Tensor, value_states: Tensor) -> None:
        """Nothing: the room is there from the start."""

    def get_mask_sizes(self, query_length: int) -> tuple[int, int]:
        return self.get_seq_length() + query_length, 0

    def get_seq_length(self) -> int:
        return self._window.end - self._window.start

    def get_max_length(self) -> int:
        return -1


class RowsCache(Cache):
    """All layers' room. `starts` has each row's first column."""

    def __init__(self) -> None:
        super().__init__(layers=[])
        self._window = _Window()
        self._rows_room = self._columns_room = 0
        self.starts: list[int] = []
        self.layers: list[RoomyLayer] = []

    def admit(self, prompt: Cache, rows: int) -> None:
        """Take in `rows` rows that have all read what `prompt` holds, a cache of one row."""
        length = prompt.get_seq_length()
        if not self.layers:
            self.layers = [RoomyLayer(self._window, layer.keys) for layer in prompt.layers]
        first, width = self._window.rows, self._window.end - self._window.start
        if first + rows > self._rows_room or length > self._window.end:
            self._relocate(first + rows, max(width, length), max(0, length - width))
        self._window.rows += rows
        start = self._window.end - length
        for ours, read in zip(self.layers, prompt.layers, strict=True):
            ours.room[0][first : first + rows, :, start : self._window.end] = read.keys
            ours.room[1][first : first + rows, :, start : self._window.end] = read.values
        self.starts += [start] * rows
        self._window.start = min(self.starts)

    def advance(self) -> None:
        """Take the column in that every layer has now written."""
        self._window.end += 1

    def spare_column(self) -> None:
        """See to it that there is room for one more token of every row."""
        if self._window.end == self._columns_room:
            self._relocate(self._window.rows, self._window.end - self._window.start + 1, 0)

    def leave(self, gone: list[int]) -> list[int]:
        """Drop rows: the last ones move into their places.

        Returns:
            Which row now stands in each place.
        """
        order = list(range(self._window.rows))
        columns = slice(self._window.start, self._window.end)
        for place in sorted(gone, reverse=True):
            last = len(order) - 1
            if place != last:
                order[place], self.starts[place] = order[last], self.starts[last]
                for room in (room for layer in self.layers for room in layer.room):
                    room[place, :, columns] = room[last, :, columns]
            order.pop()
            self.starts.pop()
        self._window.rows = len(order)
        # Columns in which only rows that left had tokens would cost time and nothing else.
        self._window.start = min(self.starts, default=self._window.end)
        return order

    def positions(self, device: torch.device) -> Tensor:
        """(B, 1): the place of each row's next token in its own text."""
        return torch.tensor([[self._window.end - start] for start in self.starts], device=device)

    def mask(self, device: torch.device) -> Tensor | None:
        """(B, S + 1) of 1 for tokens and 0 for what stands before a row; None where nothing does."""
        if all(start == self._window.start for start in self.starts):
            return None
        columns = torch.arange(self._window.start, self._window.end + 1, device=device)
        return (columns >= torch.tensor(self.starts, device=device).unsqueeze(-1)).long()

    def _relocate(self, rows: int, columns: int, start: int) -> None:
        """Room for `rows` rows and `columns` columns at least, with the content from column `start` on."""
        self._rows_room = max(self._rows_room, _grown(rows, ROW_CHUNK))
        self._columns_room = max(self._columns_room, _grown(columns, COLUMN_CHUNK))
        for layer in self.layers:
            layer.relocate(self._rows_room, self._columns_room, start)
        moved = start - self._window.start
        self.starts = [at + moved for at in self.starts]
        self._window.start += moved
        self._window.end += moved


def _grown(needed: int, chunk: int) -> int:
    """`needed` and half of it again, in whole chunks."""
    return -(-(needed + needed // 2) // chunk) * chunk
