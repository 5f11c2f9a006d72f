"""The API answers with what the pages show, tags what can be kept, and refuses in one sentence."""

import pytest
from sqlalchemy import select

from app.actions.investigations import put_investigation
from app.main import create_app
from cli.store import open_store
from models import (
    Arm,
    Attempt,
    Checkpoint,
    Job,
    ProblemSet,
    Revision,
    RevisionTokens,
    Run,
    RunProblem,
    Store,
    Transcript,
)
from models.enums import CheckpointKind, JobState, RunState
from models.tokens import pack_tokens
from settings import Settings
from tests.client import TestClient
from tests.store_factory import StoreFactory

API = "/api/v1"


def revision_with_tokens(store: Store, run_id: int) -> int:
    """The id of a revision of two tokens, the second of which was unlikely."""
    with store.writer() as session:
        revision = session.scalars(select(Revision).where(Revision.run_id == run_id)).first()
        assert revision is not None
        revision.text = "a b"
        session.add(RevisionTokens(revision_id=revision.id, tokens=pack_tokens((1, 2), (-0.1, -4.0))))
        return revision.id


def test_every_reading_route_of_the_schema_answers(client: TestClient, run_id: int, sqlite_store: Store) -> None:
    with sqlite_store.writer() as session:
        session.add(Job(id="j", kind="run", queue="bulk", run_id=run_id))
    revision_id = revision_with_tokens(sqlite_store, run_id)
    put_investigation(sqlite_store, "tekhne-fresh", 'base = "any"\n[sets]\nown = "any"\n[steps.score]\n')
    paths = client.get(f"{API}/openapi.json").json()["paths"]
    fill = {"{run_id}": str(run_id), "{problem_id}": "1", "{job_id}": "j", "{name}": "tekhne-fresh"}
    fill |= {"{checkpoint_id}": "1", "{form}": "md", "{revision_id}": str(revision_id)}
    reading = [path for path, methods in paths.items() if "get" in methods and "transcript_id" not in path]
    assert len(reading) >= 14
    for path in reading:
        address = path
        for name, value in fill.items():
            address = address.replace(name, value)
        answer = client.get(address, params={"a": run_id, "b": run_id} if path.endswith("/compare") else None)
        assert answer.status_code == 200, (address, answer.text)
        documented = paths[path]["get"]["responses"]["200"]["content"]
        assert answer.headers["content-type"].split(";")[0] in documented


def test_pages_are_not_part_of_the_schema(client: TestClient) -> None:
    paths = client.get(f"{API}/openapi.json").json()["paths"]
    assert all(path.startswith(API) for path in paths)


def test_a_reader_who_has_the_newest_state_is_told_so(
    client: TestClient, run_id: int, sqlite_store: Store
) -> None:
    first = client.get(f"{API}/runs/{run_id}/report")
    tag = {"If-None-Match": first.headers["etag"]}
    assert client.get(f"{API}/runs/{run_id}/report", headers=tag).status_code == 304
    with sqlite_store.writer() as session:
        session.get_one(Run, run_id).revision_number += 1
    assert client.get(f"{API}/runs/{run_id}/report", headers=tag).status_code == 200


def test_the_report_counts_what_the_store_holds(client: TestClient, run_id: int) -> None:
    report = client.get(f"{API}/runs/{run_id}/report").json()
    assert report["run"]["id"] == run_id
    assert [arm["samples"] for arm in report["arms"]] == [6] * len(report["arms"])


def test_what_does_not_exist_is_said(client: TestClient) -> None:
    for path in ("runs/77", "jobs/none", "checkpoints/9", "transcripts/9", "problem-sets/none"):
        answer = client.get(f"{API}/{path}")
        assert answer.status_code == 404, path
        assert answer.json()["error"].startswith("There is no")


def test_a_run_is_made_started_and_cancelled(client: TestClient, run_id: int, sqlite_store: Store) -> None:
    with sqlite_store.writer() as session:
        session.add(Checkpoint(name="b", kind=CheckpointKind.BASE, location="b", content_hash="b"))
    body = {"name": "mine", "problem_sets": ["tekhne-fresh"], "base": "b", "samples": 2}
    made = client.post(f"{API}/runs", json=body)
    assert made.status_code == 201, made.text
    number = made.json()["id"]
    assert made.json()["state"] == RunState.QUEUED
    assert client.post(f"{API}/runs/{number}/cancel", json={}).json()["state"] == RunState.CANCELLED
    with sqlite_store.reader() as session:
        assert session.scalars(select(Job.state).where(Job.run_id == number)).all() == [JobState.CANCELLED]
    assert client.delete(f"{API}/runs/{number}").status_code == 204
    assert client.get(f"{API}/runs/{number}").status_code == 404


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"problem_sets": ["nothing"]}, "tekhne-fresh"),
        ({"base": "nobody"}, "no checkpoint is called 'nobody'"),
        ({"samples": 0}, "between 1 and 1000"),
        ({"sampling": {"temperature": 9}}, "temperature 9"),
        ({"smaples": 3}, "smaples"),
        ({"arms": [{"kind": "critic"}]}, "needs a critic"),
    ],
)
def test_a_specification_that_makes_no_sense_is_refused(
    client: TestClient, run_id: int, change: dict[str, object], says: str
) -> None:
    body = {"name": "mine", "problem_sets": ["tekhne-fresh"], "base": "base", **change}
    answer = client.post(f"{API}/runs", json=body)
    assert answer.status_code in {400, 422}
    assert says in answer.json()["error"]


def test_a_draft_is_repaired_again_once_however_often_it_is_asked(
    client: TestClient, run_id: int, sqlite_store: Store
) -> None:
    with sqlite_store.reader() as session:
        attempt = session.scalars(select(Attempt).where(Attempt.run_id == run_id)).first()
    assert attempt is not None
    body = {"attempt_id": attempt.id, "kind": "resample", "seed": 3}
    answers = [
        client.post(f"{API}/runs/{run_id}/problems/{attempt.problem_id}/rerun", json=body) for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [202, 202]
    first, second = (answer.json() for answer in answers)
    assert first["run_id"] == second["run_id"]
    assert (first["job"]["created"], second["job"]["created"]) == (True, False)


def test_all_problems_of_a_filter_are_repaired_again_as_one_job(
    client: TestClient, run_id: int, sqlite_store: Store
) -> None:
    body = {"kind": "resample", "seed": 3}
    listed = client.get(f"{API}/runs/{run_id}/problems?state=failed").json()
    answer = client.post(f"{API}/runs/{run_id}/problems/rerun?state=failed", json=body)
    assert answer.status_code == 202, answer.text
    with sqlite_store.reader() as session:
        rows = session.scalars(select(RunProblem).where(RunProblem.run_id == answer.json()["run_id"])).all()
    assert len(rows) == listed["matched"] > 0
    refused = client.post(f"{API}/runs/{run_id}/problems/rerun?state=purple", json=body)
    assert (refused.status_code, "purple" in refused.json()["error"]) == (400, True)


def test_the_tokens_of_a_revision_are_read(client: TestClient, run_id: int, sqlite_store: Store) -> None:
    number = revision_with_tokens(sqlite_store, run_id)
    found = client.get(f"{API}/revisions/{number}/tokens").json()
    assert [(one["text"], one["mark"]) for one in found["confidence"]] == [("a", ""), (" b", "rare")]
    assert client.get(f"{API}/revisions/9999/tokens").status_code == 404


def test_an_unknown_filter_is_refused_with_its_name(client: TestClient, run_id: int) -> None:
    answer = client.get(f"{API}/runs/{run_id}/problems?state=purple")
    assert answer.status_code == 400
    assert "purple" in answer.json()["error"]


@pytest.mark.parametrize("path", ["runs?before", "transcripts?after"])
def test_a_page_beyond_every_number_is_the_readers_mistake(client: TestClient, path: str) -> None:
    assert client.get(f"{API}/{path}={10**20}").status_code == 400


@pytest.mark.parametrize("change", [{"attempt_id": 10**20}, {"checkpoint_id": 10**20}, {"seed": 10**20}])
def test_a_rerun_of_a_number_that_no_database_holds_is_refused(
    client: TestClient, run_id: int, change: dict[str, int]
) -> None:
    body = {"attempt_id": 1, "kind": "resample", **change}
    assert client.post(f"{API}/runs/{run_id}/problems/1/rerun", json=body).status_code in {400, 422}


def test_a_transcript_is_marked_and_the_history_of_reruns_read(
    client: TestClient, run_id: int, sqlite_store: Store
) -> None:
    lesson = {
        "attempt": "return 1\n}", "attempt_source": "mutant", "trace": "t", "verdict": "assertion", "reflection": "r",
        "revision": "return 2\n}", "teacher": "canonical", "state": "verified", "content_hash": "a",
    }  # fmt: skip
    with sqlite_store.writer() as session:
        session.add(Transcript(problem_id=1, **lesson))
    marked = client.post(f"{API}/transcripts/1/mark", json={"state": "bad", "reason": "wrong"})
    assert (marked.json()["row"]["state"], marked.json()["row"]["reason"]) == ("bad", "wrong")
    child = StoreFactory(sqlite_store, seed=5).rerun(run_id, 1)
    assert [one["run_id"] for one in client.get(f"{API}/runs/{run_id}/problems/1/reruns").json()] == [child]


def test_a_text_that_postgres_cannot_hold_is_the_readers_mistake(postgres_url: str) -> None:
    store = open_store(postgres_url.replace("postgresql:", "postgresql+psycopg:"))
    factory = StoreFactory(store)
    factory.run(factory.problem_set(problems=2), samples=1)
    with TestClient(create_app(Settings(db=postgres_url), store), raise_server_exceptions=False) as opened:
        body = {
            "name": "a",
            "problem_sets": ["tekhne-fresh"],
            "base": "demo-base",
            "arms": [{"kind": "critic", "checkpoint": "a\0b"}],
        }
        answer = opened.post(f"{API}/runs?start=false", json=body)
    store.close()
    assert answer.status_code in {400, 422}, answer.text
    assert "is not text that can be stored" in answer.json()["error"]


def test_an_arm_draws_as_the_run_does_unless_its_own_sampling_is_given(
    client: TestClient, run_id: int, sqlite_store: Store
) -> None:
    with sqlite_store.writer() as session:
        session.add(Checkpoint(name="b2", kind=CheckpointKind.BASE, location="b", content_hash="b2"))
        name = session.scalars(select(ProblemSet.name)).first()
    body = {
        "name": "mine",
        "problem_sets": [name],
        "base": "b2",
        "sampling": {"temperature": 1.2},
        "arms": [{"kind": "resample"}, {"kind": "prompted", "sampling": {"temperature": 0.1}}],
    }
    made = client.post(f"{API}/runs?start=false", json=body).json()["id"]
    with sqlite_store.reader() as session:
        arms = session.scalars(select(Arm).where(Arm.run_id == made).order_by(Arm.position)).all()
        assert [arm.settings.get("temperature") for arm in arms[1:]] == [1.2, 0.1]
    warnings = client.get(f"{API}/runs/{made}/report").json()["warnings"]
    assert "prompted samples with temperature 0.1, the drafts with 1.2." in warnings
