"""A problem beside its twin: the same sample of the same arm on both.

In: the facts of a run, a problem and the sample that its page shows. Out: a `TwinView`, or None where the run has no
counterpart of the problem. Nothing is counted here.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.queries.problem_detail import ProgramView, find_draft, find_revisions, find_statement
from app.queries.run_facts import ProblemFacts, RunFacts
from app.queries.runs import RunHead
from app.queries.sample_choice import SampleChoice
from models.enums import Origin


@dataclass(frozen=True, kw_only=True)
class TwinView:
    """The counterpart of the problem on the page: its twin, or the original whose twin it is."""

    is_twin: bool
    """Whether the counterpart is the twin; False: the page's own problem is."""
    task_id: str
    address: str
    origin: Origin
    origin_reason: str
    prompt: str
    program: ProgramView | None
    """The final program of the same arm and sample; None before it is written."""


def find_twin(
    session: Session, run: RunHead, facts: RunFacts, row: ProblemFacts, choice: SampleChoice
) -> TwinView | None:
    other = facts.counterparts.get(row.problem_id)
    if other is None:
        return None
    return TwinView(
        is_twin=bool(other.twin_of),
        task_id=other.task_id,
        address=other.address,
        origin=other.origin,
        origin_reason=other.origin_reason,
        prompt=find_statement(session, other.problem_id).prompt,
        program=_final(session, run, other, choice),
    )


def _final(session: Session, run: RunHead, row: ProblemFacts, choice: SampleChoice) -> ProgramView | None:
    if choice.arm is None:
        return None
    revisions = find_revisions(session, run, row.problem_id, choice.arm, choice.sample)
    if revisions:
        return revisions[-1]
    return find_draft(session, run, row.problem_id, choice.arm, choice.sample)
