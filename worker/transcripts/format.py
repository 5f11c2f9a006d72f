"""What a critic reads and writes, as text and as tokens, after the BOS token of tokenizers that add one:

    problem · attempt · <|trace|> · trace · <|reflection|>   →   reflection · <|revision|> · revision · end

Training and runs both call these functions, so a critic meets one form only. Each part is encoded by itself: no token
lies across two parts, which makes the label mask exact. The base reads the problem in the same tokens and mostly writes
the attempt in them too, so the states of that common prefix can be carried over (docs/decisions/0006-engines.md).

Where a transcript is longer than its budget, the trace gives way; problem and attempt are never cut. The trace loses
its middle, with a visible mark in its place: compilers name the cause first, and Go's panics name the caller last. What
is still too long is refused.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from models.enums import Stage, Verdict
from worker.transcripts.errors import TooLongError

TRACE = "\n<|trace|>\n"
REFLECTION = "\n<|reflection|>\n"
REVISION = "\n<|revision|>\n"
MARKS = ("<|trace|>", "<|reflection|>", "<|revision|>")
"""Plain text, so that any base's tokenizer can write them; Tekhne's own tokenizer has one token for each."""
END = "<|end|>"
"""The end of text of Tekhne's own tokenizer; other bases have theirs."""
CUT = "\n<|cut|>\n"
"""Stands where the middle of a long trace was left out."""
LONGEST_TRACE = 256
"""Tokens of a trace at most, without the marks around it."""
IGNORED = -100
"""The label of a token that carries no loss."""

# What differs between two executions of one program, and so between two runs of one specification: memory addresses,
# goroutine numbers, durations.
_CHANCE = (
    (re.compile(r"\b0x[0-9a-f]{5,}"), "0x0"),
    (re.compile(r"^goroutine \d+ ", re.M), "goroutine 1 "),
    (re.compile(r"^( *--- \w+: .+ )\(\d+\.\d\ds\)$", re.M), r"\1(0.00s)"),
)


class Tokenizer(Protocol):
    """The part of a `transformers` tokenizer that is needed here."""

    @property
    def eos_token_id(self) -> int | None: ...
    def encode(self, text: str, *, add_special_tokens: bool) -> list[int]: ...


@dataclass(frozen=True, kw_only=True)
class CriticPrompt:
    """What the critic reads before it writes."""

    ids: tuple[int, ...]
    carried: int
    """Leading tokens of problem and attempt: the base's own part, whose states a trunk computes alone."""
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
        """`ids` where the critic writes, `IGNORED` elsewhere; not shifted."""
        return (*([IGNORED] * self.loss_from), *self.ids[self.loss_from :])


def encode(tokenizer: Tokenizer, text: str) -> list[int]:
    """The tokens of `text`, without special tokens around it."""
    return tokenizer.encode(text, add_special_tokens=False)


def opening_tokens(tokenizer: Tokenizer) -> list[int]:
    """What the tokenizer puts before plain text: its BOS token, or nothing. A model that was trained with it writes far
    worse without."""
    plain, whole = encode(tokenizer, "a"), tokenizer.encode("a", add_special_tokens=True)
    places = (at for at in range(len(whole)) if plain and whole[at : at + len(plain)] == plain)
    return whole[: next(places, 0)]


def trace_in_words(*, verdict: Verdict, stage: Stage, message: str, line: int | None, attempt: str) -> str:
    """A verdict as the critic reads it: error class, stage and line, then the ruler's message without its layout.

    Args:
        line: 1-based, in the attempt as written; None where the error lies elsewhere.
        attempt: the judged completion, to quote the line from.
    """
    head = f"{verdict.value} at {stage.value}"
    if line is not None:
        lines = attempt.splitlines()
        head += f", line {line}: {lines[line - 1].strip() if 0 < line <= len(lines) else ''}"
    for pattern, replacement in _CHANCE:
        message = pattern.sub(replacement, message)
    # Half of what testify prints is layout: indentation, columns of blanks, empty lines.
    squeezed = (" ".join(line.split()) for line in message.splitlines())
    return "\n".join([head, *(line for line in squeezed if line)])


def render_prompt(
    problem: str,
    attempt: str,
    trace: str | None,
    *,
    tokenizer: Tokenizer,
    budget: int,
    reflect: bool = True,
    given: str = "",
) -> CriticPrompt:
    """The critic's prompt within `budget` tokens.

    Args:
        trace: None leaves it out (the no-trace ablation).
        reflect: False asks for the revision at once (the no-reflection ablation).
        given: without `reflect`, the reflection that stands before the revision; it is never cut.

    Raises:
        TooLongError: problem, attempt and a given reflection leave no room for a trace.
    """
    # Problem and attempt are encoded apart, as drafting does: the draft begins with a token of its own.
    carried = opening_tokens(tokenizer) + encode(tokenizer, problem) + encode(tokenizer, attempt)
    opening = encode(tokenizer, TRACE)
    closing = _closing(tokenizer, reflect=reflect, given=given)
    room = budget - len(carried) - len(opening) - len(closing)
    if room < 0:
        raise TooLongError(
            f"Problem and attempt have {len(carried)} tokens, too many for a budget of {budget}: "
            f"raise the budget, or leave this sample out."
        )
    whole = encode(tokenizer, _without_marks(trace or ""))
    shown = cut_middle(whole, min(room, LONGEST_TRACE), encode(tokenizer, CUT))
    ids = (*carried, *opening, *shown, *closing)
    return CriticPrompt(ids=ids, carried=len(carried), trace_cut=len(shown) != len(whole))


def _closing(tokenizer: Tokenizer, *, reflect: bool, given: str) -> list[int]:
    """The tokens after the trace; a given reflection is encoded as in `render_row`."""
    if reflect or not given:
        return encode(tokenizer, REFLECTION if reflect else REFLECTION + REVISION)
    reflection = encode(tokenizer, _without_marks(given.strip()))
    return [*encode(tokenizer, REFLECTION), *reflection, *encode(tokenizer, REVISION)]


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
    """A transcript as one training row of at most `budget` tokens; what the critic writes is never cut.

    Raises:
        TooLongError: it does not fit, even with the trace cut.
    """
    written = (
        encode(tokenizer, _without_marks(reflection.strip()))
        + encode(tokenizer, REVISION)
        + encode(tokenizer, revision)
        + ([] if tokenizer.eos_token_id is None else [tokenizer.eos_token_id])
    )
    prompt = render_prompt(problem, attempt, trace, tokenizer=tokenizer, budget=budget - len(written))
    return CriticRow(ids=(*prompt.ids, *written), loss_from=len(prompt.ids), carried=prompt.carried)


def split_output(text: str) -> tuple[str, str]:
    """(reflection, revision) of a critic's text, decoded with its marks; no mark means that there is no revision."""
    reflection, _, revision = text.partition(REVISION.strip("\n"))
    return reflection.strip(), revision.removeprefix("\n")


def cut_middle(ids: Sequence[int], room: int, mark: Sequence[int]) -> list[int]:
    """`ids` in at most `room` tokens: whole, or head + `mark` + tail. The head gets the odd token.

    Raises:
        TooLongError: not even the mark and a token on each side fit.
    """
    if len(ids) <= room:
        return list(ids)
    kept = room - len(mark)
    if kept < 2:
        raise TooLongError(
            f"The trace has {len(ids)} tokens and only {max(room, 0)} are free beside problem and attempt: "
            f"raise the budget, or leave this sample out."
        )
    tail = kept // 2
    return [*ids[: kept - tail], *mark, *ids[len(ids) - tail :]]


def _without_marks(text: str) -> str:
    """`text` in which nothing looks like a mark: programs print what they like, and a trace quotes them."""
    return text.replace("<|", "< |")
