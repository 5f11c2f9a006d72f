"""A large store for the benchmark of the pages: problems × samples × runs, filled by bulk inserts.

In: an open, migrated store and a size. Out: run ids. Rows are consistent (counts follow from attempts and revisions)
and varied enough that every filter finds something; texts repeat, as small models' do.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from models import (
    Arm,
    Attempt,
    Checkpoint,
    Problem,
    ProblemSet,
    ProblemSetMember,
    ProblemSetVersion,
    Program,
    Reflection,
    Revision,
    RulerIdentity,
    Run,
    RunProblem,
    RunProblemCount,
    Store,
    Trace,
)
from models.base import content_hash, now
from models.enums import ArmKind, CheckpointKind, FinishReason, Harness, RunState, Shape, Stage, Verdict
from models.marks import mark

VERDICTS = (Verdict.PASSED, Verdict.ASSERTION, Verdict.TYPE, Verdict.PANIC, Verdict.TIMEOUT_RUN, Verdict.SYNTAX)
WEIGHTS = (45, 25, 14, 8, 3, 5)
CHUNK = 20_000
BODY = """	total := 0
	for _, value := range values {
		if value > limit {
			total += value * %d
		}
	}
	return total
}
"""


@dataclass(frozen=True, kw_only=True)
class Size:
    """How large the store is: `problems` × `samples` × `runs` attempts."""

    problems: int = 1_000
    samples: int = 200
    runs: int = 5

    @property
    def attempts(self) -> int:
        return self.problems * self.samples * self.runs


@dataclass(frozen=True, kw_only=True)
class _Shared:
    """Rows that all runs share."""

    version_id: int
    problem_ids: list[int]
    base_id: int
    critic_id: int
    ruler_id: int
    trace_of: dict[Verdict, int]


def fill(store: Store, size: Size) -> list[int]:
    """Fill an empty store; the runs' ids."""
    chance = random.Random(17)
    with store.writer() as session:
        shared = _share(session, size)
    return [_run(store, shared, size, number, chance) for number in range(size.runs)]


def _share(session: Session, size: Size) -> _Shared:
    base = Checkpoint(name="bench-base", kind=CheckpointKind.BASE, location="-", content_hash=content_hash("base"))
    ruler = RulerIdentity(digest=content_hash("bench"), go_version="go1.27.3")
    owner = ProblemSet(name="bench", source="made by tekhne bench pages", licence="Apache-2.0")
    version = ProblemSetVersion(number=1, content_hash=content_hash("bench set"))
    owner.versions.append(version)
    session.add_all([base, ruler, owner])
    session.flush()
    critic = Checkpoint(
        name="bench-critic",
        kind=CheckpointKind.CRITIC,
        location="-",
        content_hash=content_hash("critic"),
        base_id=base.id,
    )
    problems = [_problem(number) for number in range(size.problems)]
    session.add_all([critic, *problems])
    session.flush()
    session.execute(
        insert(ProblemSetMember),
        [{"version_id": version.id, "problem_id": row.id, "position": n} for n, row in enumerate(problems)],
    )
    return _Shared(
        version_id=version.id,
        problem_ids=[row.id for row in problems],
        base_id=base.id,
        critic_id=critic.id,
        ruler_id=ruler.id,
        trace_of={verdict: _trace(session, ruler, verdict) for verdict in VERDICTS},
    )


def _problem(number: int) -> Problem:
    name = f"SumAbove{number}"
    signature = f"func {name}(values []int, limit int) int {{\n"
    return Problem(
        content_hash=content_hash("bench", str(number)),
        task_id=f"bench/{number}",
        entry_point=name,
        description=f"Return the sum of the values above limit, each taken {number} times.\nAn empty list gives 0.",
        prompt=f"// {name} sums what is above limit.\n{signature}",
        declaration=signature,
        harness=Harness.GO_TEST,
        test_setup='package main\n\nimport (\n\t"testing"\n\n\t"github.com/stretchr/testify/assert"\n)\n',
        example_tests=f"func TestExample{name}(t *testing.T) {{\n\tassert.Equal(t, 0, {name}(nil, 1))\n}}\n",
        hidden_tests=f"func TestHidden{name}(t *testing.T) {{\n\tassert.Equal(t, 9, {name}([]int{{9}}, 1))\n}}\n",
        canonical_solution=BODY % number,
    )


def _trace(session: Session, ruler: RulerIdentity, verdict: Verdict) -> int:
    program = Program(content_hash=content_hash("program", verdict), source=f"package main\n// {verdict}\n")
    session.add(program)
    session.flush()
    failed = verdict is not Verdict.PASSED
    row = Trace(
        program_id=program.id,
        tests_hash=content_hash("tests"),
        ruler_id=ruler.id,
        verdict=verdict,
        stage=Stage.RUN,
        message=f"candidate.go:4:3: {verdict}: expected 9, got 10" if failed else "",
        line=4 if failed else None,
        column=3 if failed else None,
    )
    session.add(row)
    session.flush()
    return row.id


def _run(store: Store, shared: _Shared, size: Size, number: int, chance: random.Random) -> int:
    with store.writer() as session:
        run = Run(
            name=f"bench run {number}",
            state=RunState.DONE,
            specification_hash=content_hash("bench", str(number)),
            base_checkpoint_id=shared.base_id,
            samples=size.samples,
            seed=number,
            sampling={"temperature": 0.8, "top_p": 0.95, "max_new_tokens": 512},
            ruler_id=shared.ruler_id,
            revision_number=1,
            started_at=now(),
            finished_at=now(),
        )
        session.add(run)
        session.flush()
        base = Arm(run_id=run.id, position=0, name="base", kind=ArmKind.BASE, checkpoint_id=shared.base_id)
        critic = Arm(run_id=run.id, position=1, name="critic", kind=ArmKind.CRITIC, checkpoint_id=shared.critic_id)
        session.add_all([base, critic])
        session.flush()
        session.execute(
            insert(RunProblem),
            [
                {"run_id": run.id, "problem_id": problem, "version_id": shared.version_id, "position": place}
                for place, problem in enumerate(shared.problem_ids)
            ],
        )
        ids = (run.id, base.id, critic.id)
    filler = _Filler(store, shared, size, ids, chance)
    filler.fill()
    return ids[0]


class _Filler:
    """Writes one run's attempts, revisions and counts, a chunk at a time."""

    def __init__(
        self, store: Store, shared: _Shared, size: Size, ids: tuple[int, int, int], chance: random.Random
    ) -> None:
        self._store = store
        self._shared = shared
        self._size = size
        self._run, self._base, self._critic = ids
        self._chance = chance
        self._next_attempt = (self._run - 1) * size.problems * size.samples + 1
        self._next_revision = (self._run - 1) * size.problems * size.samples + 1

    def fill(self) -> None:
        for chunk in self._chunks():
            with self._store.writer() as session:
                for table, rows in chunk.items():
                    if rows:
                        session.execute(insert(table), rows)

    def _chunks(self) -> Iterator[dict[Any, list[dict[str, Any]]]]:
        chunk: dict[Any, list[dict[str, Any]]] = {
            table: [] for table in (Attempt, Reflection, Revision, RunProblemCount)
        }
        for problem_id in self._shared.problem_ids:
            self._problem(problem_id, chunk)
            if len(chunk[Attempt]) >= CHUNK:
                yield chunk
                chunk = {table: [] for table in chunk}
        yield chunk

    def _problem(self, problem_id: int, chunk: dict[Any, list[dict[str, Any]]]) -> None:
        drafts = self._chance.choices(VERDICTS, WEIGHTS, k=self._size.samples)
        finals = [
            draft if draft is Verdict.PASSED or self._chance.random() > 0.2 else Verdict.PASSED for draft in drafts
        ]
        for sample, (draft, final) in enumerate(zip(drafts, finals, strict=True)):
            key = {"run_id": self._run, "problem_id": problem_id, "sample": sample}
            attempt = {"id": self._next_attempt, "arm_id": self._base, **key, **self._execution(draft)}
            chunk[Attempt].append(attempt)
            if draft is not Verdict.PASSED:
                self._repair(key, final, copied=final is draft and sample % 3 == 0, chunk=chunk)
            self._next_attempt += 1
        chunk[RunProblemCount].extend(self._counts(problem_id, drafts, finals))

    def _repair(
        self, key: dict[str, int], final: Verdict, *, copied: bool, chunk: dict[Any, list[dict[str, Any]]]
    ) -> None:
        place = {**key, "arm_id": self._critic, "round": 1, "attempt_id": self._next_attempt}
        words = {"text": "The sum is taken of the wrong values.", "shown_trace": "expected 9, got 10"}
        chunk[Reflection].append(
            {"id": self._next_revision, **place, **words, "new_tokens": 12, "seconds": 0.1, "created_at": now()}
        )
        revision = {**self._execution(final), "copied": copied, "edit_size": 0 if copied else 2}
        chunk[Revision].append(
            {"id": self._next_revision, "reflection_id": self._next_revision, **place, **revision}
        )
        self._next_revision += 1

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
            "trace_id": self._shared.trace_of[verdict],
            "created_at": now(),
        }

    def _counts(self, problem_id: int, drafts: list[Verdict], finals: list[Verdict]) -> list[dict[str, Any]]:
        fixed = sum(d is not Verdict.PASSED and f is Verdict.PASSED for d, f in zip(drafts, finals, strict=True))
        revised = [draft is not Verdict.PASSED for draft in drafts]
        return [
            self._count(problem_id, self._base, drafts, drafts, [True] * len(drafts), fixed=0),
            self._count(problem_id, self._critic, drafts, finals, revised, fixed=fixed),
        ]

    def _count(
        self,
        problem_id: int,
        arm_id: int,
        drafts: list[Verdict],
        finals: list[Verdict],
        written: list[bool],
        *,
        fixed: int,
    ) -> dict[str, Any]:
        marks = "".join(mark(verdict) for verdict in finals)
        return {
            "run_id": self._run,
            "problem_id": problem_id,
            "arm_id": arm_id,
            "n": len(finals),
            "c": sum(verdict is Verdict.PASSED for verdict in finals),
            "fixed": fixed,
            "prompt_tokens": 60 * sum(written),
            "new_tokens": 48 * sum(written),
            "seconds": 0.2 * sum(written),
            "marks": marks,
            "draft_marks": "".join(mark(verdict) for verdict in drafts),
            "raw_marks": marks,
            "example_marks": marks,
            "sample_details": {
                "new_tokens": [48 * one for one in written],
                "edit_size": [0] * len(finals),
                "rounds": [int(one and arm_id == self._critic) for one in written],
                "copied": [0] * len(finals),
            },
        }
