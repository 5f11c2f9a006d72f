"""An engine that writes what it is told and remembers what it was asked: a fake at the `Engine` seam."""

from collections.abc import AsyncIterator

from models.enums import FinishReason
from worker.engines import Sample, WriteRequest


class WritingEngine:
    name = "told"
    notes: dict[str, str] = {}  # noqa: RUF012
    waits_for = ""

    def __init__(self, text: str, reason: FinishReason = FinishReason.COMPLETE, error: str = "") -> None:
        self._text, self._reason, self._error = text, reason, error
        self.asked: list[WriteRequest] = []

    async def write(self, request: WriteRequest) -> AsyncIterator[Sample]:
        self.asked.append(request)
        for key in request.keys:
            if request.on_text is not None:
                request.on_text(key, self._text)
            yield Sample(
                key=key,
                text=self._text,
                prompt_tokens=3,
                new_tokens=5,
                seconds=0.1,
                logprob=-1.0,
                finish_reason=self._reason,
                error=self._error,
            )

    def close(self) -> None:
        """Holds nothing."""
