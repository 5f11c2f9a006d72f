"""A lineage in a store: a base and one that was trained from it, with a run of each on one set, and their drift."""

from dataclasses import dataclass

from sqlalchemy import select

from models import Arm, Checkpoint, Drift, RunProblem, Store
from models.arm_kinds import ArmKind
from models.enums import CheckpointKind
from models.run import Run
from tests.store_factory import Chances, StoreFactory


@dataclass(frozen=True, kw_only=True)
class Lineage:
    parent_id: int
    child_id: int
    runs: tuple[int, int]
    problem_set: str


def add_lineage(store: Store, *, problem_set: str = "old", problems: int = 20) -> Lineage:
    """The child solves far less than its parent."""
    factory = StoreFactory(store, seed=3)
    version_id = factory.problem_set(problem_set, problems=problems)
    runs = [
        factory.run(version_id, samples=1, arms=(ArmKind.BASE,), chances=Chances(draft_passes=share, unscored=0.0))
        for share in (0.95, 0.05)
    ]
    with store.writer() as session:
        rows = [
            Checkpoint(
                name=f"{name} of {problem_set}", kind=CheckpointKind.BASE, location=name, content_hash=name * 8
            )
            for name in ("parent", "child")
        ]
        session.add_all(rows)
        session.flush()
        rows[1].parent_id = rows[0].id
        for run_id, row in zip(runs, rows, strict=True):
            session.get_one(Run, run_id).base_checkpoint_id = row.id
            for arm in session.scalars(select(Arm).where(Arm.run_id == run_id)):
                arm.checkpoint_id = row.id
        ids = session.scalars(select(RunProblem.problem_id).where(RunProblem.run_id == runs[0])).all()
        drift = [[number, 2.0 + number % 3, 20] for number in ids]
        session.add(
            Drift(
                parent_id=rows[0].id, checkpoint_id=rows[1].id, version_id=version_id, prompts=drift, trained_on=2
            )
        )
        return Lineage(parent_id=rows[0].id, child_id=rows[1].id, runs=(runs[0], runs[1]), problem_set=problem_set)
