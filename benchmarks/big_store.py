"""A large store for the benchmark of the pages: problems × samples × runs, filled by bulk inserts.

In: an open, migrated store and a size. Out: run ids. What one run consists of is in `big_run`.
"""

import random

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from benchmarks.big_run import BODY, VERDICTS, RunFiller, RunIds, Shared, Size
from cli.errors import CommandError
from models import (
    Arm,
    Checkpoint,
    Problem,
    ProblemSet,
    ProblemSetMember,
    ProblemSetVersion,
    Program,
    RulerIdentity,
    Run,
    RunProblem,
    Store,
    Trace,
)
from models.arm_kinds import ArmKind
from models.base import content_hash, now
from models.enums import CheckpointKind, Harness, RunState, Stage, Verdict

NAME = "bench run"


def fill(store: Store, size: Size) -> list[int]:
    """Fill an empty store, or find what an earlier call filled; the runs' ids.

    Raises:
        CommandError: the store holds something else.
    """
    found = _filled(store, size)
    if found:
        return found
    chance = random.Random(17)
    with store.writer() as session:
        shared = _share(session, size)
    return [_run(store, shared, size, number, chance) for number in range(size.runs)]


def _filled(store: Store, size: Size) -> list[int]:
    """The runs of a store that holds exactly what would be filled; none of an empty one."""
    with store.reader() as session:
        runs = session.execute(select(Run.id, Run.name, Run.samples, Run.state).order_by(Run.id)).all()
        problems = session.scalar(select(func.count(Problem.id)))
    if not runs and not problems:
        return []
    wanted = [(f"{NAME} {number}", size.samples, RunState.DONE) for number in range(size.runs)]
    if [(name, samples, state) for _, name, samples, state in runs] != wanted or problems != size.problems:
        raise CommandError(
            "The store of --store holds something else than a benchmark of this size: name an empty one, or leave "
            "--store out."
        )
    return [run_id for run_id, *_ in runs]


def _share(session: Session, size: Size) -> Shared:
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
    return Shared(
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


def _run(store: Store, shared: Shared, size: Size, number: int, chance: random.Random) -> int:
    with store.writer() as session:
        run = Run(
            name=f"{NAME} {number}",
            state=RunState.RUNNING,
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
        ids = RunIds(run=run.id, base=base.id, critic=critic.id)
    RunFiller(store, shared, size, ids, chance).fill()
    with store.writer() as session:
        # Last, so that a fill that was interrupted is not taken for a whole one.
        session.get_one(Run, ids.run).state = RunState.DONE
    return ids.run
