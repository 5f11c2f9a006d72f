"""Stores filled with believable runs, for tests and for pictures of the pages.

In: an open store, how many problems and samples. Out: rows of attempts, traces, reflections, revisions and counts
that agree with each other. Everything is drawn from a seed; no Go is run (`tests/go_samples.py`
says what each answer would have got).
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import (
    Arm,
    Attempt,
    Checkpoint,
    Problem,
    ProblemOrigin,
    ProblemSet,
    ProblemSetMember,
    ProblemSetVersion,
    RulerIdentity,
    Run,
    RunProblem,
    Store,
)
from models.arm_kinds import ArmKind
from models.base import content_hash
from models.enums import CheckpointKind, Harness, Origin, OriginSource, RunKind, RunState
from tests.go_samples import SAMPLES, GoSample
from tests.run_filler import RunFiller

START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
TEST_SETUP = 'package main\n\nimport (\n\t"testing"\n\n\t"github.com/stretchr/testify/assert"\n)\n'


@dataclass(frozen=True, kw_only=True)
class Chances:
    """How often a sample ends in which way; what is left over fails and stays failed."""

    draft_passes: float = 0.45
    import_only: float = 0.08
    """Of the passing drafts: those that pass only with imports fixed."""
    critic_fixes: float = 0.4
    """Of the failing drafts."""
    critic_copies: float = 0.15
    resample_passes: float = 0.5
    unscored: float = 0.01


class StoreFactory:
    """Adds problem sets and runs to one store."""

    def __init__(self, store: Store, *, seed: int = 7) -> None:
        self.store = store
        self._random = random.Random(seed)
        self._runs = 0

    def problem_set(self, name: str = "tekhne-fresh", problems: int = 12) -> int:
        """A set with one version; its id is returned. Task ids are `NAME/0`, `NAME/1`, …"""
        with self.store.writer() as session:
            rows = [_problem(f"{name}/{number}", number) for number in range(problems)]
            session.add_all(rows)
            owner = ProblemSet(name=name, source="written for Tekhne", licence="Apache-2.0", created_at=START)
            version = ProblemSetVersion(number=1, content_hash=content_hash(name), created_at=START)
            version.members = [ProblemSetMember(problem=row, position=i) for i, row in enumerate(rows)]
            owner.versions.append(version)
            session.add(owner)
            session.flush()
            return version.id

    def run(
        self,
        version_id: int,
        *,
        name: str = "critic against resampling",
        samples: int = 4,
        state: RunState = RunState.DONE,
        gated: bool = True,
        arms: Sequence[ArmKind] = (ArmKind.BASE, ArmKind.CRITIC, ArmKind.RESAMPLE),
        chances: Chances | None = None,
        origin: Origin = Origin.UNSEEN,
    ) -> int:
        """One finished (or half-finished) experiment over a version of a set; its id is returned."""
        with self.store.writer() as session:
            run = self._run_row(session, name, samples, state, gated)
            self._origin(session, run, version_id, origin)
            run.arms = [
                Arm(position=i, name=str(kind), kind=kind, checkpoint_id=_checkpoint_of(session, kind))
                for i, kind in enumerate(arms)
            ]
            problems = _problems_of(session, version_id)
            for position, problem in enumerate(problems):
                session.add(RunProblem(run_id=run.id, problem=problem, version_id=version_id, position=position))
            session.flush()
            unfinished = 0 if state is RunState.DONE else len(problems) // 3
            filler = RunFiller(session, run, self._random, chances or Chances())
            for problem in problems[: len(problems) - unfinished]:
                filler.fill(problem)
            return run.id

    def rerun(self, parent_id: int, problem_id: int, *, drafts: int = 1) -> int:
        """The critic once more on the first drafts of one problem of a run; the id of the small run is returned."""
        with self.store.writer() as session:
            parent = session.get_one(Run, parent_id)
            membership = session.get_one(RunProblem, (parent_id, problem_id))
            attempts = session.scalars(
                select(Attempt)
                .where(Attempt.arm_id == parent.arms[0].id, Attempt.problem_id == problem_id)
                .order_by(Attempt.sample)
                .limit(drafts)
            ).all()
            run = self._run_row(session, f"re-run of {parent.name}", drafts, RunState.DONE, gated=False)
            run.kind, run.parent_id = RunKind.RERUN, parent_id
            kind = ArmKind.CRITIC
            run.arms = [Arm(position=0, name=str(kind), kind=kind, checkpoint_id=_checkpoint_of(session, kind))]
            problem = session.get_one(Problem, problem_id)
            session.add(RunProblem(run_id=run.id, problem=problem, version_id=membership.version_id, position=0))
            session.flush()
            RunFiller(session, run, self._random, Chances(unscored=0.0)).repair_again(problem, list(attempts))
            return run.id

    def _run_row(self, session: Session, name: str, samples: int, state: RunState, gated: bool) -> Run:
        self._runs += 1
        started = START + timedelta(hours=self._runs)
        run = Run(
            name=name,
            state=state,
            samples=samples,
            gated=gated,
            specification_hash=content_hash(name, str(self._runs)),
            base_checkpoint_id=_checkpoint_of(session, ArmKind.BASE),
            sampling={"temperature": 0.8, "top_p": 0.95, "max_new_tokens": 256},
            ruler_id=_ruler(session).id,
            revision_number=1,
            created_at=started,
            started_at=started,
            finished_at=started + timedelta(minutes=3) if state is RunState.DONE else None,
        )
        session.add(run)
        session.flush()
        return run

    def _origin(self, session: Session, run: Run, version_id: int, origin: Origin) -> None:
        if origin is Origin.UNKNOWN:
            return
        for problem in _problems_of(session, version_id):
            if session.get(ProblemOrigin, (run.base_checkpoint_id, problem.text_hash)) is None:
                said = ProblemOrigin(checkpoint_id=run.base_checkpoint_id, text_hash=problem.text_hash)
                said.origin, said.known_by, said.evidence = origin, OriginSource.DECLARED, "test"
                session.add(said)


def _problem(task_id: str, number: int) -> Problem:
    sample: GoSample = SAMPLES[number % len(SAMPLES)]
    comment = "\n".join(f"// {line}" for line in sample.description.splitlines())
    imports = "".join(f'import "{name}"\n' for name in sample.imports)
    return Problem(
        task_id=task_id,
        content_hash=content_hash(task_id),
        # The samples are few: by their prompts, many problems would be the same.
        text_hash=content_hash(task_id),
        entry_point=sample.entry_point,
        description=sample.description,
        prompt=f"{imports}\n{comment}\n{sample.signature}\n",
        declaration=sample.signature,
        imports=imports,
        canonical_solution=sample.right,
        harness=Harness.GO_TEST,
        test_setup=TEST_SETUP,
        example_tests=_tests(sample.entry_point, [sample.example_check]),
        hidden_tests=_tests(sample.entry_point, [sample.example_check, *sample.hidden_checks]),
    )


def _tests(entry_point: str, checks: Sequence[str]) -> str:
    body = "".join(f"\t{check}\n" for check in checks)
    return f"func Test{entry_point}(t *testing.T) {{\n\tassert := assert.New(t)\n{body}}}\n"


def _problems_of(session: Session, version_id: int) -> list[Problem]:
    return [member.problem for member in session.get_one(ProblemSetVersion, version_id).members]


def _checkpoint_of(session: Session, kind: ArmKind) -> int:
    name = "demo-critic" if kind.repairs else "demo-base"
    row = session.query(Checkpoint).filter_by(name=name).one_or_none()
    if row is None:
        role = CheckpointKind.CRITIC if kind.repairs else CheckpointKind.BASE
        base_id = _checkpoint_of(session, ArmKind.BASE) if kind.repairs else None
        row = Checkpoint(
            name=name, kind=role, location=f"models/{name}", content_hash=content_hash(name), base_id=base_id,
            layers=18 if kind.repairs else 16, parameters=6_700_000, reads_recorded=kind.repairs, created_at=START,
        )  # fmt: skip
        session.add(row)
        session.flush()
    return row.id


def _ruler(session: Session) -> RulerIdentity:
    row = session.query(RulerIdentity).one_or_none()
    if row is None:
        row = RulerIdentity(digest=content_hash("ruler"), go_version="go1.27.3", created_at=START)
        session.add(row)
        session.flush()
    return row
