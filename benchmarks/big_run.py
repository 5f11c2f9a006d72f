"""One run of the benchmark's large store: its attempts, reflections, revisions and counts, by bulk inserts.

In: the run's ids and what all runs share. Rows are consistent (counts follow from attempts and revisions) and varied
enough that every filter finds something; texts repeat, as small models' do.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert

from models import Attempt, Reflection, Revision, RunProblemCount, Store
from models.base import now
from models.counts import mark
from models.enums import FinishReason, Shape, Verdict

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
class Shared:
    """Rows that all runs share."""

    version_id: int
    problem_ids: list[int]
    base_id: int
    critic_id: int
    ruler_id: int
    trace_of: dict[Verdict, int]


@dataclass(frozen=True, kw_only=True)
class RunIds:
    """The run and its two arms."""

    run: int
    base: int
    critic: int


class RunFiller:
    """Writes one run's attempts, revisions and counts, a chunk at a time."""

    def __init__(self, store: Store, shared: Shared, size: Size, ids: RunIds, chance: random.Random) -> None:
        self._store = store
        self._shared = shared
        self._size = size
        self._run, self._base, self._critic = ids.run, ids.base, ids.critic
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
        chunk[Reflection].append({"id": self._next_revision, **place, **words, "created_at": now()})
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
