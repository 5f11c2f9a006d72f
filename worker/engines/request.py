"""The interface of everything that writes text: what an engine is asked, and what it answers.

A request is one prompt and the samples wanted of it. Each sample has its own stream of random numbers, named by the
request's seed and the sample's key, so what is drawn does not depend on what else is drawn beside it.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Any, Protocol, runtime_checkable

from models.enums import FinishReason
from models.specification import Sampling


class Priority(IntEnum):
    """Lower goes first."""

    INTERACTIVE = 0
    """A person is waiting in a browser."""
    BULK = 1


class StopRule(StrEnum):
    """What completes a sample, besides the model's own end of text."""

    GO_BODY = "go_body"
    """The prompt ends inside a function body; complete when that body is closed."""
    CODE_BLOCK = "code_block"
    """Complete when the first fenced code block is closed."""
    END_OF_TEXT = "end_of_text"


class Continuation(StrEnum):
    """Which part of a network writes."""

    BASE = "base"
    CRITIC = "critic"
    """Through the critic's layers, where the engine has them."""


class SamplingSettings(Sampling):
    """How one request draws."""

    seed: int = 0


@dataclass(frozen=True, kw_only=True)
class WriteRequest:
    """One prompt to be continued."""

    prompt: str
    prompt_ids: tuple[int, ...] | None = None
    """The prompt's tokens, where the caller has them from the tokenizer of the model that writes."""
    keys: tuple[str, ...]
    """One per sample wanted: names its random stream, and comes back with it."""
    sampling: SamplingSettings
    stop: StopRule = StopRule.END_OF_TEXT
    as_chat: bool = False
    """The prompt is a question, to be put into the model's chat form where it has one."""
    writer: Continuation = Continuation.BASE
    priority: Priority = Priority.BULK
    on_text: Callable[[str, str], None] | None = field(default=None, compare=False)
    """Called with (key, new text) as a sample grows."""


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One continuation."""

    key: str
    text: str
    ids: tuple[int, ...] = ()
    """New tokens without the end of text; empty where the engine does not know them."""
    prompt_tokens: int
    new_tokens: int
    seconds: float
    """Its share of the engine's time for all rows of its batch, so that samples' seconds add up. A server reports no
    shares: there it is the time from the request to the end of the answer."""
    logprob: float | None
    """Sum over new tokens, in nats, at temperature 1; None where the engine does not know it."""
    finish_reason: FinishReason
    tokens: tuple[tuple[int, float], ...] = ()
    """Of each new token: where it ends in `text`, and its log-probability in nats at temperature 1; empty where the
    engine does not know them."""
    error: str = ""
    """One sentence where `finish_reason` is `error`: the sample is unscored. Where it is `cancelled`: what does not
    answer; empty where the engine was closed or nobody waits any more."""


class Engine(Protocol):
    """Serves requests side by side and yields each sample as soon as it is complete.

    Interactive requests overtake bulk ones: they join at the next token, or preempt within a second. Cancelling the
    task that iterates stops the samples. An engine never raises because of one sample: a sample that could not be
    written comes back with `finish_reason` error and a sentence.
    """

    name: str

    @property
    def notes(self) -> dict[str, str]:
        """What a run should record of how its samples are written, a sentence each, by what it is about (`bos`, or the
        name of a setting that a server refuses)."""
        ...

    @property
    def waits_for(self) -> str:
        """What keeps all requests waiting, in words for a page; empty where nothing does."""
        ...

    def write(self, request: WriteRequest) -> AsyncIterator[Sample]:
        """The request's samples, in the order in which they complete."""
        ...

    def close(self) -> None:
        """Free what the engine holds; unfinished samples come back as cancelled."""
        ...


@runtime_checkable
class CriticEngine(Engine, Protocol):
    """An engine of which a trained critic can be asked in its own tokens: in this process, or behind a server."""

    tokenizer: Any
    """The one that critic and base share."""
    context: int
    """Tokens that prompt and sample may have together."""

    def recognise_again(self) -> None:
        """Make sure before the next sample that it is still the critic that answers."""
        ...


async def write_one(engine: Engine, request: WriteRequest) -> Sample:
    """The only sample of a request with one key."""
    [sample] = [sample async for sample in engine.write(request)]
    return sample
