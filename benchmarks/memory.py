"""`tekhne bench memory`: do the signs of memory tell problems that were trained on from others, and nothing else?

Each part is a module with `memory_figures() -> list[Figure]`; they are measured one after another, in this order.
"""

from importlib import import_module

from benchmarks.report import BenchReport, Figure

PARTS: tuple[str, ...] = ("memory_evidence", "memory_generator", "memory_twins")
"""Modules in `benchmarks`."""


def measure() -> BenchReport:
    figures: list[Figure] = []
    for part in PARTS:
        figures += import_module(f"benchmarks.{part}").memory_figures()
    return BenchReport(bench="memory", figures=figures)
