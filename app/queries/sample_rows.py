"""A run's samples one by one, straight from attempts and revisions: what the CSV of attempts is made of.

In: a session and a run's id. Out: `SampleRow`s, problem by problem in the run's order, so that memory stays the same
at a million rows on both databases. How draft and revisions become one sample is the rule of
`worker/runs/counting.py`; a test holds the two to each other.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import String, func, select, type_coerce
from sqlalchemy.orm import Session

from app.queries.report_samples import read_problems
from app.reports.sample_row import ProblemInfo, SampleRow
from models import Arm, Attempt, Revision, RunProblemCount
from models.enums import ArmKind, Verdict

VERDICT_OF: dict[str | None, Verdict | None] = {None: None, **{str(verdict): verdict for verdict in Verdict}}


def count_rows(session: Session, run_id: int) -> int:
    """How many rows `sample_rows` will give, from the derived counts."""
    table = RunProblemCount
    return session.scalar(select(func.sum(table.n + table.unscored)).where(table.run_id == run_id)) or 0


def sample_rows(session: Session, run_id: int) -> Iterator[SampleRow]:
    """Every sample of every arm of the run."""
    arms = session.execute(
        select(Arm.id, Arm.name, Arm.kind).where(Arm.run_id == run_id).order_by(Arm.position, Arm.id)
    ).all()
    drafting = next((arm.id for arm in arms if arm.kind is ArmKind.BASE), None)
    for problem_id, info in read_problems(session, run_id).items():
        drafts = _drafts(session, run_id, problem_id)
        revisions = _revisions(session, run_id, problem_id)
        for arm in arms:
            source = _Source(info=info, arm=arm.name, kind=arm.kind)
            if arm.kind.repairs:
                yield from _repaired(session, source, drafts.get(drafting, []), revisions.get(arm.id, {}))
            else:
                yield from (_drafted(source, draft) for draft in drafts.get(arm.id, []))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Source:
    """What all samples of one arm on one problem share."""

    info: ProblemInfo
    arm: str
    kind: ArmKind


def _columns(table: type[Attempt] | type[Revision]) -> tuple[Any, ...]:
    # Verdicts as the strings they are stored as: turning millions of them into enums one by one costs seconds.
    return (
        table.arm_id,
        table.sample,
        type_coerce(table.verdict, String).label("verdict"),
        type_coerce(table.verdict_raw, String).label("verdict_raw"),
        type_coerce(table.verdict_legacy, String).label("verdict_legacy"),
        type_coerce(table.example_verdict, String).label("example_verdict"),
        type_coerce(table.finish_reason, String).label("finish_reason"),
        table.prompt_tokens,
        table.new_tokens,
        table.seconds,
        table.seed,
        table.program_hash,
    )


_DRAFTS = select(*_columns(Attempt)).order_by(Attempt.arm_id, Attempt.sample)
_REVISIONS = select(
    *_columns(Revision), Revision.round, Revision.copied, Revision.edit_size, Revision.attempt_id
).order_by(Revision.arm_id, Revision.sample, Revision.round)


def _drafts(session: Session, run_id: int, problem_id: int) -> dict[int | None, list[Any]]:
    found: dict[int | None, list[Any]] = defaultdict(list)
    for row in session.execute(_DRAFTS.where(Attempt.run_id == run_id, Attempt.problem_id == problem_id)):
        found[row.arm_id].append(row)
    return found


def _revisions(session: Session, run_id: int, problem_id: int) -> dict[int, dict[int, list[Any]]]:
    found: dict[int, dict[int, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for row in session.execute(_REVISIONS.where(Revision.run_id == run_id, Revision.problem_id == problem_id)):
        found[row.arm_id][row.sample].append(row)
    return found


def _repaired(
    session: Session, source: _Source, drafts: Sequence[Any], revisions: dict[int, list[Any]]
) -> Iterator[SampleRow]:
    if drafts:
        yield from (_followed(source, draft.sample, draft, revisions.get(draft.sample, [])) for draft in drafts)
        return
    # A re-run repairs a draft of its parent: every sample of it begins with that one.
    for sample, rows in revisions.items():
        draft = session.execute(select(*_columns(Attempt)).where(Attempt.id == rows[0].attempt_id)).one()
        yield _followed(source, sample, draft, rows)


def _drafted(source: _Source, draft: Any) -> SampleRow:
    return _row(source, draft.sample, draft, draft, [draft])


def _followed(source: _Source, sample: int, draft: Any, revisions: Sequence[Any]) -> SampleRow:
    """The final program is the last revision, or the draft; the arm pays for its revisions alone."""
    return _row(source, sample, draft, revisions[-1] if revisions else draft, revisions)


def _row(source: _Source, sample: int, draft: Any, final: Any, paid: Sequence[Any]) -> SampleRow:
    revised = final is not draft
    return SampleRow(
        task_id=source.info.key.task_id,
        problem_version=source.info.key.version,
        problem_set=source.info.problem_set,
        origin=source.info.origin,
        arm=source.arm,
        kind=source.kind,
        sample=sample,
        verdict=VERDICT_OF[final.verdict],
        draft_verdict=VERDICT_OF[draft.verdict],
        verdict_raw=VERDICT_OF[final.verdict_raw],
        verdict_legacy=VERDICT_OF[final.verdict_legacy],
        example_verdict=VERDICT_OF[final.example_verdict],
        rounds=len(paid) if revised else 0,
        copied=bool(revised and final.copied),
        edit_size=final.edit_size if revised else 0,
        prompt_tokens=sum([row.prompt_tokens for row in paid]),
        new_tokens=sum([row.new_tokens for row in paid]),
        seconds=sum([row.seconds for row in paid]),
        seed=final.seed,
        finish_reason=final.finish_reason,
        program_hash=final.program_hash or "",
    )
