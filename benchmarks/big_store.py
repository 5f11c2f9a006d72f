"""A large store for the benchmark of the pages: problems × samples × runs attempts, filled by bulk inserts.

In: an open, migrated store and a size. Out: run ids. Rows are consistent (counts follow from attempts and revisions)
and varied enough that every filter finds something; texts repeat, as a small model's do.
"""

import random
from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, insert, select

import models
from benchmarks.big_shared import BODY, VERDICTS, WEIGHTS, Shared, Size, share_rows
from cli.errors import CommandError
from models import Attempt, FailureCount, Problem, Reflection, Revision, Run, RunProblemCount, Store
from models.arm_kinds import ArmKind
from models.base import content_hash, now
from models.counts import mark
from models.enums import FinishReason, RunState, Shape, Verdict
from models.failures import EndedProgram, failure_rows
from models.text_index import index_new

NAME = "bench run"
Chunk = dict[Any, list[dict[str, Any]]]
"""Rows to insert, by table."""
CHUNK = 20_000


def fill(store: Store, size: Size) -> list[int]:
    """Fill an empty store, or find what an earlier call filled. Returns the runs' ids.

    Raises:
        CommandError: the store holds something else.
    """
    if found := _filled(store, size):
        return found
    with store.writer() as session:
        filler = RunFiller(store, share_rows(session, size), size)
    runs = [filler.fill(number) for number in range(size.runs)]
    with store.writer() as session:
        index_new(session.connection())
    return runs


def _filled(store: Store, size: Size) -> list[int]:
    """The runs of a store that holds exactly what would be filled; none for an empty store."""
    with store.reader() as session:
        runs = session.execute(select(Run.id, Run.name, Run.samples, Run.state).order_by(Run.id)).all()
        problems = session.scalar(select(func.count(Problem.id)))
    if not runs and not problems:
        return []
    wanted = [(f"{NAME} {number}", size.samples, RunState.DONE) for number in range(size.runs)]
    if [(name, samples, state) for _, name, samples, state in runs] != wanted or problems != size.problems:
        raise CommandError(
            "--store holds something else than a benchmark of this size: name an empty one, or none."
        )
    return [run_id for run_id, *_ in runs]


class RunFiller:
    """Writes one run after another: its attempts, reflections, revisions and counts, a chunk at a time."""

    def __init__(self, store: Store, shared: Shared, size: Size) -> None:
        self._store = store
        self._shared = shared
        self._size = size
        self._chance = random.Random(17)

    def fill(self, number: int) -> int:
        """Store run `number` with all its rows. Returns its id."""
        self._create(number)
        for chunk in self._chunks():
            with self._store.writer() as session:
                for table in filter(chunk.get, chunk):
                    session.execute(insert(table), chunk[table])
        with self._store.writer() as session:
            # Last, so that a fill that was interrupted is not taken for a whole one.
            session.get_one(Run, self._run).state = RunState.DONE
        return self._run

    def _create(self, number: int) -> None:
        """The run and its two arms, without samples."""
        shared = self._shared
        with self._store.writer() as session:
            run = Run(
                name=f"{NAME} {number}",
                state=RunState.RUNNING,
                specification_hash=content_hash("bench", str(number)),
                base_checkpoint_id=shared.base_id,
                samples=self._size.samples,
                seed=number,
                sampling={"temperature": 0.8, "top_p": 0.95, "max_new_tokens": 512},
                ruler_id=shared.ruler_id,
                revision_number=1,
                started_at=now(),
                finished_at=now(),
            )
            session.add(run)
            session.flush()
            checkpoints = {ArmKind.BASE: shared.base_id, ArmKind.CRITIC: shared.critic_id}
            arms = [
                models.Arm(run_id=run.id, position=place, name=str(kind), kind=kind, checkpoint_id=checkpoint)
                for place, (kind, checkpoint) in enumerate(checkpoints.items())
            ]
            session.add_all(arms)
            session.flush()
            session.execute(
                insert(models.RunProblem),
                [
                    {"run_id": run.id, "problem_id": problem, "version_id": shared.version_id, "position": place}
                    for place, problem in enumerate(shared.problem_ids)
                ],
            )
            self._run, self._base, self._critic = run.id, arms[0].id, arms[1].id
        self._next_attempt = self._next_revision = (self._run - 1) * self._size.problems * self._size.samples + 1

    def _chunks(self) -> Iterator[Chunk]:
        chunk: Chunk = {table: [] for table in (Attempt, Reflection, Revision, RunProblemCount, FailureCount)}
        for problem_id in self._shared.problem_ids:
            self._problem(problem_id, chunk)
            if len(chunk[Attempt]) >= CHUNK:
                yield chunk
                chunk = {table: [] for table in chunk}
        yield chunk

    def _problem(self, problem_id: int, chunk: Chunk) -> None:
        drafts = self._chance.choices(VERDICTS, WEIGHTS, k=self._size.samples)
        ended: dict[int, list[EndedProgram]] = {self._base: [], self._critic: []}
        finals = [draft if self._chance.random() > 0.2 else Verdict.PASSED for draft in drafts]
        for sample, (draft, final) in enumerate(zip(drafts, finals, strict=True)):
            key = {"run_id": self._run, "problem_id": problem_id, "sample": sample}
            attempt = {"id": self._next_attempt, "arm_id": self._base, **key, **self._execution(draft)}
            chunk[Attempt].append(attempt)
            ended[self._base].append(self._ended(attempt))
            if draft is not Verdict.PASSED:
                revision = self._repair(key, final, copied=final is draft and sample % 3 == 0, chunk=chunk)
                ended[self._critic].append(self._ended(revision, attempt))
            self._next_attempt += 1
        revised = [draft is not Verdict.PASSED for draft in drafts]
        chunk[RunProblemCount] += [
            self._count(problem_id, self._base, drafts, drafts, [True] * len(drafts)),
            self._count(problem_id, self._critic, drafts, finals, revised),
        ]
        for arm_id, programs in ended.items():
            place = {"run_id": self._run, "problem_id": problem_id, "arm_id": arm_id}
            chunk[FailureCount] += [{**place, **row} for row in failure_rows(programs)]

    def _ended(self, row: dict[str, Any], draft: dict[str, Any] | None = None) -> EndedProgram:
        fingerprints = self._shared.traces.fingerprints
        return EndedProgram(
            sample=row["sample"],
            fingerprint=fingerprints[row["trace_id"]],
            created_at=row["created_at"],
            draft_fingerprint=fingerprints[draft["trace_id"]] if draft else "",
            passed=row["verdict"] is Verdict.PASSED if draft else None,
        )

    def _repair(self, key: dict[str, int], final: Verdict, *, copied: bool, chunk: Chunk) -> dict[str, Any]:
        place = {**key, "arm_id": self._critic, "round": 1, "attempt_id": self._next_attempt}
        words = {
            "text": f"The sum is taken of the wrong values, {key['sample']} of them.",
            "shown_trace": "expected 9, got 10",
        }
        chunk[Reflection].append({"id": self._next_revision, **place, **words, "created_at": now()})
        own = {"copied": copied, "edit_size": 0 if copied else 2, "reflection_id": self._next_revision}
        revision = {"id": self._next_revision, **place, **self._execution(final), **own}
        chunk[Revision].append(revision)
        self._next_revision += 1
        return revision

    def _execution(self, verdict: Verdict) -> dict[str, Any]:
        return {
            "text": BODY % self._chance.randrange(50),
            "finish_reason": FinishReason.COMPLETE,
            "seed": self._chance.randrange(1 << 31),
            "prompt_tokens": 60,
            "new_tokens": 48,
            "seconds": 0.2,
            "shape": Shape.BODY,
            "notes": [],
            "import_delta": {},
            "verdict": verdict,
            "verdict_raw": verdict,
            "example_verdict": verdict,
            "unscored_reason": "",
            "trace_id": self._chance.choice(self._shared.traces.of_verdict[verdict]),
            "created_at": now(),
        }

    def _count(
        self, problem_id: int, arm_id: int, drafts: list[Verdict], finals: list[Verdict], written: list[bool]
    ) -> dict[str, Any]:
        marks = "".join(mark(verdict) for verdict in finals)
        draft_marks = "".join(mark(verdict) for verdict in drafts)
        passed = mark(Verdict.PASSED)
        return {
            "run_id": self._run,
            "problem_id": problem_id,
            "arm_id": arm_id,
            "n": len(finals),
            "c": marks.count(passed),
            "fixed": marks.count(passed) - draft_marks.count(passed),
            "prompt_tokens": 60 * sum(written),
            "new_tokens": 48 * sum(written),
            "seconds": 0.2 * sum(written),
            "marks": marks,
            "draft_marks": draft_marks,
            "raw_marks": marks,
            "example_marks": marks,
            "sample_details": {
                "new_tokens": [48 * wrote for wrote in written],
                "edit_size": [0] * len(finals),
                "rounds": [int(wrote and arm_id == self._critic) for wrote in written],
                **dict.fromkeys(("copied", "recited"), [0] * len(finals)),
            },
        }
