"""Engines: what writes text. One interface, `Engine`, whether the network runs here or behind a server."""

from worker.engines.engine import Engine
from worker.engines.request import Continuation, Priority, Sample, SamplingSettings, StopRule, WriteRequest

__all__ = ["Continuation", "Engine", "Priority", "Sample", "SamplingSettings", "StopRule", "WriteRequest"]
