"""What all runs of the benchmarks' large store share: problems, checkpoints, a ruler, programs and traces.

In: a session and a size. Out: their ids. Texts repeat, as a small model's do.
"""

import random
from dataclasses import dataclass

from sqlalchemy import insert
from sqlalchemy.orm import Session

import models
from benchmarks.big_traces import BigTraces, fill_traces
from models import Problem, RulerIdentity
from models.base import content_hash
from models.enums import CheckpointKind, Harness, Verdict

VERDICTS = (Verdict.PASSED, Verdict.ASSERTION, Verdict.TYPE, Verdict.PANIC, Verdict.TIMEOUT_RUN, Verdict.SYNTAX)
WEIGHTS = (45, 25, 14, 8, 3, 5)
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

    problems: int
    samples: int
    runs: int

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
    traces: BigTraces


def share_rows(session: Session, size: Size) -> Shared:
    base = _checkpoint(CheckpointKind.BASE)
    ruler = RulerIdentity(digest=content_hash("bench"), go_version="go1.27.3")
    owner = models.ProblemSet(name="bench", source="made by tekhne bench pages", licence="Apache-2.0")
    version = models.ProblemSetVersion(number=1, content_hash=content_hash("bench set"))
    owner.versions.append(version)
    session.add_all([base, ruler, owner])
    session.flush()
    critic = _checkpoint(CheckpointKind.CRITIC, base_id=base.id)
    problems = [_problem(number) for number in range(size.problems)]
    session.add_all([critic, *problems])
    session.flush()
    session.execute(
        insert(models.ProblemSetMember),
        [{"version_id": version.id, "problem_id": row.id, "position": n} for n, row in enumerate(problems)],
    )
    return Shared(
        version_id=version.id,
        problem_ids=[row.id for row in problems],
        base_id=base.id,
        critic_id=critic.id,
        ruler_id=ruler.id,
        traces=fill_traces(session, ruler.id, random.Random(3).choices(VERDICTS, WEIGHTS, k=100), size.attempts),
    )


def _checkpoint(kind: CheckpointKind, base_id: int | None = None) -> models.Checkpoint:
    return models.Checkpoint(
        name=f"bench-{kind}", kind=kind, location="-", content_hash=content_hash(kind), base_id=base_id
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
