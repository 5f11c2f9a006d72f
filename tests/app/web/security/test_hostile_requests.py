"""Requests made to hurt: other hosts' names, huge forms, clients that stop sending, stored names that are scripts."""

import asyncio
from pathlib import Path

import pytest
from dbos import DBOS
from sqlalchemy import select, update
from starlette.types import Message

from app.main import create_app
from app.web.security.limits import LimitsMiddleware
from models import Arm, Attempt, Checkpoint, Problem, ProblemSet, Revision, Run, Store
from models.enums import CheckpointKind
from settings import Settings
from tests.client import TestClient
from tests.store_factory import StoreFactory

SCRIPT = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"'"


@pytest.mark.parametrize(
    "host", ["testserver", "evil.example", "127.0.0.1.evil.example", "localhost.evil.example"]
)
def test_a_name_that_is_not_this_machines_is_not_served(sqlite_store: Store, host: str) -> None:
    with TestClient(create_app(Settings(), sqlite_store)) as client:
        assert client.get("/", headers={"Host": host}).status_code == 421
        assert client.get("/", headers={"Host": "localhost:8000"}).status_code == 200


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("a=1&" * 400_000, "application/x-www-form-urlencoded"),
        ("a" * 1_900_000 + "=1", "application/x-www-form-urlencoded"),
        ("--x\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n" * 20_000, "multipart/form-data; boundary=x"),
        ("[" * 1_900_000, "application/json"),
        ('{"name": ' * 200_000, "application/json"),
    ],
    ids=["many fields", "a long name", "many parts", "deep lists", "deep objects"],
)
def test_a_very_large_form_is_refused_and_not_an_error_of_ours(sqlite_store: Store, body: str, kind: str) -> None:
    with TestClient(create_app(Settings(), sqlite_store)) as client:
        for path in ("/runs/new", "/api/v1/runs"):
            answer = client.post(path, content=body, headers={"Content-Type": kind})
            assert 400 <= answer.status_code < 500, (path, answer.status_code)


def test_a_client_that_stops_sending_is_answered_with_408(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.web.security.limits.BODY_SECONDS", 0.05)

    async def reads_the_body(scope: object, receive: object, send: object) -> None:
        while (await receive()).get("more_body"):  # type: ignore[operator]
            pass

    async def ask() -> None:
        sent = [{"type": "http.request", "body": b"a", "more_body": True}]

        async def receive() -> Message:
            if sent:
                return sent.pop()
            await asyncio.Event().wait()
            raise AssertionError("nothing else comes")

        async def send(_: Message) -> None:
            return None

        scope = {"type": "http", "method": "POST", "path": "/runs/new", "headers": [], "client": ("1.2.3.4", 5)}
        await LimitsMiddleware(reads_the_body)(scope, receive, send)  # type: ignore[arg-type]

    with pytest.raises(Exception, match="408"):
        asyncio.run(ask())


def test_stored_names_that_are_scripts_are_text_on_every_page(sqlite_store: Store, tmp_path: Path) -> None:
    factory = StoreFactory(sqlite_store)
    run_id = factory.run(factory.problem_set(problems=2), samples=2)
    with sqlite_store.writer() as session:
        session.execute(update(Run).values(name=SCRIPT, note=SCRIPT, error=SCRIPT))
        session.execute(update(Arm).where(Arm.position == 1).values(name=SCRIPT))
        session.execute(update(ProblemSet).values(name=SCRIPT, source=f"javascript:{SCRIPT}", licence=SCRIPT))
        session.execute(
            update(Problem).where(Problem.id == 1).values(task_id=SCRIPT, prompt=SCRIPT, description=SCRIPT)
        )
        session.execute(
            update(Checkpoint).where(Checkpoint.id == 1).values(name=SCRIPT, location=f"javascript:{SCRIPT}")
        )
    settings = Settings(db=str(tmp_path / "store.db"))
    DBOS.migrate(settings.jobs_url)
    pages = [
        "/", "/runs", f"/runs/{run_id}", f"/runs/{run_id}/problems", f"/runs/{run_id}/problems/1", "/runs/new",
        f"/compare?a={run_id}&b={run_id}", "/checkpoints", "/problem-sets", "/sets", "/jobs", "/health", "/transcripts",
    ]  # fmt: skip
    seen = 0
    with TestClient(create_app(settings, sqlite_store)) as client:
        for page in pages:
            answer = client.get(page)
            assert answer.status_code < 500, page
            assert "<script>alert(1)" not in answer.text, page
            assert "<img src=x" not in answer.text, page
            assert 'href="javascript:' not in answer.text, page
            assert "script-src" in answer.headers["content-security-policy"], page
            seen += "alert(1)" in answer.text
    assert seen >= 5


def test_a_password_that_an_older_version_stored_in_a_servers_url_is_shown_nowhere(sqlite_store: Store) -> None:
    with sqlite_store.writer() as session:
        location = "https://me:pass%40word@llm.example/v1#gpt"
        session.add(
            Checkpoint(name="served", kind=CheckpointKind.ENDPOINT, location=location, content_hash="0" * 64)
        )
    with TestClient(create_app(Settings(), sqlite_store)) as client:
        for path in ("/checkpoints", "/checkpoints/1", "/api/v1/checkpoints", "/api/v1/checkpoints/1"):
            answer = client.get(path)
            assert answer.status_code == 200, path
            assert "pass%40word" not in answer.text, path
        assert "https://…@llm.example/v1#gpt" in client.get("/checkpoints/1").text


def test_a_program_of_a_million_lines_is_no_page_of_a_million_lines(sqlite_store: Store) -> None:
    factory = StoreFactory(sqlite_store)
    run_id = factory.run(factory.problem_set(problems=1), samples=1, gated=False)
    with sqlite_store.writer() as session:
        session.execute(update(Attempt).values(text="x := 1\n" * 1_000_000))
        session.execute(update(Revision).values(text="y" * 8_000_000))
        task_id = session.scalars(select(Problem.task_id)).first()
    with TestClient(create_app(Settings(), sqlite_store)) as client:
        answer = client.get(f"/runs/{run_id}/problems/{task_id}")
    assert answer.status_code == 200
    assert "characters more, which downloads hold" in answer.text
    assert len(answer.text) < 5_000_000
