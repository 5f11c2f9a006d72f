"""Engines write text. There is one interface, `Engine`, whether the network runs in this process or behind a server."""

from worker.engines.request import (
    Continuation,
    CriticEngine,
    Engine,
    Priority,
    Sample,
    SamplingSettings,
    StopRule,
    WriteRequest,
    write_one,
)

__all__ = [
    "Continuation",
    "CriticEngine",
    "Engine",
    "Priority",
    "Sample",
    "SamplingSettings",
    "StopRule",
    "WriteRequest",
    "write_one",
]
