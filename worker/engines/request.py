"""What an engine is asked, and what it answers: values, no engine.

A request is one prompt and the samples wanted of it. Each sample has a stream of random numbers of its own, named by
the request's seed and the sample's key, so what is drawn does not depend on what else is drawn beside it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from models.enums import FinishReason


class Priority(IntEnum):
    """Lower goes first."""

    INTERACTIVE = 0
    """Somebody waits in a browser."""
    BULK = 1


class StopRule(StrEnum):
    """When a sample is complete, besides the model's own end of text."""

    GO_BODY = "go_body"
    """The prompt ended inside an opened function body; complete when that body is closed."""
    CODE_BLOCK = "code_block"
    """Complete when the answer's first fenced block is closed."""
    END_OF_TEXT = "end_of_text"


class Continuation(StrEnum):
    """Which part of a network writes."""

    BASE = "base"
    CRITIC = "critic"
    """Through the critic's layers, where the engine has them."""


@dataclass(frozen=True, kw_only=True)
class SamplingSettings:
    """`temperature` 0 is greedy."""

    temperature: float = 0.8
    top_p: float = 0.95
    max_new_tokens: int = 512
    seed: int = 0


@dataclass(frozen=True, kw_only=True)
class WriteRequest:
    """One prompt to be continued."""

    prompt: str
    prompt_ids: tuple[int, ...] | None = None
    """The prompt in tokens, where the caller has them; only for engines whose tokenizer the caller used."""
    keys: tuple[str, ...]
    """One a sample wanted: names its random stream, and comes back with it."""
    sampling: SamplingSettings
    stop: StopRule = StopRule.END_OF_TEXT
    as_chat: bool = False
    """The prompt is a question: put into the model's chat form where it has one."""
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
    """New tokens without the end of text; empty where the engine does not tell."""
    prompt_tokens: int
    new_tokens: int
    seconds: float
    """Its share of the time that the engine worked on it and the rows beside it, so that seconds of samples add up;
    from a server, which tells no share, the time from asking to the answer's end."""
    logprob: float | None
    """Sum over new tokens, in nats, at temperature 1; None where the engine does not tell."""
    finish_reason: FinishReason
    error: str = ""
    """One sentence where `finish_reason` is `error`: the sample is unscored."""
