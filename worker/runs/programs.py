"""Programs as the loop hands them on: new ones from engines and critics, and those that an earlier try stored.

In: samples, lessons, stored rows. Out: `WrittenProgram` and `RepairRound`; nothing is stored or executed here.
"""

import difflib

from models.enums import FinishReason, Verdict
from worker.critics import Repair
from worker.engines import Sample
from worker.runs.plan import StoredAttempt, StoredRevision
from worker.runs.results import RepairRound, WrittenProgram

MOST_LINES = 400
"""difflib can go quadratic: beyond this the size of an edit is that of the beginning."""


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
    )


def stored_draft(attempt: StoredAttempt) -> WrittenProgram:
    """A draft of an earlier try or of a parent run; what it cost was counted there."""
    return _stored(attempt.text, attempt.finish_reason, new_tokens=0)


def stored_revision(revision: StoredRevision) -> WrittenProgram:
    """A revision of an earlier try; its tokens count against the rival's budget again."""
    return _stored(revision.text, how_it_ended(revision.verdict), new_tokens=revision.new_tokens)


def how_it_ended(verdict: Verdict | None) -> FinishReason:
    """How a stored program counts when its run goes on: what got no score then ended its sample, and still does."""
    return FinishReason.COMPLETE if verdict is not None and verdict.scored else FinishReason.ERROR


def revised(
    attempt_id: int, round: int, revision: WrittenProgram, before: str, lesson: Repair | None = None
) -> RepairRound:
    """One round of repair of the program `before`; without a lesson it is one that is stored already."""
    return RepairRound(
        attempt_id=attempt_id,
        round=round,
        shown_trace=lesson.shown_trace if lesson else "",
        reflection=lesson.reflection if lesson else "",
        reflection_tokens=0,
        reflection_seconds=0.0,
        revision=revision,
        copied="".join(revision.text.split()) == "".join(before.split()),
        edit_size=edit_size(before, revision.text),
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
