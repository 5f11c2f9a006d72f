"""Texts whose log-probabilities are asked for, and the answer: the same for a local base and a server."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class AskedText:
    """A text to be scored."""

    before: str
    """What the model reads first; may be empty."""
    text: str


@dataclass(frozen=True, kw_only=True)
class ScoredText:
    """The tokens of one text; all lists are alike in length."""

    logprobs: tuple[float, ...]
    """In nats. The first token of a text that nothing stands before has none and is left out."""
    first_choices: tuple[bool, ...]
    """Whether the token is the likeliest one."""
    standings: tuple[float, ...]
    """(log-probability − its mean over the vocabulary) / its standard deviation, both under the model's own
    distribution (Min-K%++); empty where the vocabulary is not known."""
    before_first_choices: tuple[bool, ...]
    """The same for the tokens of `before`, without its first one."""


class TextScorer(Protocol):
    """Whatever gives log-probabilities of a given text."""

    def score(self, texts: Sequence[AskedText]) -> list[ScoredText | None]:
        """In the order of `texts`; None for one that does not fit into the context."""
        ...

    def length(self, name: str) -> int:
        """The length of a Go name in the model's tokens."""
        ...
