"""Rows of a measured memory card, as a test's store needs them: every problem of the run stands above the controls."""

from sqlalchemy import select, update

from models import Attempt, Checkpoint, MemoryCard, MemoryScore, Problem, Run, RunProblem, Store
from models.base import now
from models.enums import CheckpointKind, Verdict
from worker.runs.counting import recount


def mark_recited(store: Store, run_id: int) -> None:
    """Every pass of the run's drafts is the canonical solution."""
    with store.writer() as session:
        passed = select(Attempt.id).where(Attempt.run_id == run_id, Attempt.verdict == Verdict.PASSED)
        session.execute(update(Attempt).where(Attempt.id.in_(passed)).values(recited=True))
        session.execute(update(Problem).values(canonical_solution="\treturn 1\n}\n"))
        recount(session, run_id)


def put_card(store: Store, run_id: int) -> int:
    """A finished card of the run's base, in which every problem stands above the controls; the base's id."""
    with store.writer() as session:
        run = session.get_one(Run, run_id)
        if run.base_checkpoint_id is None:
            base = Checkpoint(name="mine", kind=CheckpointKind.BASE, location="m", content_hash="m")
            session.add(base)
            session.flush()
            run.base_checkpoint_id = base.id
        members = session.execute(
            select(RunProblem.problem_id, RunProblem.version_id, Problem.task_id)
            .join(Problem, Problem.id == RunProblem.problem_id)
            .where(RunProblem.run_id == run_id)
        ).all()
        card = MemoryCard(
            checkpoint_id=run.base_checkpoint_id, version_id=members[0].version_id, identity="i", finished_at=now()
        )
        session.add(card)
        session.flush()
        for place in range(len(members) + 40):
            own = members[place] if place < len(members) else None
            session.add(
                MemoryScore(
                    card_id=card.id, position=place, problem_id=own.problem_id if own else None,
                    task_id=own.task_id if own else f"c/{place}", is_control=own is None, tokens=40,
                    logprob=-0.1 if own else -1.0, logprob_alone=-2.0, min_k=-3.0, min_k_plus=None,
                    name_gain=(3.0 if own else 0.0) + place / 100, recited=0.9 if own else 0.1, prompt_recited=0.2,
                )
            )  # fmt: skip
        run.revision_number += 1
        return run.base_checkpoint_id
