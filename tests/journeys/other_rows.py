"""Rows for the pages beside runs and problems: jobs in three states, a worker, transcripts, a learning curve, an
investigation."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions.investigations import put_investigation
from models import (
    Checkpoint,
    Investigation,
    Job,
    JobEvent,
    LearningCurvePoint,
    Problem,
    Revision,
    RevisionTokens,
    Store,
    TraceEffect,
    Transcript,
    WorkerHeartbeat,
)
from models.base import now
from models.enums import JobKind, JobState, TranscriptState, Verdict
from models.step_kinds import StepResult
from models.tokens import pack_tokens
from models.work import TrainCriticSpecification

RECIPE = """\
title = "What two runs show"
base = "any"
critic = "any"
[sets]
own = "any"
[steps.repair]
[steps.lessons]
kind = "collect"
[steps.trained]
kind = "train_critic"
[steps.again]
kind = "repair"
critic = "trained"
"""


def _add_tokens(session: Session) -> None:
    """The first revision with tokens of all marks, as drawn and with and without the trace."""
    revision = session.get_one(Revision, 1)
    lengths = [1] * min(12, len(revision.text))
    drawn = [-0.1, -1.0, -2.0, -4.0] * 3
    without = [-0.1, -2.0, -9.0, -0.5, -0.1, -0.2, -1.9, -8.0, -0.1, -0.1, -0.1, -0.1]
    count = len(lengths)
    session.add(RevisionTokens(revision_id=1, tokens=pack_tokens(lengths, drawn[:count])))
    session.add(TraceEffect(revision_id=1, tokens=pack_tokens(lengths, drawn[:count], without[:count])))


def add_other_rows(store: Store, run_id: int, half_way: int) -> None:
    with store.writer() as session:
        _add_tokens(session)
        done = Job(id="done", kind=JobKind.RERUN, queue="interactive", run_id=run_id, state=JobState.DONE)
        done.finished_at = now()
        waiting = Job(id="waiting", kind=JobKind.RUN, queue="bulk", progress={"done": 3, "total": 12})
        far = {"stage": "drafting and repairing", "done": 71, "total": 120}
        far |= {"drafted": 78, "executed": 71, "owed": 92, "repaired": 40}
        under_way = Job(id="under-way", kind=JobKind.RUN, queue="bulk", state=JobState.RUNNING, progress=far)
        under_way.run_id = half_way
        session.add_all([done, waiting, under_way])
        session.flush()
        events = [("queued", {}), ("tokens", {"sample": 0, "text": "return <b>1</b>\n}"})]
        events.append(("verdict", {"sample": 0, "verdict": "assertion", "message": "expected 2, got 1"}))
        session.add_all(
            JobEvent(job_id="done", number=number, kind=kind, data=data)
            for number, (kind, data) in enumerate(events, start=1)
        )
        wanted = TrainCriticSpecification.of(name="new-critic", base="demo-base", steps=40)
        figures = {"loss": 0.81, "validation_loss": 0.97, "tokens_per_second": 1234.0, "seconds_left": 95}
        session.add(
            Job(
                id="training", kind=JobKind.TRAIN, queue="long", state=JobState.RUNNING, worker="host-0",
                payload=wanted.as_payload(), progress={"stage": "training", "done": 20, "total": 40, **figures},
            )
        )  # fmt: skip
        session.flush()
        session.add_all(
            JobEvent(
                job_id="training", number=step, kind="loss",
                data={"split": "validation" if step % 5 == 0 else "train", "step": step, "loss": 4 / (step + 1)},
            )
            for step in range(1, 21)
        )  # fmt: skip
        beat = WorkerHeartbeat(
            executor_id="host-0", host="host", pid=7, instance="i", started_at=now(), seen_at=now()
        )
        session.add(beat)
        problem = session.scalars(select(Problem.id)).first()
        for state in (TranscriptState.VERIFIED, TranscriptState.BAD):
            session.add(
                Transcript(
                    content_hash=state, problem_id=problem, attempt="return 1\n}", attempt_source="mutant",
                    verdict=Verdict.ASSERTION, trace="assertion at run", reflection="One is not two.",
                    revision="return 2\n}", teacher="canonical", state=state, reason="because",
                )
            )  # fmt: skip
        checkpoint = session.scalars(select(Checkpoint.id)).first()
        session.add_all(
            LearningCurvePoint(checkpoint_id=checkpoint, step=step, split=split, loss=4 / (step + 1))
            for step in range(0, 50, 5)
            for split in ("train", "validation")
        )
    _add_investigation(store, run_id)


def _add_investigation(store: Store, run_id: int) -> None:
    """One that is under way: a run, a training, a step that failed before, and one that waits."""
    put_investigation(store, "night-1", RECIPE)
    with store.writer() as session:
        row = session.scalars(select(Investigation)).one()
        row.state = JobState.RUNNING
        repair, lessons, trained, _ = row.steps
        repair.state, repair.results = JobState.DONE, [StepResult(run_id=run_id).model_dump(mode="json")]
        lessons.state, lessons.reused = JobState.DONE, True
        trained.state, trained.progress = JobState.RUNNING, {"stage": "training", "done": 12, "total": 40}
        checkpoint = session.scalars(select(Checkpoint.name)).first() or ""
        trained.results = [StepResult(checkpoint=checkpoint).model_dump(mode="json")]
