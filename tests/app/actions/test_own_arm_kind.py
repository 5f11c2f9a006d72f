"""A kind of arm that is registered outside the product: form, API, command line, run, page, CSV and re-run know it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from dbos import DBOS
from sqlalchemy import select
from typer.testing import CliRunner

from app.main import create_app
from app.web.security.changes import CSRF_FIELD
from cli.main import app as command_line
from models import Arm, Attempt, Checkpoint, Run, Store
from models.arm_kinds import ArmKind, ArmOption, CheckpointNeed, forget_arm_kind, register_arm_kind
from models.enums import CheckpointKind
from models.specification import RunSpecification
from settings import Settings
from tests.client import TestClient
from tests.store_factory import StoreFactory


@pytest.fixture
def echo() -> Iterator[ArmKind]:
    kind = ArmKind(
        "echo",
        label="echo",
        description="Writes the attempt again.",
        css_class="echoing",
        critic="tests.echo:Echo",
        needs=CheckpointNeed.NONE,
        option=ArmOption("echo", label="the attempt once more"),
        without_checkpoint="the attempt once more",
    )
    register_arm_kind(kind)
    yield kind
    forget_arm_kind(kind)


@pytest.fixture
def client(sqlite_store: Store, tmp_path: Path) -> Iterator[TestClient]:
    settings = Settings(db=str(tmp_path / "store.db"))
    DBOS.migrate(settings.jobs_url)
    with TestClient(create_app(settings, sqlite_store), follow_redirects=False) as opened:
        opened.get("/preferences")
        yield opened


def arms_of_run(store: Store, run_id: int) -> list[str]:
    with store.reader() as session:
        return list(session.scalars(select(Arm.kind).where(Arm.run_id == run_id).order_by(Arm.position)))


def test_form_and_api_create_runs_with_it(echo: ArmKind, client: TestClient, sqlite_store: Store) -> None:
    StoreFactory(sqlite_store).problem_set(problems=2)
    with sqlite_store.writer() as session:
        session.add(Checkpoint(name="mine", kind=CheckpointKind.BASE, location="m", content_hash="m"))
    assert "the attempt once more" in client.get("/runs/new").text
    sent = {
        "problem_sets": "tekhne-fresh",
        "base": "mine",
        "echo": "true",
        CSRF_FIELD: client.cookies["tekhne_csrf"],
    }
    answer = client.post("/runs/new", data=sent)
    assert answer.status_code == 303, answer.text
    assert arms_of_run(sqlite_store, int(answer.headers["location"].rsplit("/", 1)[1])) == ["base", "echo"]
    body = {"problem_sets": ["tekhne-fresh"], "base": "mine", "arms": [{"kind": "echo"}]}
    made = client.post("/api/v1/runs?start=false", json=body).json()
    assert made["name"] == "echo on mine, tekhne-fresh"
    assert arms_of_run(sqlite_store, made["id"]) == ["base", "echo"]
    assert (
        "echo" in RunSpecification.model_json_schema()["$defs"]["ArmSpecification"]["properties"]["kind"]["enum"]
    )


def test_page_and_csv_show_its_results_and_a_rerun_offers_it(
    echo: ArmKind, client: TestClient, sqlite_store: Store
) -> None:
    factory = StoreFactory(sqlite_store)
    run_id = factory.run(factory.problem_set(problems=2), samples=2, arms=(ArmKind.BASE, echo))
    assert 'class="arm echoing"' in client.get(f"/runs/{run_id}").text
    assert ",echo,echo," in client.get(f"/api/v1/runs/{run_id}/attempts.csv").text
    with sqlite_store.reader() as session:
        draft = session.scalars(select(Attempt).where(Attempt.run_id == run_id)).first()
        assert draft is not None
    asked = client.post(
        f"/runs/{run_id}/rerun",
        data={
            "problem_id": draft.problem_id, "attempt_id": draft.id, "repairer": "echo:",
            CSRF_FIELD: client.cookies["tekhne_csrf"],
        },
    )  # fmt: skip
    assert asked.status_code == 303, asked.text
    with sqlite_store.reader() as session:
        child = session.scalars(select(Run).where(Run.parent_id == run_id)).one()
    assert arms_of_run(sqlite_store, child.id) == ["echo"]


def test_the_command_line_takes_any_kind_and_refuses_unknown_ones(echo: ArmKind) -> None:
    words = ["run", "--problems", "tekhne-fresh", "--base", "b"]
    unknown = CliRunner().invoke(command_line, [*words, "--arm", "psychic"]).exception
    assert "'psychic' is no kind of arm" in str(unknown)
    assert "echo" in str(unknown)
