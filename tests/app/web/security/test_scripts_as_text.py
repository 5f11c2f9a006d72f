"""Scripts in every text column of the store are text on every page and in every file of the dashboard."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from dbos import DBOS
from fastapi.routing import APIRoute
from sqlalchemy import Column, Enum, String, select, update

from app.actions.investigations import put_investigation
from app.main import create_app
from app.web import pages
from models import Base, Investigation, InvestigationStep, Job, Problem, Store, Transcript
from models.enums import JobKind, JobState, TranscriptState, Verdict
from models.packed_text import PackedText
from models.step_kinds import StepResult
from settings import Settings
from tests.client import TestClient
from tests.store_factory import StoreFactory

SCRIPT = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"'"
RECIPE = f"""
title = "{SCRIPT.replace('"', "")}"
about = "{SCRIPT.replace('"', "")}"
base = "any"
[sets]
own = "any"
[steps.score]
"""
CLOSED = frozenset({"digest", "queue", "recipe", "kind", "identity", "cut_off", "deduplication_key"})
"""Texts of Tekhne's own, or that are checked when they are stored."""


def is_anybodys(column: Column[object]) -> bool:
    """Whether a column holds text that somebody else wrote."""
    if column.table.name == "run_problem_count" or (
        column.table.name.startswith("investigation") and column.name == "name"
    ):
        return False
    text = isinstance(column.type, String | PackedText) and not isinstance(column.type, Enum)
    return text and not column.primary_key and not column.name.endswith("_hash") and column.name not in CLOSED


@pytest.fixture
def client(sqlite_store: Store, tmp_path: Path) -> Iterator[TestClient]:
    """Run 1 with problem 1 and all that can be opened, every text a script."""
    factory = StoreFactory(sqlite_store)
    run_id = factory.run(factory.problem_set(problems=2), samples=2)
    put_investigation(sqlite_store, "one", RECIPE)
    with sqlite_store.writer() as session:
        step = session.scalars(select(InvestigationStep)).one()
        step.results = [StepResult(run_id=run_id).model_dump(mode="json")]
        session.add(Job(id="j", kind=JobKind.RUN, queue="bulk", state=JobState.FAILED, run_id=run_id))
        session.add(
            Transcript(
                content_hash="t", problem_id=1, attempt="", attempt_source="", verdict=Verdict.PASSED, trace="",
                reflection="", revision="", teacher="", state=TranscriptState.VERIFIED, reason="",
            )
        )  # fmt: skip
    with sqlite_store.writer() as session:
        for table in Base.metadata.sorted_tables:
            texts = [column for column in table.columns if is_anybodys(column)]
            for column in texts:
                # Where names are unique, one row has it.
                first = table.primary_key.columns[0]
                rows = (
                    select(first).order_by(first).limit(1) if column.name in ("name", "task_id") else select(first)
                )
                session.execute(update(table).where(first.in_(rows)).values({column.name: SCRIPT}))
    settings = Settings(db=str(tmp_path / "store.db"))
    DBOS.migrate(settings.jobs_url)
    with TestClient(create_app(settings, sqlite_store)) as opened:
        yield opened


def addresses(store: Store) -> list[str]:
    """Every page and file that a reader can open, without those that never end."""
    with store.reader() as session:
        problem = session.scalars(select(Problem.id).order_by(Problem.id)).first()
        investigation = session.scalars(select(Investigation.name)).one()
    values = {
        "run_id": "1", "address:path": f"~{problem}", "kind": "attempt", "program_id": "1", "name:path": quote(SCRIPT),
        "revision_id": "1",
        "checkpoint_id": "1", "transcript_id": "1", "name": investigation, "form": "html", "job_id": "j",
    }  # fmt: skip
    found = []
    for router in pages.ROUTERS:
        for route in router.routes:
            if isinstance(route, APIRoute) and "GET" in route.methods and "/static/" not in route.path:
                path = route.path
                for name, value in values.items():
                    path = path.replace(f"{{{name}}}", value)
                found.append(path)
    return [*found, "/compare?left=1&right=1", "/investigations/one/report.md"]


def test_they_are(client: TestClient, sqlite_store: Store) -> None:
    shown = 0
    for path in addresses(sqlite_store):
        answer = client.get(path)
        assert answer.status_code in (200, 400), (path, answer.status_code, answer.text[:300])
        if "html" in answer.headers.get("content-type", ""):
            for mark in ("<script>alert(1)", "<img src=x", 'href="javascript:'):
                assert mark not in answer.text, (path, mark)
            shown += "alert(1)" in answer.text
        else:
            assert answer.headers["x-content-type-options"] == "nosniff", path
    assert shown >= 12
