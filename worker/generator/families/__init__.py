"""The families that come with Tekhne, by theme: importing this package registers them (drawing.py says what one is)."""

from worker.generator.families import (
    graphs,
    machines,
    maps,
    numbers,
    ordering,
    parsing,
    pipelines,
    recursion,
    simulation,
    slices,
    strings,
)

__all__ = [
    "graphs",
    "machines",
    "maps",
    "numbers",
    "ordering",
    "parsing",
    "pipelines",
    "recursion",
    "simulation",
    "slices",
    "strings",
]
