"""The columns that drafts and revisions share: a text, how it was written, and what the ruler said of it.

The verdicts stand here again, although the traces hold them, so that lists and reports over a million rows need
no join; a test holds the two to each other.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import UtcDateTime, closed, now
from models.enums import FinishReason, Shape, Verdict


class Execution:
    """Mixin of `Attempt` and `Revision`."""

    text: Mapped[str] = mapped_column(Text)
    """As the model wrote it."""
    finish_reason: Mapped[FinishReason] = mapped_column(closed(FinishReason))
    seed: Mapped[int | None]
    prompt_tokens: Mapped[int] = mapped_column(default=0)
    new_tokens: Mapped[int] = mapped_column(default=0)
    seconds: Mapped[float] = mapped_column(default=0.0)
    logprob: Mapped[float | None]
    """Sum over the new tokens, in nats; None where the engine does not tell."""
    shape: Mapped[Shape | None] = mapped_column(closed(Shape))
    notes: Mapped[list[str]] = mapped_column(JSON, default=list)
    """What assembly did to the text, a sentence each."""
    import_delta: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """`{"added": […], "removed": […]}`."""
    verdict: Mapped[Verdict | None] = mapped_column(closed(Verdict))
    """Hidden tests, imports fixed: the one that scores. None until executed."""
    verdict_raw: Mapped[Verdict | None] = mapped_column(closed(Verdict, "verdict_raw"))
    verdict_legacy: Mapped[Verdict | None] = mapped_column(closed(Verdict, "verdict_legacy"))
    example_verdict: Mapped[Verdict | None] = mapped_column(closed(Verdict, "example_verdict"))
    unscored_reason: Mapped[str] = mapped_column(Text, default="")
    """Why no verdict could be given, in one sentence."""
    trace_id: Mapped[int | None] = mapped_column(ForeignKey("trace.id"))
    raw_trace_id: Mapped[int | None] = mapped_column(ForeignKey("trace.id"))
    example_trace_id: Mapped[int | None] = mapped_column(ForeignKey("trace.id"))
    program_hash: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
