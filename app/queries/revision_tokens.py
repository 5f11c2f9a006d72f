"""The tokens of one revision: how sure its critic was of each, and what the trace did to it.

In: a session and a revision's id. Out: a frozen view for its page; what is not kept says why.
"""

import math
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import NotFound
from models import Arm, Job, Problem, Revision, RevisionTokens, Run, TraceEffect
from models.enums import JobKind
from models.tokens import unpack_tokens, why_no_trace_effect

LEAST_LIKELY = 5
"""Tokens that are listed apart."""
_HALF, _FIFTH, _TWENTIETH = 0.5, 0.2, 0.05
_TWICE, _TENFOLD = math.log(2), math.log(10)


class TokenMark(StrEnum):
    """How a token is underlined; the value is its class in the style sheet."""

    NONE = ""
    UNSURE = "unsure"
    UNLIKELY = "unlikely"
    RARE = "rare"
    LIKELIER = "likelier"
    MUCH_LIKELIER = "much-likelier"
    LESS_LIKELY = "less-likely"
    MUCH_LESS_LIKELY = "much-less-likely"


@dataclass(frozen=True, kw_only=True)
class ShownToken:
    """A token, or text that is no token."""

    text: str
    line: int
    """1-based."""
    mark: TokenMark
    words: str
    """What is known of it; empty where nothing is."""
    weight: float
    """What the list of the most telling tokens is ordered by; the largest first."""


@dataclass(frozen=True, kw_only=True)
class RevisionTokensView:
    """One revision, token by token."""

    revision_id: int
    run_id: int
    run_name: str
    task_id: str
    problem_id: int
    arm: str
    sample: int
    round: int
    confidence: tuple[ShownToken, ...]
    """Empty where no log-probabilities are kept."""
    effect: tuple[ShownToken, ...]
    """Empty before it was read with and without the trace."""
    why_no_effect: str
    """Why it cannot be read so; empty where it can."""
    job_id: str
    """The unfinished job that reads it; empty where there is none."""
    error: str
    """Why the last such job failed; empty where none did."""

    @property
    def counted(self) -> int:
        return sum(bool(one.words) for one in self.confidence)

    @property
    def unlikely(self) -> int:
        """Tokens with a probability below a fifth."""
        return sum(one.mark in (TokenMark.UNLIKELY, TokenMark.RARE) for one in self.confidence)

    @property
    def moved(self) -> int:
        """Tokens that the trace made at least twice or at most half as likely."""
        return sum(one.mark is not TokenMark.NONE for one in self.effect)

    @property
    def least_likely(self) -> tuple[ShownToken, ...]:
        return _first(self.confidence)

    @property
    def most_moved(self) -> tuple[ShownToken, ...]:
        return _first(self.effect)


def read_revision_tokens(session: Session, revision_id: int) -> RevisionTokensView:
    """Raises: NotFound, where there is no such revision."""
    row = session.get(Revision, revision_id)
    if row is None:
        raise NotFound(f"There is no revision {revision_id}.")
    kept, effect = session.get(RevisionTokens, revision_id), session.get(TraceEffect, revision_id)
    # A job gives its key up when it ends.
    unfinished = session.scalars(select(Job).where(Job.deduplication_key == effect_key(revision_id))).first()
    return RevisionTokensView(
        revision_id=revision_id,
        run_id=row.run_id,
        run_name=session.get_one(Run, row.run_id).name,
        task_id=session.get_one(Problem, row.problem_id).task_id,
        problem_id=row.problem_id,
        arm=session.get_one(Arm, row.arm_id).name,
        sample=row.sample,
        round=row.round,
        confidence=_confidence(row.text, kept.tokens) if kept else (),
        effect=_effect(row.text, effect.tokens) if effect else (),
        why_no_effect=why_no_trace_effect(session, row),
        job_id=unfinished.id if unfinished else "",
        error="" if effect or unfinished else _last_error(session, revision_id),
    )


def find_confidence(session: Session, revision_id: int) -> tuple[ShownToken, ...]:
    """How sure the critic was of each token of a revision; empty where no log-probabilities are kept."""
    kept = session.get(RevisionTokens, revision_id)
    return _confidence(session.get_one(Revision, revision_id).text, kept.tokens) if kept else ()


def effect_key(revision_id: int) -> str:
    """The deduplication key of the job that reads a revision with and without the trace."""
    return f"trace-effect-{revision_id}"


def _last_error(session: Session, revision_id: int) -> str:
    rows = session.scalars(
        select(Job).where(Job.kind == JobKind.TRACE_EFFECT).order_by(Job.created_at.desc()).limit(200)
    )
    return next((job.error for job in rows if job.payload.get("revision_id") == revision_id), "")


def _confidence(text: str, packed: bytes) -> tuple[ShownToken, ...]:
    lengths, (logprobs, *_) = unpack_tokens(packed)

    def shown(value: float) -> tuple[TokenMark, str, float]:
        share = math.exp(value)
        marks = ((_TWENTIETH, TokenMark.RARE), (_FIFTH, TokenMark.UNLIKELY), (_HALF, TokenMark.UNSURE))
        mark = next((mark for below, mark in marks if share < below), TokenMark.NONE)
        return mark, f"probability {share:.1%}" if share >= 0.001 else "probability below 0.1%", -value

    return _tokens(text, lengths, [shown(value) for value in logprobs])


def _effect(text: str, packed: bytes) -> tuple[ShownToken, ...]:
    lengths, (read, without) = unpack_tokens(packed)

    def shown(first: float, second: float) -> tuple[TokenMark, str, float]:
        change = first - second
        words = f"probability {math.exp(first):.1%} with the trace, {math.exp(second):.1%} without it"
        if abs(change) < _TWICE:
            return TokenMark.NONE, words, 0.0
        strong = abs(change) >= _TENFOLD
        if change > 0:
            return (TokenMark.MUCH_LIKELIER if strong else TokenMark.LIKELIER), words, change
        return (TokenMark.MUCH_LESS_LIKELY if strong else TokenMark.LESS_LIKELY), words, -change

    return _tokens(text, lengths, [shown(*pair) for pair in zip(read, without, strict=True)])


def _tokens(
    text: str, lengths: tuple[int, ...], values: list[tuple[TokenMark, str, float]]
) -> tuple[ShownToken, ...]:
    """The whole text in pieces; tokens that end within a character are left out, and the rest has no words."""
    found, start, line = [], 0, 1
    for length, (mark, words, weight) in zip(lengths, values, strict=True):
        piece = text[start : start + length]
        if piece:
            found.append(ShownToken(text=piece, line=line, mark=mark, words=words, weight=weight))
        start, line = start + length, line + piece.count("\n")
    rest = text[start:]
    if rest:
        found.append(ShownToken(text=rest, line=line, mark=TokenMark.NONE, words="", weight=0.0))
    return tuple(found)


def _first(tokens: tuple[ShownToken, ...]) -> tuple[ShownToken, ...]:
    marked = [one for one in tokens if one.mark is not TokenMark.NONE and one.text.strip()]
    return tuple(sorted(marked, key=lambda one: -one.weight)[:LEAST_LIKELY])
