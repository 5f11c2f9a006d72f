"""Programs as the repair loop hands them on: as written, as judged, and one round of repair.

In: samples of engines, repairs of critics, stored rows. Out: frozen values; nothing is stored or executed here.
"""

import difflib
from dataclasses import dataclass

from models.enums import FinishReason, Verdict
from models.tokens import TokenLogprobs
from worker.critics import Repair
from worker.engines import Sample
from worker.ruler import Judgement, Tests
from worker.runs.plan import StoredAttempt, StoredRevision


@dataclass(frozen=True, kw_only=True)
class WrittenProgram:
    """One program as an engine or critic wrote it, before any verdict."""

    text: str
    finish_reason: FinishReason
    seed: int | None
    prompt_tokens: int
    new_tokens: int
    seconds: float
    logprob: float | None
    error: str = ""
    """Why the engine could not write it; then it is unscored."""
    tokens: TokenLogprobs | None = None
    """Of a revision, where the engine knows them."""


@dataclass(frozen=True, kw_only=True)
class Draft:
    """One draft of a problem, new or stored by an earlier try."""

    sample: int
    written: WrittenProgram
    attempt_id: int | None
    """None before it is stored."""


@dataclass(frozen=True, kw_only=True)
class JudgedProgram:
    """What the ruler says of one program: by the hidden tests and, if the problem has any, by the example tests."""

    hidden: Judgement
    hidden_tests: Tests
    example: Judgement | None = None
    example_tests: Tests | None = None

    @property
    def verdict(self) -> Verdict:
        """The one that scores."""
        return self.hidden.fixed.verdict

    @property
    def example_verdict(self) -> Verdict | None:
        """None if the problem has no example tests."""
        return self.example.fixed.verdict if self.example is not None else None

    @property
    def passed(self) -> bool:
        return self.verdict is Verdict.PASSED

    @property
    def example_passed(self) -> bool:
        return self.example_verdict is Verdict.PASSED


@dataclass(frozen=True, kw_only=True)
class RepairRound:
    """One round of repair: what the critic saw, said and wrote."""

    attempt_id: int
    round: int
    shown_trace: str
    reflection: str
    revision: WrittenProgram
    copied: bool
    edit_size: int
    reflection_source: str = ""
    """Who wrote a reflection that was given, and about what."""


MOST_LINES = 400
"""difflib can go quadratic: only so many first lines are compared."""


def written_now(source: Sample | Repair, text: str, seed: int) -> WrittenProgram:
    """What an engine or a critic has just written."""
    return WrittenProgram(
        text=text,
        finish_reason=source.finish_reason,
        seed=seed,
        prompt_tokens=source.prompt_tokens,
        new_tokens=source.new_tokens,
        seconds=source.seconds,
        logprob=source.logprob,
        error=source.error,
        tokens=source.tokens if isinstance(source, Repair) else None,
    )


def stored_draft(attempt: StoredAttempt) -> WrittenProgram:
    """A draft of an earlier try or of a parent run; what it cost was counted there."""
    return _stored(attempt.text, attempt.finish_reason, new_tokens=0)


def stored_revision(revision: StoredRevision) -> WrittenProgram:
    """A revision of an earlier try; its tokens count towards the arm's budget again."""
    return _stored(revision.text, how_it_ended(revision.verdict), new_tokens=revision.new_tokens)


def how_it_ended(verdict: Verdict | None) -> FinishReason:
    """How a stored program counts when its run continues: an unscored one ended its sample, and still does. One
    without a verdict is to be executed again."""
    return FinishReason.COMPLETE if verdict is None or verdict.scored else FinishReason.ERROR


def revised(
    attempt_id: int, round: int, revision: WrittenProgram, before: str, repair: Repair | None = None
) -> RepairRound:
    """One round of repair of the program `before`; without a `repair` it is one that is stored already."""
    return RepairRound(
        attempt_id=attempt_id,
        round=round,
        shown_trace=repair.shown_trace if repair else "",
        reflection=repair.reflection if repair else "",
        revision=revision,
        copied="".join(revision.text.split()) == "".join(before.split()),
        edit_size=edit_size(before, revision.text),
        reflection_source=repair.reflection_source if repair else "",
    )


def edit_size(before: str, after: str) -> int:
    """Lines added plus lines removed."""
    lines = difflib.ndiff(before.splitlines()[:MOST_LINES], after.splitlines()[:MOST_LINES])
    return sum(line[:2] in ("+ ", "- ") for line in lines)


def _stored(text: str, finish_reason: FinishReason, *, new_tokens: int) -> WrittenProgram:
    return WrittenProgram(
        text=text,
        finish_reason=finish_reason,
        seed=None,
        prompt_tokens=0,
        new_tokens=new_tokens,
        seconds=0.0,
        logprob=None,
    )
