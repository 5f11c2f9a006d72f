"""From a kind of arm to what repairs; a kind from outside the product runs and is shown like Tekhne's own."""

import csv
import io
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from app.main import create_app
from cli.main import app
from cli.store import open_store
from models import Run
from models.arm_kinds import ArmKind, ArmOption, CheckpointNeed, arm_kinds, forget_arm_kind, register_arm_kind
from settings import Settings, load_settings
from tests.client import TestClient
from tests.worker.critics.writing_engine import WritingEngine
from tests.worker.tiny_run import add_tiny_models
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
        option=ArmOption("echo", label="echo"),
    )
    register_arm_kind(kind)
    yield kind
    forget_arm_kind(kind)


@pytest.fixture
def signal_handlers() -> Iterator[None]:
    """A run on the command line takes over Ctrl-C; afterwards the tests have it again."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.go
@pytest.mark.usefixtures("signal_handlers")
def test_a_kind_from_outside_runs_on_the_command_line_and_is_on_page_list_and_csv(
    echo: ArmKind, tmp_path: Path
) -> None:
    store = open_store(load_settings().store_url)
    add_tiny_models(store, tmp_path)
    asked = "run --problems two --base base --no-resample --samples 2 --max-new-tokens 24 --name outside"
    done = CliRunner().invoke(app, [*asked.split(), "--arm", str(echo)])
    assert done.exit_code == 0, done.output
    with store.reader() as session:
        run_id = session.scalars(select(Run.id).where(Run.name == "outside")).one()
    with TestClient(create_app(Settings(), store)) as client:
        page = client.get(f"/runs/{run_id}").text
        problems = client.get(f"/runs/{run_id}/problems").text
        rows = list(csv.DictReader(io.StringIO(client.get(f"/runs/{run_id}/attempts.csv").text)))
    store.close()
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
