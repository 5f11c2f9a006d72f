"""The rows of `failure_count`: how the last programs of one arm on one problem failed, by fingerprint.

In: an arm, a problem, and the samples of one on the other with their revisions. Out: rows in place of those that were
there; they are counted anew each time, so that a repeated step changes nothing.
"""

from collections.abc import Iterator, Sequence
from typing import Protocol

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from models import Arm, Attempt, FailureCount, Revision, Trace
from models.enums import Verdict
from models.failures import EndedProgram, failure_rows

_AT_ONCE = 500


class RepairedSample(Protocol):
    """A draft with its revisions by round."""

    @property
    def sample(self) -> int: ...
    @property
    def draft(self) -> Attempt: ...
    @property
    def revisions(self) -> Sequence[Revision]: ...


def write_failures(session: Session, arm: Arm, problem_id: int, samples: Sequence[RepairedSample]) -> None:
    """Replace what is stored of this arm on this problem."""
    place = {"run_id": arm.run_id, "problem_id": problem_id, "arm_id": arm.id}
    session.execute(delete(FailureCount).filter_by(**place))
    traces = {one.draft.trace_id for one in samples} | {
        one.revisions[-1].trace_id for one in samples if one.revisions
    }
    programs = _last_programs(samples, _fingerprints(session, traces - {None}), repairs=arm.kind.repairs)
    if rows := failure_rows(programs):
        session.execute(insert(FailureCount), [{**place, **row} for row in rows])


def _fingerprints(session: Session, traces: set[int | None]) -> dict[int | None, str]:
    """By the trace's id; without those that are no failures."""
    ids, found = sorted(filter(None, traces)), dict[int | None, str]()
    for start in range(0, len(ids), _AT_ONCE):
        some = Trace.id.in_(ids[start : start + _AT_ONCE])
        found |= dict(
            session.execute(select(Trace.id, Trace.fingerprint).where(some, Trace.fingerprint != "")).all()
        )
    return found


def _last_programs(
    samples: Sequence[RepairedSample], fingerprints: dict[int | None, str], *, repairs: bool
) -> Iterator[EndedProgram]:
    for one in samples:
        last = one.revisions[-1] if one.revisions else one.draft
        if repairs and last is one.draft:
            # The draft counts for the arm that wrote it.
            continue
        yield EndedProgram(
            sample=one.sample,
            fingerprint=fingerprints.get(last.trace_id, ""),
            created_at=last.created_at,
            draft_fingerprint=fingerprints.get(one.draft.trace_id, "") if repairs else "",
            passed=_passed(last.verdict) if repairs else None,
        )


def _passed(verdict: Verdict | None) -> bool | None:
    return None if verdict is None or not verdict.scored else verdict is Verdict.PASSED
