"""The one interface of everything that writes text."""

from collections.abc import AsyncIterator
from typing import Protocol

from worker.engines.request import Sample, WriteRequest


class Engine(Protocol):
    """Takes requests side by side and gives each sample back as soon as it is complete.

    Interactive requests overtake bulk ones: they join at the next token, or preempt within a second. Cancelling the
    task that iterates stops the samples. An engine never raises for one sample: what it could not write comes back
    with `finish_reason` error and a sentence.
    """

    name: str

    def write(self, request: WriteRequest) -> AsyncIterator[Sample]:
        """The request's samples, in the order in which they complete."""
        ...

    def close(self) -> None:
        """Free what the engine holds; requests under way end as cancelled."""
        ...
