"""Which scanner watches a sample's text for its end, by the request's rule."""

from typing import Protocol

from worker.engines.fence_stop import FenceStop
from worker.engines.go_stop import GoBodyStop
from worker.engines.request import StopRule


class Scanner(Protocol):
    """Reads one sample's text as it grows."""

    def feed(self, text: str) -> int | None:
        """Where the sample is complete, the index in all text so far at which it ends."""
        ...


def scanner(rule: StopRule) -> Scanner | None:
    """A fresh scanner; None where only the model's end of text counts."""
    if rule is StopRule.GO_BODY:
        return GoBodyStop()
    return FenceStop() if rule is StopRule.CODE_BLOCK else None
