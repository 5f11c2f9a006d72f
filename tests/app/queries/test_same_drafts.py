"""Drafts that two runs share, found from their texts."""

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.reporting import read_comparison
from models import Arm, Attempt, Run, RunProblem, Store
from models.arm_kinds import ArmKind
from models.enums import RunKind, RunState, Verdict
from tests.store_factory import StoreFactory
from worker.runs.counting import recount


def copy(session: Session, run_id: int, *, repairs: bool) -> int:
    """The drafts of a run as results of another harness, which tried the failures again if it `repairs`."""
    run = Run(
        name="copy", kind=RunKind.IMPORTED, state=RunState.DONE, specification_hash=f"copy {run_id} {repairs}",
        samples=4, rounds=0, revision_number=1, arms=[Arm(position=0, name="imported", kind=ArmKind.BASE)],
    )  # fmt: skip
    session.add(run)
    session.flush()
    for one in session.scalars(select(RunProblem).where(RunProblem.run_id == run_id)).all():
        session.add(
            RunProblem(run_id=run.id, problem_id=one.problem_id, version_id=one.version_id, position=one.position)
        )
    base = select(Arm.id).where(Arm.run_id == run_id, Arm.kind == ArmKind.BASE).scalar_subquery()
    rows: list[dict[str, object]] = [
        {
            "run_id": run.id, "arm_id": run.arms[0].id, "problem_id": draft.problem_id, "sample": draft.sample,
            "text": f"again {draft.sample}" if repairs and draft.verdict is not Verdict.PASSED else draft.text,
            "finish_reason": draft.finish_reason, "notes": [], "unscored_reason": "",
            "verdict": Verdict.PASSED if repairs and draft.sample % 2 else draft.verdict,
        }
        for draft in session.scalars(select(Attempt).where(Attempt.arm_id == base))
    ]  # fmt: skip
    session.execute(insert(Attempt), rows)
    recount(session, run.id)
    return run.id


def distinct_texts(session: Session, run_id: int) -> None:
    for draft in session.scalars(select(Attempt).where(Attempt.run_id == run_id)):
        draft.text = f"draft {draft.problem_id} {draft.sample}"


def test_a_harness_that_tried_failures_again_can_only_gain_on_the_drafts_that_it_kept(sqlite_store: Store) -> None:
    factory = StoreFactory(sqlite_store)
    run_id = factory.run(factory.problem_set())
    with sqlite_store.writer() as session:
        distinct_texts(session, run_id)
        other = copy(session, run_id, repairs=True)
    with sqlite_store.reader() as session:
        found = read_comparison(session, (run_id, "base"), (other, None))
        turned = read_comparison(session, (other, None), (run_id, "base"))
    assert "It kept the programs with which base passed: it was given only failed drafts" in found.verdict
    assert (found.result.can_only_gain, found.result.p_value) == ("right", None)
    assert turned.result.can_only_gain == "left"


def test_a_gated_critic_can_only_gain_on_its_own_drafts_under_another_name(sqlite_store: Store) -> None:
    factory = StoreFactory(sqlite_store)
    run_id = factory.run(factory.problem_set())
    with sqlite_store.writer() as session:
        distinct_texts(session, run_id)
        other = copy(session, run_id, repairs=False)
    with sqlite_store.reader() as session:
        found = read_comparison(session, (other, None), (run_id, "critic"))
    assert found.result.can_only_gain == "right"
    assert "can only gain, so this is no evidence that it is better" in found.verdict


def test_other_drafts_of_the_same_problems_are_compared(sqlite_store: Store) -> None:
    factory = StoreFactory(sqlite_store)
    run_id = factory.run(factory.problem_set())
    with sqlite_store.writer() as session:
        other = copy(session, run_id, repairs=False)
        distinct_texts(session, run_id)
    with sqlite_store.reader() as session:
        found = read_comparison(session, (other, None), (run_id, "critic"))
    assert found.result.can_only_gain == ""
    assert found.result.p_value is not None
