"""The samples of a run one by one, straight from attempts and revisions: the rows of the CSV of attempts.

In: a session and a run's id. Out: `SampleRow`s, problem by problem in the run's order, so that memory use does not grow
with the run, on both databases. The rule by which draft and revisions become one sample is that of
`worker/runs/counting.py`; a test compares the two.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple, cast

from sqlalchemy import Select, String, Table, bindparam, func, select, type_coerce
from sqlalchemy.orm import Session

from app.queries.labels import sample_labels
from app.queries.report_inputs import read_problems
from app.queries.runs import find_arms
from app.reports.sample_tables import MESSAGE_LENGTH, SampleRow
from app.reports.samples import ProblemInfo
from models import Attempt, Revision, Run, RunProblemCount, Trace
from models.arm_kinds import ArmKind
from models.enums import RunKind, Verdict
from models.packed_text import Plain
from models.turns import gate_verdict, owes_revision, rounds_owed

_VERDICT_OF: dict[str | None, Verdict | None] = {None: None, **{str(verdict): verdict for verdict in Verdict}}


def count_rows(session: Session, run_id: int) -> int:
    """How many rows `sample_rows` yields, from the derived counts."""
    table = RunProblemCount
    return session.scalar(select(func.sum(table.n + table.unscored)).where(table.run_id == run_id)) or 0


def sample_rows(session: Session, run_id: int) -> Iterator[SampleRow]:
    """Every sample of every arm of the run."""
    arms = find_arms(session, run_id)
    run = session.get_one(Run, run_id)
    gating = partial(gate_verdict, run.gate)
    labels = sample_labels(session, run_id)
    drafting = next((arm.id for arm in arms if arm.kind == ArmKind.BASE), None)
    for problem_id, info in read_problems(session, run_id).items():
        drafts = _drafts(session, run_id, problem_id)
        revisions = _revisions(session, run_id, problem_id)
        for arm in arms:
            source = _Source(
                run_id=run_id,
                info=info,
                arm=arm.name,
                kind=arm.kind,
                gating=gating,
                owed=partial(
                    owes_revision,
                    gated=run.gated,
                    rounds=rounds_owed(arm.kind, state=run.state, budget=run.budget, rounds=run.rounds),
                ),
                is_imported=run.kind is RunKind.IMPORTED,
                labels=labels.get((problem_id, arm.id), {}),
            )
            if arm.kind.repairs:
                yield from _repaired(session, source, drafts.get(drafting, []), revisions.get(arm.id, {}))
            else:
                yield from (_row(source, draft.sample, draft, ()) for draft in drafts.get(arm.id, ()))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Source:
    """What all samples of one arm and one problem share."""

    run_id: int
    info: ProblemInfo
    arm: str
    kind: ArmKind
    gating: Callable[[Verdict | None, Verdict | None], Verdict | None]
    """Of a hidden and an example verdict the one that gates the run."""
    owed: Callable[..., bool]
    """Whether the arm owes another revision: of the latest program's verdict, and of how many are `written`."""
    is_imported: bool
    """Whether another harness made the results, whose costs nobody knows."""
    labels: Mapping[int, str]
    """What people call the programs of each sample."""


class _Program(NamedTuple):
    """One stored attempt or revision. A tuple, because a million of them are made."""

    arm_id: int
    sample: int
    verdict: Verdict | None
    verdict_raw: Verdict | None
    verdict_legacy: Verdict | None
    example_verdict: Verdict | None
    finish_reason: str
    prompt_tokens: int
    new_tokens: int
    seconds: float
    seed: int | None
    program_hash: str | None
    dropped: Any
    """A list; as the JSON that SQLite stores, because a million of them would take seconds to parse."""
    recited: bool | None
    message: str | None
    line: int | None
    fingerprint: str | None
    copied: bool = False
    edit_size: int = 0
    attempt_id: int = 0


_ENUMS = {"verdict", "verdict_raw", "verdict_legacy", "example_verdict", "finish_reason", "dropped"}
"""Read as the strings that are stored: SQLAlchemy's conversion takes seconds over a million rows."""


def _columns(table: Table) -> list[Any]:
    columns = [
        func.substr(Plain(_TRACE.c.message), 1, MESSAGE_LENGTH)
        if name == "message"
        else (table if name in table.c else _TRACE).c[name]
        for name in _Program._fields
        if name in table.c or name in _TRACE.c
    ]
    return [type_coerce(column, String) if column.name in _ENUMS else column for column in columns]


_ATTEMPT, _REVISION, _TRACE = (cast(Table, kind.__table__) for kind in (Attempt, Revision, Trace))
_ALL_DRAFTS = select(*_columns(_ATTEMPT)).outerjoin(_TRACE, _TRACE.c.id == _ATTEMPT.c.trace_id)
_DRAFTS = (
    _ALL_DRAFTS.where(_ATTEMPT.c.run_id == bindparam("run"), _ATTEMPT.c.problem_id == bindparam("problem"))
    .order_by(_ATTEMPT.c.arm_id, _ATTEMPT.c.sample)
)  # fmt: skip
_REVISIONS = (
    select(*_columns(_REVISION))
    .outerjoin(_TRACE, _TRACE.c.id == _REVISION.c.trace_id)
    .where(_REVISION.c.run_id == bindparam("run"), _REVISION.c.problem_id == bindparam("problem"))
    .order_by(_REVISION.c.arm_id, _REVISION.c.sample, _REVISION.c.round)
)


def _programs(session: Session, query: Select[Any], **bound: int) -> Iterator[_Program]:
    verdict_of = _VERDICT_OF
    for arm_id, sample, verdict, raw, legacy, example, *rest in session.connection().execute(query, bound).all():
        yield _Program(
            arm_id, sample, verdict_of[verdict], verdict_of[raw], verdict_of[legacy], verdict_of[example], *rest
        )


def _drafts(session: Session, run_id: int, problem_id: int) -> dict[int | None, list[_Program]]:
    found: dict[int | None, list[_Program]] = defaultdict(list)
    for row in _programs(session, _DRAFTS, run=run_id, problem=problem_id):
        found[row.arm_id].append(row)
    return found


def _revisions(session: Session, run_id: int, problem_id: int) -> dict[int, dict[int, list[_Program]]]:
    found: dict[int, dict[int, list[_Program]]] = defaultdict(lambda: defaultdict(list))
    for row in _programs(session, _REVISIONS, run=run_id, problem=problem_id):
        found[row.arm_id][row.sample].append(row)
    return found


def _repaired(
    session: Session, source: _Source, drafts: Sequence[_Program], revisions: dict[int, list[_Program]]
) -> Iterator[SampleRow]:
    for draft in drafts:
        yield _row(source, draft.sample, draft, revisions.get(draft.sample, ()))
    if drafts:
        return
    # Every sample of a re-run begins with a draft of the parent run, which its revisions name.
    for sample, rows in revisions.items():
        for draft in _programs(session, _ALL_DRAFTS.where(_ATTEMPT.c.id == rows[0].attempt_id)):
            yield _row(source, sample, draft, rows)


def _row(source: _Source, sample: int, draft: _Program, revisions: Sequence[_Program]) -> SampleRow:
    """The final program is the last revision, or the draft.

    An arm that repairs pays only for its revisions; a program that it still has to revise has no verdict here.
    """
    final = revisions[-1] if revisions else draft
    gating = source.gating(final.verdict, final.example_verdict)
    if source.kind.repairs and source.owed(gating, written=len(revisions)):
        final = final._replace(
            verdict=None, verdict_raw=None, verdict_legacy=None, example_verdict=None,
            message=None, line=None, fingerprint=None,
        )  # fmt: skip
    paid = revisions if source.kind.repairs else (draft,)
    return SampleRow(
        task_id=source.info.key.task_id,
        problem_version=source.info.key.version,
        problem_set=source.info.problem_set,
        origin=source.info.origin,
        origin_reason=source.info.origin_reason,
        text=source.info.text,
        twin_of=source.info.twin_of,
        arm=source.arm,
        kind=source.kind,
        sample=sample,
        verdict=final.verdict,
        draft_verdict=draft.verdict,
        verdict_raw=final.verdict_raw,
        verdict_legacy=final.verdict_legacy,
        example_verdict=final.example_verdict,
        rounds=len(revisions),
        copied=bool(final.copied),
        recited=bool(final.recited) and final.verdict is not None,
        edit_size=final.edit_size,
        prompt_tokens=None if source.is_imported else sum([row.prompt_tokens for row in paid]),
        new_tokens=None if source.is_imported else sum([row.new_tokens for row in paid]),
        seconds=None if source.is_imported else sum([row.seconds for row in paid]),
        seed=final.seed,
        finish_reason=final.finish_reason,
        program_hash=final.program_hash or "",
        left_out=_in_words(final.dropped),
        run_id=source.run_id,
        message=final.message or "",
        line=final.line,
        fingerprint=final.fingerprint or "",
        label=source.labels.get(sample, ""),
    )


def _in_words(dropped: Any) -> str:
    if dropped == "[]" or not dropped:
        return ""
    pieces = json.loads(dropped) if isinstance(dropped, str) else dropped
    return "; ".join(dict.fromkeys(what for what, _, _ in pieces))
