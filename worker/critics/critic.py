"""The one interface of what repairs: a failed attempt and its trace in, a reflection and a revision out."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from models.enums import FinishReason
from models.errors import TekhneError
from models.tokens import TokenLogprobs
from worker.engines import (
    Continuation,
    Engine,
    Priority,
    Sample,
    SamplingSettings,
    StopRule,
    WriteRequest,
    write_one,
)


class CriticError(TekhneError):
    """Base of this room's errors: UnknownTemplate (`prompted.py`), CriticMissing and BaseElsewhere (`registry.py`)."""


@dataclass(frozen=True, kw_only=True)
class RepairRequest:
    """What is to be repaired, and how."""

    key: str
    """Names the random stream."""
    problem: str
    """The prompt that the attempt continues."""
    attempt: str
    trace: str
    """In the words of `worker.transcripts.trace_in_words`."""
    reflection: str = ""
    """Stands before the revision where it is given, so that only the revision is written; empty: the critic's own."""
    sampling: SamplingSettings
    priority: Priority = Priority.BULK
    on_text: Callable[[str], None] | None = field(default=None, compare=False)
    """Called with each new piece of text."""


@dataclass(frozen=True, kw_only=True)
class Repair:
    """What a critic wrote for a request."""

    shown_trace: str
    """The trace as the critic read it; empty where it was shown none."""
    reflection: str
    """As written, or as it was given."""
    revision: str
    prompt_tokens: int
    new_tokens: int
    """Reflection and revision together: what the repair cost."""
    seconds: float
    logprob: float | None
    finish_reason: FinishReason
    error: str = ""
    """One sentence where nothing could be written: the sample is unscored."""
    tokens: TokenLogprobs | None = None
    """The tokens of the revision; None where the engine does not know them, or it is not one piece of what was
    written."""
    reflection_source: str = ""
    """Who wrote a reflection that was given, and about what; empty for the critic's own."""


class Critic(Protocol):
    """Repairs one attempt; many calls may run side by side."""

    async def repair(self, request: RepairRequest) -> Repair: ...


async def write_repair(
    engine: Engine,
    request: RepairRequest,
    *,
    prompt: str = "",
    prompt_ids: tuple[int, ...] | None = None,
    stop: StopRule = StopRule.END_OF_TEXT,
    as_chat: bool = False,
    writer: Continuation = Continuation.BASE,
) -> Sample:
    """The one sample that a repair is read from, written under the request's key, sampling and priority."""
    forward = request.on_text
    return await write_one(
        engine,
        WriteRequest(
            prompt=prompt,
            prompt_ids=prompt_ids,
            keys=(request.key,),
            sampling=request.sampling,
            stop=stop,
            as_chat=as_chat,
            writer=writer,
            priority=request.priority,
            on_text=(lambda _, piece: forward(piece)) if forward else None,
        ),
    )


def repair_of(sample: Sample, *, shown_trace: str, reflection: str, revision: str) -> Repair:
    """A repair with the measures of the sample it was read from."""
    return Repair(
        shown_trace=shown_trace,
        reflection=reflection,
        revision=revision,
        prompt_tokens=sample.prompt_tokens,
        new_tokens=sample.new_tokens,
        seconds=sample.seconds,
        logprob=sample.logprob,
        finish_reason=sample.finish_reason,
        error=sample.error,
        tokens=tokens_of(sample, revision),
    )


def tokens_of(sample: Sample, part: str) -> TokenLogprobs | None:
    """The tokens of the last piece of a sample that reads like `part`, without blank space at its end."""
    wanted = part.rstrip()
    start = sample.text.rfind(wanted) if wanted else -1
    if start < 0 or not sample.tokens:
        return None
    end, last = start + len(wanted), 0
    lengths, logprobs = [], []
    for stop, logprob in sample.tokens:
        shared = min(stop, end) - max(last, start)
        # A token of which no whole character is in the text yet belongs to where it stands.
        if shared > 0 or (stop == last and start < stop < end):
            lengths.append(max(shared, 0))
            logprobs.append(logprob)
        last = stop
    return TokenLogprobs(lengths=tuple(lengths), logprobs=tuple(logprobs))


def unwritten(request: RepairRequest, sentence: str) -> Repair:
    """A repair that could not be written, and why."""
    return Repair(
        shown_trace=request.trace,
        reflection="",
        revision="",
        prompt_tokens=0,
        new_tokens=0,
        seconds=0.0,
        logprob=None,
        finish_reason=FinishReason.ERROR,
        error=sentence,
    )
