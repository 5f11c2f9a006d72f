"""What a critic reads and writes, in tokens:

    problem · attempt · <|trace|> · trace · <|reflection|>   →   reflection · <|revision|> · revision · end

The prompt begins with the very tokens that the base read and wrote, so their states can be carried over. Each part
is encoded by itself: a token never straddles two parts, which makes the label mask exact. Nothing here runs a
network; sampling and training both call it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from worker.transcripts.delimiters import CUT, REFLECTION, REVISION, TRACE, without_marks
from worker.transcripts.errors import TooLongError
from worker.transcripts.length import cut_middle

LONGEST_TRACE = 256
"""Tokens of a trace at most, marks aside, in training and at work: the first and the last failure say it."""
IGNORED = -100
"""The label of a token that carries no loss."""


class Tokenizer(Protocol):
    """What is needed of a `transformers` tokenizer."""

    @property
    def eos_token_id(self) -> int | None: ...
    def encode(self, text: str, *, add_special_tokens: bool) -> list[int]: ...


@dataclass(frozen=True, kw_only=True)
class CriticPrompt:
    """What the critic reads before it writes."""

    ids: tuple[int, ...]
    carried: int
    """Leading tokens that the base has already read or written."""
    trace_cut: bool
    """Whether the trace's middle was left out."""


@dataclass(frozen=True, kw_only=True)
class CriticRow:
    """One transcript to train on."""

    ids: tuple[int, ...]
    loss_from: int
    """Where the critic begins to write: reflection, mark, revision, end."""
    carried: int

    @property
    def labels(self) -> tuple[int, ...]:
        """`ids` where the critic writes, else `IGNORED`; not shifted."""
        return (*([IGNORED] * self.loss_from), *self.ids[self.loss_from :])


@dataclass(frozen=True, kw_only=True)
class Output:
    """What a critic wrote."""

    reflection: str
    revision: str
    complete: bool
    """Whether the mark between the two was written; without it there is no revision."""


def encode(tokenizer: Tokenizer, text: str) -> list[int]:
    return tokenizer.encode(text, add_special_tokens=False)


def read_and_written(tokenizer: Tokenizer, problem: str, attempt: str) -> list[int]:
    """The tokens of problem and attempt, encoded apart as drafting does: the draft begins at a token of its own."""
    return encode(tokenizer, problem) + encode(tokenizer, attempt)


def render_prompt(
    problem: str,
    attempt: str,
    trace: str | None,
    *,
    tokenizer: Tokenizer,
    budget: int,
    drafted: Sequence[int] | None = None,
    reflect: bool = True,
) -> CriticPrompt:
    """The critic's prompt within `budget` tokens.

    Args:
        trace: None leaves it out (the no-trace ablation).
        drafted: the tokens the base really read and wrote, where they are known; they replace the encoding of
            problem and attempt, which can differ from what was sampled. Without the end-of-text token.
        reflect: False asks for the revision at once (the no-reflection ablation).

    Raises:
        TooLongError: problem and attempt leave no room for a trace.
    """
    carried = list(drafted) if drafted is not None else read_and_written(tokenizer, problem, attempt)
    opening = encode(tokenizer, TRACE)
    closing = encode(tokenizer, REFLECTION if reflect else REFLECTION + REVISION)
    room = budget - len(carried) - len(opening) - len(closing)
    if room < 0:
        raise TooLongError(
            f"Problem and attempt have {len(carried)} tokens, too many for a budget of {budget}: "
            f"raise the budget, or leave this sample out."
        )
    whole = encode(tokenizer, without_marks(trace or ""))
    shown = cut_middle(whole, min(room, LONGEST_TRACE), encode(tokenizer, CUT))
    ids = (*carried, *opening, *shown, *closing)
    return CriticPrompt(ids=ids, carried=len(carried), trace_cut=len(shown) != len(whole))


def render_row(
    problem: str,
    attempt: str,
    trace: str | None,
    reflection: str,
    revision: str,
    *,
    tokenizer: Tokenizer,
    budget: int,
) -> CriticRow:
    """A transcript as one training row of at most `budget` tokens; the critic's own words are never cut.

    Raises:
        TooLongError: it does not fit, even with the trace cut.
    """
    written = (
        encode(tokenizer, without_marks(reflection.strip()))
        + encode(tokenizer, REVISION)
        + encode(tokenizer, revision)
        + ([] if tokenizer.eos_token_id is None else [tokenizer.eos_token_id])
    )
    prompt = render_prompt(problem, attempt, trace, tokenizer=tokenizer, budget=budget - len(written))
    return CriticRow(ids=(*prompt.ids, *written), loss_from=len(prompt.ids), carried=prompt.carried)


def parse_output(text: str) -> Output:
    """The critic's text, decoded with its marks, taken apart."""
    reflection, mark, revision = text.partition(REVISION.strip("\n"))
    return Output(reflection=reflection.strip(), revision=revision.removeprefix("\n"), complete=bool(mark))


def split_output(text: str) -> tuple[str, str]:
    """(reflection, revision); the revision is empty where the critic never came to it."""
    output = parse_output(text)
    return output.reflection, output.revision
