"""From a specification to a stored run, and back to a run that was begun with the same one.

In: a `RunSpecification`. Out: rows of `run`, `arm` and `run_problem` in state `queued`. No queue is told.
Pages, commands and investigations create their runs by this alone.
"""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.arm_kinds import ArmKind, CheckpointNeed, TraceShown
from models.checkpoint import Checkpoint
from models.enums import CheckpointKind, RunState, TestsKind
from models.problem import Problem, ProblemSet, ProblemSetMember, ProblemSetVersion, newest_version
from models.run import Arm, Run, RunProblem
from models.specification import ArmSpecification, RunSpecification, SpecificationError

ACTIVE = (RunState.QUEUED, RunState.RUNNING)
UNFINISHED = (*ACTIVE, RunState.PAUSED)

_Problems = Sequence[tuple[ProblemSetVersion, Problem]]


def create_run(session: Session, wanted: RunSpecification) -> Run:
    """Store a new run in state `queued`.

    Raises:
        SpecificationError: a problem set or checkpoint is unknown, or does not fit.
    """
    problems = _problems(session, wanted)
    base, checkpoints = _checkpoints(session, wanted)
    wanted = _with_gate(wanted, problems)
    run = Run(
        name=wanted.label,
        specification_hash=_hash(wanted, problems, [base, *checkpoints]),
        base_checkpoint_id=base.id,
        samples=wanted.samples,
        seed=wanted.seed,
        sampling=wanted.sampling.model_dump(),
        feedback=wanted.feedback,
        gated=wanted.gated,
        gate=wanted.gate,
        rounds=wanted.rounds,
        budget=wanted.budget,
        token_confidence=wanted.token_confidence,
    )
    session.add(run)
    session.flush()
    session.add_all(
        RunProblem(run_id=run.id, problem_id=problem.id, version_id=version.id, position=position)
        for position, (version, problem) in enumerate(problems)
    )
    session.add(Arm(run_id=run.id, position=0, name="base", kind=ArmKind.BASE, checkpoint_id=base.id))
    for position, (arm, checkpoint) in enumerate(zip(wanted.arms, checkpoints, strict=True), start=1):
        session.add(
            Arm(
                run_id=run.id,
                position=position,
                name=arm.label,
                kind=arm.kind,
                checkpoint_id=checkpoint.id if checkpoint else base.id,
                settings=(arm.sampling or wanted.sampling).model_dump(),
            )
        )
    session.flush()
    return run


def find_unfinished(
    session: Session, wanted: RunSpecification, states: Sequence[RunState] = UNFINISHED
) -> Run | None:
    """The newest unfinished run of exactly this specification, to go on with after an interruption."""
    base, checkpoints = _checkpoints(session, wanted)
    problems = _problems(session, wanted)
    digest = _hash(_with_gate(wanted, problems), problems, [base, *checkpoints])
    same = select(Run).where(Run.specification_hash == digest, Run.state.in_(states))
    return session.scalars(same.order_by(Run.id.desc())).first()


def _checkpoints(session: Session, wanted: RunSpecification) -> tuple[Checkpoint, list[Checkpoint | None]]:
    base = _checkpoint(session, wanted.base, "base")
    if base.kind is CheckpointKind.CRITIC:
        raise SpecificationError("base", f"base: {base.name!r} is a critic and cannot draft.")
    return base, [_arm_checkpoint(session, arm, base) for arm in wanted.arms]


def _checkpoint(session: Session, name: str, field: str) -> Checkpoint:
    """The stored checkpoint called `name` whose files are still there."""
    found = session.scalars(select(Checkpoint).where(Checkpoint.name == name)).first()
    if found is None:
        known = session.scalars(select(Checkpoint.name).order_by(Checkpoint.name).limit(10)).all()
        raise SpecificationError(
            field, f"{field}: no checkpoint is called {name!r}; the store knows {', '.join(known) or 'none'}."
        )
    if found.deleted_at is not None:
        raise SpecificationError(field, f"{field}: the files of checkpoint {name!r} were deleted.")
    return found


def _arm_checkpoint(session: Session, arm: ArmSpecification, base: Checkpoint) -> Checkpoint | None:
    if not arm.checkpoint:
        return None
    found = _checkpoint(session, arm.checkpoint, "arms")
    needs, is_critic = arm.kind.needs, found.kind is CheckpointKind.CRITIC
    if needs is CheckpointNeed.NONE or (needs is CheckpointNeed.ANY and is_critic):
        raise SpecificationError("arms", f"arms: {arm.kind} does not use {found.name!r}: it asks a base.")
    if needs is CheckpointNeed.CRITIC and not is_critic:
        raise SpecificationError("arms", f"arms: {found.name!r} is not a critic.")
    if is_critic and found.base_id != base.id:
        raise SpecificationError(
            "arms", f"arms: the critic {found.name!r} was trained on another base than {base.name!r}."
        )
    return found


def _problems(session: Session, wanted: RunSpecification) -> _Problems:
    """The problems of the newest versions, in order; one that two sets share is there once."""
    found: dict[int, tuple[ProblemSetVersion, Problem]] = {}
    for name in wanted.problem_sets:
        version = newest_version(session, name)
        if version is None:
            known = session.scalars(select(ProblemSet.name).order_by(ProblemSet.name)).all()
            raise SpecificationError(
                "problem_sets",
                f"problem_sets: no problem set is called {name!r}; the store knows {', '.join(known) or 'none'}.",
            )
        members = select(Problem).join(ProblemSetMember).where(ProblemSetMember.version_id == version.id)
        for problem in session.scalars(members.order_by(ProblemSetMember.position).limit(wanted.limit)):
            found.setdefault(problem.id, (version, problem))
    shuffled = [arm.kind for arm in wanted.arms if arm.kind.needs_other_problem]
    if shuffled and len(found) < 2:
        what = "trace" if shuffled[0].trace_shown is TraceShown.OTHER_PROBLEM else "reflection"
        raise SpecificationError(
            "arms", f"arms: {shuffled[0]} shows the {what} of another problem: a run of one problem has none."
        )
    return list(found.values())


def _with_gate(wanted: RunSpecification, problems: _Problems) -> RunSpecification:
    """With the tests that gate the run: the example tests, unless it says otherwise or a problem has none."""
    bare = next((problem.task_id for _, problem in problems if not problem.example_tests), None)
    if wanted.gate is TestsKind.EXAMPLE and bare is not None:
        raise SpecificationError(
            "gate", f"gate: {bare!r} has no example tests, so only hidden tests can gate this run."
        )
    default = TestsKind.EXAMPLE if bare is None else TestsKind.HIDDEN
    return wanted if wanted.gate else wanted.model_copy(update={"gate": default})


def _hash(wanted: RunSpecification, problems: _Problems, checkpoints: Sequence[Checkpoint | None]) -> str:
    hashes = [checkpoint.content_hash if checkpoint else "" for checkpoint in checkpoints]
    return wanted.hash_with([problem.content_hash for _, problem in problems], hashes)
