"""Asking an engine for a single sample."""

from worker.engines.engine import Engine
from worker.engines.request import Sample, WriteRequest


async def write_one(engine: Engine, request: WriteRequest) -> Sample:
    """The only sample of a request with one key."""
    async for sample in engine.write(request):
        return sample
    raise AssertionError("an engine answers every key of a request")
