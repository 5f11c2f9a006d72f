"""The families that come with Tekhne, by theme: importing this package registers them (drawing.py says what one is)."""

from worker.generator.families import (
    composed,
    graphs,
    machines,
    maps,
    numbers,
    ordering,
    parsing,
    pipelines,
    queues,
    recursion,
    rows_and_spans,
    simulation,
    slices,
    strings,
    texts,
    word_pipelines,
)

__all__ = [
    "composed",
    "graphs",
    "machines",
    "maps",
    "numbers",
    "ordering",
    "parsing",
    "pipelines",
    "queues",
    "recursion",
    "rows_and_spans",
    "simulation",
    "slices",
    "strings",
    "texts",
    "word_pipelines",
]
