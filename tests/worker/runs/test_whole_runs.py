"""Whole runs with a tiny network and the real ruler: every arm, once, again, interrupted, re-run."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.actions.runs import create_run
from models import (
    Arm,
    Attempt,
    Checkpoint,
    Job,
    JobEvent,
    Reflection,
    Revision,
    Run,
    RunProblem,
    RunProblemCount,
    Store,
    Transcript,
)
from models.arm_kinds import ArmKind, find_arm_kind
from models.enums import JobKind, JobState, RunKind, RunState, TranscriptState, Verdict
from models.specification import ArmSpecification, RunSpecification, Sampling
from settings import Settings
from tests.worker.engines.tiny import tiny_network, tiny_tokenizer
from worker.handlers import handlers_for
from worker.jobs.performing import perform
from worker.network.checkpoints import save_delta
from worker.problem_sets.own_sets import load_own_set
from worker.problem_sets.storing import put_problem_set
from worker.runs.counting import recount
from worker.runs.lessons import NO_REFLECTION
from worker.service import Service
from worker.training.registering import register_critic

pytestmark = [pytest.mark.go, pytest.mark.slow]

ARMS = tuple(
    ArmSpecification(kind=kind, name=str(kind), checkpoint="critic" if kind != ArmKind.RESAMPLE else "")
    for kind in (
        ArmKind.CRITIC,
        ArmKind.RESAMPLE,
        ArmKind.NO_TRACE,
        ArmKind.SHUFFLED_TRACE,
        ArmKind.NO_REFLECTION,
    )
)
SAMPLING = Sampling(temperature=1.0, top_p=1.0, max_new_tokens=24)
WANTED = RunSpecification(
    name="tiny",
    problem_sets=("two",),
    base="base",
    arms=tuple(arm.model_copy(update={"sampling": SAMPLING}) for arm in ARMS),
    samples=3,
    sampling=SAMPLING,
    rounds=2,
)


@pytest.fixture(scope="module")
def service_parts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("models")
    network = tiny_network(context=1024)
    network.base.save_pretrained(folder / "base")
    tiny_tokenizer().save_pretrained(folder / "base")
    save_delta(network, folder / "critic", base=folder / "base", training={}, dtype=torch.float32)
    return {"base": folder / "base", "critic": folder / "critic"}


@pytest.fixture
def store(sqlite_store: Store, service_parts: dict[str, Path]) -> Store:
    fresh = load_own_set("fresh")
    with sqlite_store.writer() as session:
        put_problem_set(session, replace(fresh, name="two", problems=fresh.problems[:2]))
    register_critic(sqlite_store, service_parts["critic"], base=str(service_parts["base"]))
    return sqlite_store


@pytest.fixture
def service(store: Store) -> Iterator[Service]:
    with Service(Settings(device="cpu"), store) as opened:
        yield opened


def make(store: Store, wanted: RunSpecification = WANTED) -> int:
    with store.writer() as session:
        return create_run(session, wanted).id


def do(service: Service, run_id: int, kind: JobKind = JobKind.RUN) -> Job:
    job_id = f"job-{run_id}-{threading.get_ident()}"
    with service.store.writer() as session:
        session.merge(Job(id=job_id, kind=kind, queue="bulk", payload={"run_id": run_id}, run_id=run_id))
    perform(service.store, job_id, handlers_for(service), "test", backoff_seconds=(0.01,))
    with service.store.reader() as session:
        return session.get_one(Job, job_id)


def numbers(store: Store, run_id: int) -> list[tuple[object, ...]]:
    """What a run's report rests on."""
    with store.reader() as session:
        rows = session.execute(
            select(
                Arm.name, RunProblemCount.problem_id, RunProblemCount.marks, RunProblemCount.raw_marks,
                RunProblemCount.new_tokens, RunProblemCount.n, RunProblemCount.c,
            )
            .join(Arm)
            .where(RunProblemCount.run_id == run_id)
            .order_by(Arm.position, RunProblemCount.problem_id)
        )  # fmt: skip
        return [tuple(row) for row in rows]


def test_every_arm_gets_its_rows_and_the_same_specification_gives_the_same_numbers(service: Service) -> None:
    store = service.store
    first, second = make(store), make(store)
    job = do(service, first)
    assert (job.state, job.error) == (JobState.DONE, "")
    assert job.progress["done"] == job.progress["total"] == 6
    with store.reader() as session:
        run = session.get_one(Run, first)
        assert (run.state, run.ruler_id is not None) == (RunState.DONE, True)
        drafts = session.scalars(select(Attempt).where(Attempt.run_id == first)).all()
        assert len(drafts) == 6
        assert all(d.verdict is not None and d.verdict_raw is not None and d.trace_id is not None for d in drafts)
        failed = sum(d.verdict is not Verdict.PASSED for d in drafts)
        revisions = session.execute(
            select(Arm.kind, func.count()).join(Revision).where(Revision.run_id == first).group_by(Arm.kind)
        ).all()
        assert {row[0]: row[1] for row in revisions} == {arm.kind: failed * 2 for arm in ARMS}
        shown = session.scalars(
            select(Reflection.shown_trace)
            .join(Arm)
            .where(Reflection.run_id == first, Arm.kind == ArmKind.NO_TRACE)
        ).all()
        assert set(shown) == {""}
    counted = numbers(store, first)
    with store.writer() as session:
        recount(session, first)
    assert numbers(store, first) == counted
    do(service, second)
    assert numbers(store, second) == counted


XRAY = ("placebo_trace", "class_and_line", "teacher_reflection", "foreign_reflection", "edited_reflection")


def test_an_xray_shows_each_arm_its_own_feedback_and_says_which_drafts_had_no_reflection(service: Service) -> None:
    store = service.store
    arms = [ArmSpecification(kind=find_arm_kind(name), checkpoint="critic") for name in ("critic", *XRAY)]
    arms += [
        ArmSpecification(kind=find_arm_kind(f"prompted_{name}")) for name in ("no_trace", "teacher_reflection")
    ]
    run_id = make(store, WANTED.model_copy(update={"arms": tuple(arms), "samples": 1, "rounds": 1}))
    with store.writer() as session:
        one, other = session.scalars(select(RunProblem.problem_id).where(RunProblem.run_id == run_id)).all()
        session.add(
            Transcript(
                content_hash="t" * 64, problem_id=one, attempt="x", attempt_source="mutant", trace="", revision="y",
                verdict=Verdict.PANIC, teacher="canonical", state=TranscriptState.VERIFIED,
                reflection="`i` starts at 1.",
            )
        )  # fmt: skip
    assert do(service, run_id).state is JobState.DONE
    with store.reader() as session:
        rows = session.execute(
            select(Arm.kind, Reflection, Revision)
            .join(Reflection, Reflection.arm_id == Arm.id)
            .join(Revision, Revision.reflection_id == Reflection.id)
            .where(Arm.run_id == run_id)
        ).all()
        found = {(str(kind), revision.problem_id): (said, revision) for kind, said, revision in rows}
    assert len(found) == 2 * len(arms)
    own, placebo = found["critic", one][0].shown_trace, found["placebo_trace", one][0].shown_trace
    assert (len(placebo), placebo != own) == (len(own), True)
    assert found["class_and_line", one][0].shown_trace == own.split("\n")[0]
    assert found["prompted_no_trace", one][0].shown_trace == ""
    for name in ("teacher_reflection", "prompted_teacher_reflection"):
        assert found[name, one][0].text == "`i` starts at 1."
        assert found[name, other][1].unscored_reason == NO_REFLECTION
    assert found["teacher_reflection", one][0].source == "canonical on another attempt"
    assert found["edited_reflection", one][0].text == "… starts at …."
    assert found["foreign_reflection", other][0].source == "canonical on another problem"
    assert found["foreign_reflection", one][1].unscored_reason == NO_REFLECTION


def test_a_cancelled_run_goes_on_where_it_was_and_ends_as_an_undisturbed_one(service: Service) -> None:
    store = service.store
    undisturbed, disturbed = make(store), make(store)
    do(service, undisturbed)
    with store.writer() as session:
        for attempt in session.scalars(select(Attempt).where(Attempt.run_id == undisturbed).limit(2)):
            copy = {c.key: getattr(attempt, c.key) for c in Attempt.__table__.columns if c.key != "id"}
            base = session.scalars(select(Arm.id).where(Arm.run_id == disturbed, Arm.kind == ArmKind.BASE)).one()
            session.add(Attempt(**{**copy, "run_id": disturbed, "arm_id": base}))
    do(service, disturbed)
    assert numbers(store, disturbed) == numbers(store, undisturbed)


def add_rerun(
    session: Session, parent: int, drafts: Sequence[Attempt], *, samples: int, settings: dict[str, Any]
) -> int:
    """A re-run of the critic `critic` on drafts of different problems; its id."""
    run = session.get_one(Run, parent)
    child = Run(
        name="again", kind=RunKind.RERUN, parent_id=parent, specification_hash="x", samples=samples, seed=9,
        base_checkpoint_id=run.base_checkpoint_id, sampling=run.sampling, gated=False,
    )  # fmt: skip
    session.add(child)
    session.flush()
    critic = session.scalars(select(Checkpoint.id).where(Checkpoint.name == "critic")).one()
    arm = {"name": "critic", "kind": ArmKind.CRITIC, "checkpoint_id": critic, "settings": settings}
    session.add(Arm(run_id=child.id, position=0, **arm))
    for position, draft in enumerate(drafts):
        version = session.get_one(RunProblem, (parent, draft.problem_id)).version_id
        place = {"problem_id": draft.problem_id, "version_id": version, "position": position}
        session.add(RunProblem(run_id=child.id, **place))
    return child.id


def test_a_rerun_repairs_one_draft_live_and_leaves_the_published_numbers_alone(service: Service) -> None:
    store = service.store
    parent = make(store, WANTED.model_copy(update={"arms": WANTED.arms[:1]}))
    do(service, parent)
    published = numbers(store, parent)
    with store.writer() as session:
        attempt = session.scalars(select(Attempt).where(Attempt.run_id == parent)).first()
        assert attempt is not None
        edited = {"edited_trace": "panic: by hand", "edited_reflection": "Mind the sign."}
        settings = {"attempt_id": attempt.id, "max_new_tokens": 20, **edited, "reflection_source": "a reader"}
        child_id = add_rerun(session, parent, [attempt], samples=2, settings=settings)
    job = do(service, child_id, JobKind.RERUN)
    assert (job.state, job.error) == (JobState.DONE, "")
    assert numbers(store, parent) == published
    with store.reader() as session:
        revisions = session.scalars(select(Revision).where(Revision.run_id == child_id)).all()
        assert [(r.sample, r.attempt_id) for r in revisions] == [(0, attempt.id), (1, attempt.id)]
        assert revisions[0].reflection is not None
        assert revisions[0].reflection.shown_trace == "panic: by hand"
        assert {one.reflection.text for one in revisions if one.reflection} == {"Mind the sign."}
        assert revisions[0].reflection.source == "a reader"
        kinds = session.scalars(
            select(JobEvent.kind).where(JobEvent.job_id == job.id).order_by(JobEvent.number)
        ).all()
    assert kinds[-1] == "done"
    assert {"stage", "begin", "tokens", "executing", "verdict"} <= set(kinds)


def test_a_rerun_of_many_problems_repairs_the_named_draft_of_each(service: Service) -> None:
    store = service.store
    parent = make(store, WANTED.model_copy(update={"arms": WANTED.arms[:1]}))
    do(service, parent)
    with store.writer() as session:
        drafts = session.scalars(select(Attempt).where(Attempt.run_id == parent, Attempt.sample == 0)).all()
        assert len(drafts) > 1
        wanted = {draft.problem_id: draft.id for draft in drafts}
        settings = {"attempt_ids": [*wanted.values()], "max_new_tokens": 20}
        child_id = add_rerun(session, parent, drafts, samples=1, settings=settings)
    job = do(service, child_id)
    assert (job.state, job.error) == (JobState.DONE, "")
    with store.reader() as session:
        revisions = session.scalars(select(Revision).where(Revision.run_id == child_id)).all()
    assert {one.problem_id: one.attempt_id for one in revisions} == wanted


def test_a_run_whose_model_is_gone_says_so_and_can_be_read(service: Service) -> None:
    store = service.store
    run_id = make(store)
    with store.writer() as session:
        session.scalars(select(Checkpoint).where(Checkpoint.name == "base")).one().location = "/nowhere/base"
    job = do(service, run_id)
    assert job.state is JobState.FAILED
    with store.reader() as session:
        run = session.get_one(Run, run_id)
        assert run.state is RunState.FAILED
        assert "The files of base are not in /nowhere/base any more" in run.error
    assert numbers(store, run_id) == []


def test_weights_that_were_exchanged_are_refused_by_the_hash_they_were_registered_with(
    service: Service, tmp_path: Path
) -> None:
    """The folder is there and loads: only its content is not what the run's numbers would be put down to."""
    store = service.store
    other = tiny_network(context=1024, seed=99)
    other.base.save_pretrained(tmp_path / "base")
    tiny_tokenizer().save_pretrained(tmp_path / "base")
    with store.writer() as session:
        session.scalars(select(Checkpoint).where(Checkpoint.name == "base")).one().location = str(
            tmp_path / "base"
        )
    run_id = make(store)
    assert do(service, run_id).state is JobState.FAILED
    with store.reader() as session:
        assert "are not those that were registered" in session.get_one(Run, run_id).error
    assert numbers(store, run_id) == []
