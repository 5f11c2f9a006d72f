"""From a kind of arm to what repairs; a kind from outside the product runs and is shown like Tekhne's own."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.runs.specification import ArmSpecification, RunSpecification
from models import Store
from models.arm_kinds import ArmKind, CheckpointNeed, arm_kinds, forget_arm_kind, register_arm_kind
from settings import Settings
from tests.worker.critics.writing_engine import WritingEngine
from tests.worker.tiny_run import SAMPLING, add_tiny_models, finished_run
from worker.critics import CriticError, make_critic


@pytest.fixture
def echo() -> Iterator[ArmKind]:
    kind = ArmKind(
        "echo",
        label="echo",
        description="Writes the attempt again.",
        css_class="echo",
        critic="tests.worker.critics.echo_critic:EchoCritic",
        needs=CheckpointNeed.NONE,
    )
    register_arm_kind(kind)
    yield kind
    forget_arm_kind(kind)


@pytest.mark.go
def test_a_kind_from_outside_runs_and_is_on_page_list_and_csv(
    echo: ArmKind, sqlite_store: Store, tmp_path: Path
) -> None:
    add_tiny_models(sqlite_store, tmp_path)
    arms = (ArmSpecification(kind=echo, sampling=SAMPLING),)
    wanted = RunSpecification(
        name="outside", problem_sets=("two",), base="base", arms=arms, samples=2, sampling=SAMPLING
    )
    run_id = finished_run(sqlite_store, wanted)
    with TestClient(create_app(Settings(), sqlite_store)) as client:
        page = client.get(f"/runs/{run_id}").text
        problems = client.get(f"/runs/{run_id}/problems").text
        rows = list(csv.DictReader(io.StringIO(client.get(f"/runs/{run_id}/attempts.csv").text)))
    assert "echo" in page
    assert "echo" in problems
    echoed = [row for row in rows if row["kind"] == "echo"]
    assert len(echoed) == 4
    assert {row["copied"] for row in echoed if row["rounds"] == "1"} == {"true"}


def test_every_kind_of_the_product_names_a_class_that_is_there() -> None:
    engine = WritingEngine("}")
    for kind in arm_kinds():
        if kind.repairs and not kind.needs_base_in_process:
            assert callable(make_critic(kind, engine).repair)


def test_a_critic_on_a_base_behind_a_server_is_refused() -> None:
    with pytest.raises(CriticError, match="need their base in this process"):
        make_critic(ArmKind.CRITIC, WritingEngine("}"))


@pytest.mark.parametrize("path", ["no.such.module:Echo", "worker.critics.critic:Nothing", "unknown", ""])
def test_a_class_that_is_not_there_is_one_sentence(path: str) -> None:
    with pytest.raises(CriticError, match="Arms of the kind foreign cannot be run here"):
        make_critic(ArmKind("foreign", label="", description="", critic=path), WritingEngine("}"))
