"""A store with a finished run of a tiny network: real drafts, real verdicts, quick on any CPU."""

from dataclasses import replace
from pathlib import Path

import torch

from app.actions.runs import create_run
from models import Job, Run, Store
from models.arm_kinds import ArmKind
from models.enums import JobKind, JobState, RunState
from models.specification import ArmSpecification, RunSpecification, Sampling
from settings import Settings
from tests.worker.engines.tiny import tiny_network, tiny_tokenizer
from worker.handlers import handlers_for
from worker.jobs.performing import perform
from worker.network.checkpoints import save_delta
from worker.problem_sets.own_sets import load_own_set
from worker.problem_sets.storing import put_problem_set
from worker.service import Service
from worker.training.registering import register_critic

SAMPLING = Sampling(temperature=1.0, top_p=1.0, max_new_tokens=24)

ARMS = (
    ArmSpecification(kind=ArmKind.CRITIC, name="critic", checkpoint="critic", sampling=SAMPLING),
    ArmSpecification(kind=ArmKind.RESAMPLE, name="resample", sampling=SAMPLING),
)
TINY = RunSpecification(name="tiny", problem_sets=("two",), base="base", arms=ARMS, samples=2, sampling=SAMPLING)
"""Base, critic and resampling on `two`."""


def add_tiny_models(store: Store, folder: Path) -> None:
    """Base `base` and critic `critic` in `folder`, and the problem set `two`."""
    network = tiny_network(context=1024)
    network.base.save_pretrained(folder / "base")
    tiny_tokenizer().save_pretrained(folder / "base")
    save_delta(network, folder / "critic", base=folder / "base", training={}, dtype=torch.float32)
    fresh = load_own_set("fresh")
    with store.writer() as session:
        put_problem_set(session, replace(fresh, name="two", problems=fresh.problems[:2]))
    register_critic(store, folder / "critic", base=str(folder / "base"))


def finished_run(store: Store, wanted: RunSpecification = TINY) -> int:
    """A done run; its id."""
    with store.writer() as session:
        run_id = create_run(session, wanted).id
        session.add(
            Job(id=f"run-{run_id}", kind=JobKind.RUN, queue="bulk", payload={"run_id": run_id}, run_id=run_id)
        )
    finish(store, run_id)
    return run_id


def finish(store: Store, run_id: int) -> None:
    """Do the run's job, or what is left of it."""
    with Service(Settings(device="cpu"), store) as service:
        perform(store, f"run-{run_id}", handlers_for(service), "test", backoff_seconds=(0.01,))
    with store.reader() as session:
        job = session.get_one(Job, f"run-{run_id}")
        assert job.state is JobState.DONE, job.error


def reopen(store: Store, run_id: int) -> None:
    """Make the run's job one that a dead process left behind."""
    with store.writer() as session:
        job = session.get_one(Job, f"run-{run_id}")
        job.state, job.finished_at, job.tries = JobState.RUNNING, None, 0
        session.get_one(Run, run_id).state = RunState.RUNNING
