"""A run whose critic, and whose base, are behind a server that we did not write: `transformers serve`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from sqlalchemy import select

from app.actions.runs import create_run
from models import Arm, Attempt, Checkpoint, Job, Reflection, Revision, Run, Store
from models.arm_kinds import ArmKind
from models.enums import JobKind, JobState
from models.specification import ArmSpecification, RunSpecification, Sampling
from settings import Settings
from tests.transformers_server import transformers_server
from tests.worker.tiny_run import finish
from worker.checkpoints import add_endpoint
from worker.checkpoints.served_critics import add_served_critic
from worker.demo import BASE, CRITIC
from worker.demo.installing import install_demo_pair
from worker.handlers import handlers_for
from worker.jobs.performing import perform
from worker.network.checkpoints import load_base, load_critic, load_tokenizer
from worker.network.exported import ExportSource
from worker.network.exporting import export_critic
from worker.network.folders import delta_hash, folder_hash, tokenizer_hash
from worker.problem_sets.storing import install_own_sets
from worker.service import Service
from worker.training.folders import read_record

pytestmark = [pytest.mark.slow, pytest.mark.go]
CPU = Settings(device="cpu", threads=1, endpoint_patience_seconds=600)
COMMON: dict[str, Any] = {
    "problem_sets": ("tekhne-seen", "tekhne-fresh"),
    "samples": 1,
    "sampling": Sampling(temperature=0.0, top_p=1.0, max_new_tokens=64),
    "gated": False,
    "limit": 1,
}
"""Two drafts, each repaired."""


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo critic as `tekhne export-critic` writes it."""
    folder = tmp_path_factory.mktemp("exported") / "plain"
    base, tokenizer = load_base(str(BASE)), load_tokenizer(str(BASE))
    source = ExportSource(
        critic_name="demo-critic",
        critic_hash=delta_hash(CRITIC),
        base_name="demo-base",
        base_hash=folder_hash(BASE),
        tokenizer_hash=tokenizer_hash(BASE),
        training=read_record(CRITIC) or {},
    )
    torch.set_num_threads(1)
    export_critic(load_critic(CRITIC, BASE, base), tokenizer, folder, source)
    return folder


@pytest.fixture
def store(sqlite_store: Store) -> Store:
    install_demo_pair(sqlite_store)
    with sqlite_store.writer() as session:
        install_own_sets(session)
    return sqlite_store


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """It loads whatever model a request names: here the demo base, and the exported demo critic."""
    with transformers_server(None, tmp_path_factory.mktemp("log") / "server.log") as url:
        yield url


def queued(store: Store, wanted: RunSpecification) -> int:
    with store.writer() as session:
        run_id = create_run(session, wanted).id
        payload = {"run_id": run_id}
        session.add(Job(id=f"run-{run_id}", kind=JobKind.RUN, queue="bulk", payload=payload, run_id=run_id))
    return run_id


def arm(checkpoint: str, kind: ArmKind = ArmKind.CRITIC) -> ArmSpecification:
    return ArmSpecification(kind=kind, checkpoint=checkpoint)


def repairs(store: Store, run_id: int, arm_name: str) -> dict[tuple[int, int], Any]:
    """By problem and sample: what was shown and written, and the tokens that were read."""
    with store.reader() as session:
        rows = session.execute(
            select(
                Revision.problem_id, Revision.sample, Reflection.shown_trace, Reflection.text, Revision.text,
                Revision.prompt_tokens, Revision.verdict,
            )
            .join(Arm, Arm.id == Revision.arm_id)
            .join(Reflection, Reflection.id == Revision.reflection_id)
            .where(Revision.run_id == run_id, Arm.name == arm_name)
        ).all()  # fmt: skip
    return {(row[0], row[1]): tuple(row[2:]) for row in rows}


def drafts(store: Store, run_id: int) -> list[str]:
    with store.reader() as session:
        rows = session.execute(
            select(Attempt.text).where(Attempt.run_id == run_id).order_by(Attempt.problem_id, Attempt.sample)
        )
        return [row.text for row in rows]


def test_greedy_repairs_equal_those_of_the_critic_in_this_process(store: Store, server: str, plain: Path) -> None:
    add_served_critic(store, CPU, "served", server, str(plain), exported=plain)
    kinds = (ArmKind.CRITIC, ArmKind.NO_REFLECTION)
    arms = tuple(arm(name, kind) for kind in kinds for name in ("demo-critic", "served"))
    here = queued(store, RunSpecification(**COMMON, base="demo-base", arms=arms))
    finish(store, here)
    for kind in kinds:
        own, found = (repairs(store, here, f"{kind}:{name}") for name in ("demo-critic", "served"))
        assert len(own) == 2
        assert found == own

    add_endpoint(store, "served-base", server, str(BASE))
    add_served_critic(store, CPU, "both-served", server, str(plain), exported=plain, base="served-base")
    there = queued(store, RunSpecification(**COMMON, base="served-base", arms=(arm("both-served"),)))
    finish(store, there)
    assert drafts(store, there) == drafts(store, here)
    assert repairs(store, there, "critic:both-served") == repairs(store, here, "critic:demo-critic")


def test_a_run_stops_in_one_sentence_where_the_server_serves_another_model(
    store: Store, server: str, plain: Path
) -> None:
    add_served_critic(store, CPU, "served", server, str(plain), exported=plain)
    with store.writer() as session:
        # As if the base were served under the critic's name.
        found = session.scalars(select(Checkpoint).where(Checkpoint.name == "served")).one()
        found.location = f"{server}#{BASE}"
    run_id = queued(store, RunSpecification(**COMMON, base="demo-base", arms=(arm("served"),)))
    with Service(CPU, store) as service:
        perform(store, f"run-{run_id}", handlers_for(service), "test", backoff_seconds=(0.01,))
    with store.reader() as session:
        run, job = session.get_one(Run, run_id), session.get_one(Job, f"run-{run_id}")
        assert job.state is not JobState.DONE
        assert "serves another model or tokenizer than served" in (run.error or job.error)
        assert session.scalars(select(Revision).where(Revision.run_id == run_id)).all() == []
