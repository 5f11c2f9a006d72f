"""Writing what a run produces, without holding up the loop: drafts and revisions by key, with their traces and counts.

Rows are written in a thread, in order, one transaction each. Every write may be repeated: a sample that is stored
already is left as it is. Counts are written at most once a second; they are counted anew from the rows, so a late
count is never wrong.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models import Arm, Attempt, Problem, Reflection, Revision, RevisionTokens, Run, Store
from models.enums import Rule, Verdict
from models.store_faults import fault_of
from models.text_index import index_new
from models.tokens import pack_tokens
from worker.memory.go_names import is_recited
from worker.ruler import Dropped, RulerTrace
from worker.runs.counting import count
from worker.runs.plan import RunPlan
from worker.runs.programs import JudgedProgram, RepairRound, WrittenProgram
from worker.store import storable
from worker.verdicts.traces import ruler_row, write_traces

COUNT_SECONDS = 1.0
INDEXED_AT_ONCE = 300
"""Texts of each kind, with every count: 0.2 ms a text while others wait for the store."""
MOST_DROPPED = 50
"""Pieces of one answer that are stored apart; a model that repeats itself writes thousands of special tokens."""


class RunWriter:
    """The store as one run writes to it."""

    def __init__(self, store: Store, plan: RunPlan) -> None:
        self._store = store
        self._plan = plan
        self._lock = asyncio.Lock()
        mine = {problem.id for problem in plan.problems} - plan.lent
        self._due = mine if plan.drafted or plan.revised else set[int]()
        """Problems whose counts are due; at first all, where an earlier try, perhaps killed, stored rows of some."""
        self._counted = time.monotonic()
        self._fault: Exception | None = None
        """The store's fault, once it has one. Rows that wait for their turn would each wait for a lock as long."""

    async def attempt(
        self, problem_id: int, arm_id: int, sample: int, written: WrittenProgram, judged: JudgedProgram | None
    ) -> int:
        """Store a draft; its row's id."""
        key = self._key(problem_id, arm_id, sample)
        return await self._write(lambda session: _store_attempt(session, key, written, judged), problem_id)

    async def repair(
        self, problem_id: int, arm_id: int, sample: int, repaired: RepairRound, judged: JudgedProgram | None
    ) -> int:
        """Store a reflection and its revision; the revision's id."""
        key = self._key(problem_id, arm_id, sample)
        keeps = self._plan.token_confidence
        return await self._write(
            lambda session: _store_repair(session, key, repaired, judged, keeps_tokens=keeps), problem_id
        )

    async def flush(self) -> None:
        """Write every count that is due."""
        async with self._lock:
            if self._fault is None:
                await self._count()

    async def _write(self, write: Callable[[Session], int], problem_id: int) -> int:
        # A thread cannot be cancelled: the row that it writes must be counted even if no task waits for it any more.
        writing = asyncio.ensure_future(self._in_turn(write, problem_id))
        writing.add_done_callback(_take_note_of_error)
        return await asyncio.shield(writing)

    async def _in_turn(self, write: Callable[[Session], int], problem_id: int) -> int:
        def transaction() -> int:
            with self._store.writer() as session:
                return write(session)

        async with self._lock:
            if self._fault is not None:
                raise self._fault
            try:
                row = await asyncio.to_thread(transaction)
            except Exception as error:
                self._fault = error if fault_of(error) is not None else None
                raise
            self._due.add(problem_id)
            if time.monotonic() - self._counted > COUNT_SECONDS:
                await self._count()
            return row

    async def _count(self) -> None:
        due, self._due = self._due, set()
        arms = {arm.id for arm in self._plan.arms}

        def transaction() -> None:
            with self._store.writer() as session:
                _write_counts(session, self._plan.run_id, arms, due)

        if due:
            await asyncio.to_thread(transaction)
        self._counted = time.monotonic()

    def _key(self, problem_id: int, arm_id: int, sample: int) -> "_SampleKey":
        return _SampleKey(run_id=self._plan.run_id, problem_id=problem_id, arm_id=arm_id, sample=sample)


def _take_note_of_error(writing: "asyncio.Task[int]") -> None:
    """Whoever waits for the row gets its error. Where nobody waits any more, asyncio would log it as forgotten."""
    if not writing.cancelled():
        writing.exception()


@dataclass(frozen=True, kw_only=True)
class _SampleKey:
    """Names one sample of one arm of one run; the fields are columns."""

    run_id: int
    problem_id: int
    arm_id: int
    sample: int


def _store_attempt(
    session: Session, key: _SampleKey, written: WrittenProgram, judged: JudgedProgram | None
) -> int:
    """The id of the draft's row, which may have been there already."""
    found = session.scalars(select(Attempt).filter_by(**asdict(key))).first()
    if found is not None:
        _execute_again(session, found, written, judged)
        return found.id
    row = Attempt(**asdict(key), **_written(written), **_verdicts(session, written, judged, key.problem_id))
    session.add(row)
    session.flush()
    return row.id


def _store_repair(
    session: Session, key: _SampleKey, repaired: RepairRound, judged: JudgedProgram | None, *, keeps_tokens: bool
) -> int:
    """The id of the revision's row, which may have been there already."""
    columns = {**asdict(key), "round": repaired.round}
    found = session.scalars(select(Revision).filter_by(**columns)).first()
    if found is not None:
        _execute_again(session, found, repaired.revision, judged)
        return found.id
    reflection = Reflection(
        **columns,
        attempt_id=repaired.attempt_id,
        shown_trace=storable(repaired.shown_trace),
        text=storable(repaired.reflection),
        source=repaired.reflection_source,
    )
    session.add(reflection)
    session.flush()
    row = Revision(
        **columns,
        **_written(repaired.revision),
        **_verdicts(session, repaired.revision, judged, key.problem_id),
        attempt_id=repaired.attempt_id,
        reflection_id=reflection.id,
        copied=repaired.copied,
        edit_size=repaired.edit_size,
    )
    session.add(row)
    session.flush()
    if keeps_tokens and (tokens := repaired.revision.tokens) is not None:
        session.add(RevisionTokens(revision_id=row.id, tokens=pack_tokens(tokens.lengths, tokens.logprobs)))
        session.flush()
    return row.id


def _write_counts(session: Session, run_id: int, arm_ids: set[int], problem_ids: set[int]) -> None:
    """Count the given arms and problems anew, and mark the run as changed."""
    for arm in session.scalars(select(Arm).where(Arm.id.in_(arm_ids))):
        for problem_id in problem_ids:
            count(session, arm, problem_id)
    index_new(session.connection(), INDEXED_AT_ONCE)
    session.execute(update(Run).where(Run.id == run_id).values(revision_number=Run.revision_number + 1))


def _execute_again(
    session: Session, row: Attempt | Revision, written: WrittenProgram, judged: JudgedProgram | None
) -> None:
    """The verdict of a stored program that lost its own; any other keeps what it has."""
    if row.verdict is None:
        for name, value in _verdicts(session, written, judged, row.problem_id).items():
            setattr(row, name, value)
        session.flush()


def _written(written: WrittenProgram) -> dict[str, Any]:
    names = ("finish_reason", "seed", "prompt_tokens", "new_tokens", "seconds", "logprob")
    return {**{name: getattr(written, name) for name in names}, "text": storable(written.text)}


def _verdicts(
    session: Session, written: WrittenProgram, judged: JudgedProgram | None, problem_id: int
) -> dict[str, Any]:
    if judged is None:
        # Our fault, not the program's: an engine that failed leaves a sample without a score.
        reason = written.error or "The sample was never executed."
        return {"verdict": Verdict.SANDBOX_ERROR, "unscored_reason": reason}
    hidden, example, examples = judged.hidden, judged.example, judged.example_tests
    ruler = ruler_row(session, hidden.ruler)
    ids = write_traces(session, ruler, hidden, judged.hidden_tests, written.text)
    example_ids = write_traces(session, ruler, example, examples, written.text) if example and examples else {}
    return {
        "shape": hidden.assembly.shape,
        "notes": list(hidden.assembly.notes),
        "dropped": _places(written.text, hidden.assembly.dropped),
        "import_delta": {"added": list(hidden.import_delta.added), "removed": list(hidden.import_delta.removed)},
        "verdict": hidden.fixed.verdict,
        "verdict_raw": hidden.raw.verdict,
        "verdict_legacy": hidden.legacy.verdict if hidden.legacy else None,
        "example_verdict": example.fixed.verdict if example else None,
        "unscored_reason": "" if hidden.fixed.verdict.scored else hidden.fixed.message,
        "trace_id": ids[Rule.GOIMPORTS],
        "raw_trace_id": ids[Rule.RAW],
        "example_trace_id": example_ids.get(Rule.GOIMPORTS),
        "program_hash": hidden.fixed.program_hash,
        "recited": _recited(session, hidden.fixed, problem_id),
    }


def _recited(session: Session, trace: RulerTrace, problem_id: int) -> bool | None:
    if trace.verdict is not Verdict.PASSED:
        return False
    problem = session.get_one(Problem, problem_id)
    return is_recited(trace.program, problem.prompt, problem.canonical_solution)


def _places(text: str, dropped: Sequence[Dropped]) -> list[list[Any]]:
    """What was dropped and where, in characters of the text as it is stored; what is too much as one piece."""

    def place(what: str, start: int, end: int) -> list[Any]:
        return [what, len(storable(text[:start])), len(storable(text[:end]))]

    apart, rest = dropped[:MOST_DROPPED], dropped[MOST_DROPPED:]
    places = [place(one.what, one.start, one.end) for one in apart]
    if rest:
        start, end = min(one.start for one in rest), max(one.end for one in rest)
        places.append(place(f"{len(rest)} further pieces, and what is between them", start, end))
    return places
