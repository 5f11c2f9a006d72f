"""The engine that runs the network in this process. Start reading at `engine.py`."""

from worker.engines.local.engine import LocalEngine

__all__ = ["LocalEngine"]
