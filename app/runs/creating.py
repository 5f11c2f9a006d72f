"""Storing a specification as a run: its problems by row, its arms, its hash."""

from dataclasses import asdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.runs.errors import SpecificationError
from app.runs.specification import ArmSpecification, RunSpecification
from models import Arm, Checkpoint, Problem, ProblemSet, ProblemSetMember, ProblemSetVersion, Run, RunProblem
from models.arm_kinds import ArmKind, CheckpointNeed, TraceShown
from models.enums import CheckpointKind, RunState

UNFINISHED = (RunState.QUEUED, RunState.RUNNING, RunState.PAUSED)


def create_run(session: Session, specification: RunSpecification) -> Run:
    """Store a new run in state `queued`.

    Raises:
        SpecificationError: a problem set or checkpoint is unknown, or a field cannot be used.
    """
    wanted = specification.checked()
    problems = _problems(session, wanted)
    base = find_checkpoint(session, wanted.base, "base")
    checkpoints = [_arm_checkpoint(session, arm, base) for arm in wanted.arms]
    run = Run(
        name=wanted.name,
        specification_hash=_hash(wanted, problems, [base, *checkpoints]),
        base_checkpoint_id=base.id,
        samples=wanted.samples,
        seed=wanted.seed,
        sampling=asdict(wanted.sampling),
        feedback=wanted.feedback,
        gated=wanted.gated,
        rounds=wanted.rounds,
        budget=wanted.budget,
    )
    session.add(run)
    session.flush()
    _add_problems(session, run, problems)
    _add_arms(session, run, wanted, base, checkpoints)
    session.flush()
    return run


def find_unfinished(session: Session, specification: RunSpecification) -> Run | None:
    """The newest unfinished run of exactly this specification, to go on with after an interruption."""
    wanted = specification.checked()
    problems = _problems(session, wanted)
    base = find_checkpoint(session, wanted.base, "base")
    checkpoints = [_arm_checkpoint(session, arm, base) for arm in wanted.arms]
    return session.scalars(
        select(Run)
        .where(Run.specification_hash == _hash(wanted, problems, [base, *checkpoints]), Run.state.in_(UNFINISHED))
        .order_by(Run.id.desc())
    ).first()


def find_checkpoint(session: Session, name: str, field: str) -> Checkpoint:
    """The stored checkpoint called `name` whose files are still there."""
    found = session.scalars(select(Checkpoint).where(Checkpoint.name == name)).first()
    if found is None:
        known = session.scalars(select(Checkpoint.name).order_by(Checkpoint.name).limit(10)).all()
        raise SpecificationError(
            field, f"{field}: no checkpoint is called {name!r}; the store knows {', '.join(known) or 'none'}."
        )
    if field == "base" and found.kind is CheckpointKind.CRITIC:
        raise SpecificationError(field, f"{field}: {name!r} is a critic and cannot draft.")
    if found.deleted_at is not None:
        raise SpecificationError(field, f"{field}: the files of checkpoint {name!r} were deleted.")
    return found


def _arm_checkpoint(session: Session, arm: ArmSpecification, base: Checkpoint) -> Checkpoint | None:
    if not arm.checkpoint:
        return None
    found = find_checkpoint(session, arm.checkpoint, "arms")
    needs, is_critic = arm.kind.needs, found.kind is CheckpointKind.CRITIC
    if needs is CheckpointNeed.NONE or (needs is CheckpointNeed.ANY and is_critic):
        raise SpecificationError("arms", f"arms: {arm.kind} does not use {found.name!r}: it asks a base.")
    if needs is CheckpointNeed.CRITIC and not is_critic:
        raise SpecificationError("arms", f"arms: {found.name!r} is no critic.")
    if is_critic and found.base_id != base.id:
        raise SpecificationError(
            "arms", f"arms: the critic {found.name!r} stands on another base than {base.name!r}."
        )
    return found


def _problems(session: Session, wanted: RunSpecification) -> list[tuple[ProblemSetVersion, Problem]]:
    found: list[tuple[ProblemSetVersion, Problem]] = []
    for name in wanted.problem_sets:
        version = session.scalars(
            select(ProblemSetVersion)
            .join(ProblemSet)
            .where(ProblemSet.name == name)
            .order_by(ProblemSetVersion.number.desc())
        ).first()
        if version is None:
            known = session.scalars(select(ProblemSet.name).order_by(ProblemSet.name)).all()
            raise SpecificationError(
                "problem_sets", f"No problem set is called {name!r}; the store knows {', '.join(known) or 'none'}."
            )
        members = select(Problem).join(ProblemSetMember).where(ProblemSetMember.version_id == version.id)
        rows = session.scalars(members.order_by(ProblemSetMember.position).limit(wanted.limit)).all()
        found.extend((version, problem) for problem in rows)
    problems = _once(found)
    shuffled = [arm.kind for arm in wanted.arms if arm.kind.trace_shown is TraceShown.OTHER_PROBLEM]
    if len(problems) < 2 and shuffled:
        raise SpecificationError(
            "arms", f"The arm {shuffled[0]} shows the trace of another problem: a run of one problem has none."
        )
    return problems


def _once(found: list[tuple[ProblemSetVersion, Problem]]) -> list[tuple[ProblemSetVersion, Problem]]:
    """A problem that two sets share is one problem of the run."""
    seen: dict[int, tuple[ProblemSetVersion, Problem]] = {}
    for version, problem in found:
        seen.setdefault(problem.id, (version, problem))
    return list(seen.values())


def _hash(
    wanted: RunSpecification,
    problems: list[tuple[ProblemSetVersion, Problem]],
    checkpoints: list[Checkpoint | None],
) -> str:
    hashes = [checkpoint.content_hash if checkpoint else "" for checkpoint in checkpoints]
    return wanted.hash_with([problem.content_hash for _, problem in problems], hashes)


def _add_problems(session: Session, run: Run, problems: list[tuple[ProblemSetVersion, Problem]]) -> None:
    session.add_all(
        RunProblem(run_id=run.id, problem_id=problem.id, version_id=version.id, position=position)
        for position, (version, problem) in enumerate(problems)
    )


def _add_arms(
    session: Session, run: Run, wanted: RunSpecification, base: Checkpoint, checkpoints: list[Checkpoint | None]
) -> None:
    session.add(Arm(run_id=run.id, position=0, name="base", kind=ArmKind.BASE, checkpoint_id=base.id))
    for position, (arm, checkpoint) in enumerate(zip(wanted.arms, checkpoints, strict=True), start=1):
        session.add(
            Arm(
                run_id=run.id,
                position=position,
                name=arm.label,
                kind=arm.kind,
                checkpoint_id=checkpoint.id if checkpoint else base.id,
                settings=asdict(arm.sampling),
            )
        )
