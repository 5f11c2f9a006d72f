"""Starting, watching and steering collecting and training: pages and API over one queue, no worker."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from dbos import DBOS
from sqlalchemy import select

from app.main import create_app
from models import (
    Job,
    JobEvent,
    ProblemSet,
    ProblemSetMember,
    ProblemSetVersion,
    ProblemSlice,
    Store,
    Transcript,
)
from models.enums import JobKind, JobState, SlicePart, TranscriptState, Verdict
from models.job import end_job
from models.problem import newest_version
from models.work import CollectSpecification, training_of, work_of
from settings import Settings
from tests.client import TestClient
from tests.store_factory import StoreFactory


@pytest.fixture
def client(sqlite_store: Store, tmp_path: Path) -> Iterator[TestClient]:
    factory = StoreFactory(sqlite_store)
    factory.run(factory.problem_set(problems=3), samples=1)
    settings = Settings(db=str(tmp_path / "store.db"))
    DBOS.migrate(settings.jobs_url)
    with TestClient(create_app(settings, sqlite_store), follow_redirects=False) as opened:
        opened.get("/preferences")
        yield opened


def send(client: TestClient, path: str, **fields: str) -> tuple[int, str]:
    answer = client.post(path, data={"csrf": client.cookies["tekhne_csrf"], **fields})
    return answer.status_code, answer.headers.get("location", answer.text)


def jobs(store: Store) -> list[Job]:
    with store.reader() as session:
        return list(session.scalars(select(Job).where(Job.kind.in_([JobKind.COLLECT, JobKind.TRAIN]))))


def test_a_collecting_is_started_from_the_form_with_its_defaults(client: TestClient, sqlite_store: Store) -> None:
    page = client.get("/transcripts/collect").text
    assert "Start collecting" in page
    assert "A teacher&#39;s key comes from the environment" in page or "key comes from the environment" in page
    status, where = send(client, "/transcripts/collect", problems="tekhne-fresh", base="demo-base", samples="2")
    [job] = jobs(sqlite_store)
    assert (status, where) == (303, f"/jobs/{job.id}")
    assert work_of(job.payload) == CollectSpecification.of(problems="tekhne-fresh", base="demo-base", samples=2)
    shown = client.get(where).text
    assert "canonical on tekhne-fresh" in shown
    assert "canonical on tekhne-fresh" in client.get("/jobs").text
    assert "canonical on tekhne-fresh" in client.get("/").text
    # A second click finds the first job.
    assert send(client, "/transcripts/collect", problems="tekhne-fresh", base="demo-base", samples="2")[1] == where


@pytest.mark.parametrize(
    ("path", "fields", "sentence"),
    [
        ("/transcripts/collect", {"problems": "tekhne-fresh"}, "there are no attempts: name a base"),
        ("/transcripts/collect", {"problems": "none", "mutants": "2"}, "no problem set is called"),
        ("/transcripts/collect", {"problems": "tekhne-fresh", "base": "/etc"}, "no base is called"),
        ("/transcripts/collect", {"problems": "tekhne-fresh", "mutants": "two"}, "mutants"),
        ("/transcripts/collect", {"problems": "tekhne-fresh", "mutants": "1", "teacher": "command"}, "foreground only"),
        ("/transcripts/collect", {"problems": "tekhne-fresh", "mutants": "1", "url": "https://a:b@c/"}, "a key or"),
        ("/checkpoints/train", {"trains": "critic", "base": "demo-base"}, "a checkpoint needs a name"),
        ("/checkpoints/train", {"trains": "critic", "name": "x", "base": "demo-base"}, "holds no verified one"),
        ("/checkpoints/train", {"trains": "base", "name": "x", "start": "demo"}, "nothing to train on"),
        ("/checkpoints/train", {"trains": "base", "name": "demo-base", "start": "demo", "go_source": "true"}, "alrea"),
    ],
)  # fmt: skip
def test_what_cannot_be_comes_back_beside_its_sentence_and_nothing_is_stored(
    client: TestClient, sqlite_store: Store, path: str, fields: dict[str, str], sentence: str
) -> None:
    status, text = send(client, path, **fields)
    assert status == 422
    assert sentence in text
    assert jobs(sqlite_store) == []


@pytest.fixture
def held_out(sqlite_store: Store) -> None:
    """Two of the three problems are held out, and a lesson of one of them is stored."""
    with sqlite_store.writer() as session:
        whole = newest_version(session, "tekhne-fresh")
        assert whole is not None
        problems = list(session.scalars(select(ProblemSetMember.problem_id).order_by(ProblemSetMember.position)))
        part = ProblemSet(name="tekhne-fresh/held-out-2")
        session.add(part)
        session.flush()
        version = ProblemSetVersion(problem_set_id=part.id, number=1, content_hash="h" * 64)
        session.add(version)
        session.flush()
        session.add_all(
            ProblemSetMember(version_id=version.id, problem_id=one, position=at)
            for at, one in enumerate(problems[:2])
        )
        session.add(
            ProblemSlice(version_id=version.id, source_version_id=whole.id, part=SlicePart.HELD_OUT, seed=1)
        )
        session.add(
            Transcript(
                content_hash="t" * 64, problem_id=problems[0], attempt="", attempt_source="mutant", trace="",
                reflection="", revision="", teacher="canonical", verdict=Verdict.ASSERTION,
                state=TranscriptState.VERIFIED,
            )
        )  # fmt: skip


@pytest.mark.parametrize(
    ("path", "fields", "what"),
    [
        (
            "/transcripts/collect",
            {"problems": "tekhne-fresh", "base": "demo-base"},
            "tekhne-fresh holds 2 problems",
        ),
        (
            "/checkpoints/train",
            {"trains": "base", "start": "demo", "name": "mine", "problems": "tekhne-fresh"},
            "tekhne-fresh holds 2 problems",
        ),
        (
            "/checkpoints/train",
            {"trains": "critic", "base": "demo-base", "name": "mine", "transcripts": "store"},
            "The store holds a problem",
        ),
    ],
    ids=["collecting", "base", "critic"],
)
def test_held_out_problems_are_refused_where_they_are_asked_for(
    client: TestClient, sqlite_store: Store, held_out: None, path: str, fields: dict[str, str], what: str
) -> None:
    status, text = send(client, path, **fields)
    assert (status, jobs(sqlite_store)) == (422, [])
    assert f"{what} of tekhne-fresh/held-out-2, which is held out" in text
    assert "tick “Use held-out problems too”" in text
    assert "--force" not in text
    status, _ = send(client, path, **fields, force="true")
    assert (status, len(jobs(sqlite_store))) == (303, 1)


def test_the_api_refuses_held_out_problems_in_its_own_words(client: TestClient, held_out: None) -> None:
    answer = client.post("/api/v1/collectings", json={"problems": "tekhne-fresh", "base": "demo-base"})
    assert answer.status_code == 422
    assert "or set force to true, which every report" in answer.text


def test_a_training_is_started_watched_paused_resumed_and_cancelled(
    client: TestClient, sqlite_store: Store
) -> None:
    answer = client.post(
        "/api/v1/trainings", json={"trains": "base", "name": "new", "start": "demo", "go_source": True, "steps": 9}
    )
    assert answer.status_code == 202, answer.text
    job_id = answer.json()["job_id"]
    with sqlite_store.writer() as session:
        job = session.get_one(Job, job_id)
        assert training_of(job.payload).steps == 9
        job.state = JobState.RUNNING
        job.progress = {
            "stage": "training", "done": 4, "total": 9, "loss": 1.25, "tokens_per_second": 1234.5, "seconds_left": 65,
        }  # fmt: skip
        for number, (step, loss) in enumerate([(1, 3.0), (2, 2.0), (2, 1.5)], start=2):
            session.add(
                JobEvent(
                    job_id=job_id, number=number, kind="loss", data={"split": "train", "step": step, "loss": loss}
                )
            )
    shown = client.get(f"/jobs/{job_id}").text
    for words in ("1.2500", "1,234", "1:05 min", "4 / 9", '<svg class="curve"', "Pause", "Cancel"):
        assert words in shown, words
    view = client.get(f"/api/v1/jobs/{job_id}").json()
    assert [point["loss"] for point in view["work"]["curve"]] == [3.0, 1.5]
    assert send(client, f"/jobs/{job_id}/pause")[0] == 303
    with sqlite_store.writer() as session:
        job = session.get_one(Job, job_id)
        assert (job.cancel_requested, job.pause_requested) == (True, True)
        end_job(session, job, JobState.CANCELLED)
        assert (job.state, job.finished_at) == (JobState.PAUSED, None)
    assert "Resume" in client.get(f"/jobs/{job_id}").text
    again = client.post(
        "/api/v1/trainings", json={"trains": "base", "name": "new", "start": "160m", "go_source": True}
    )
    assert (again.status_code, job_id[:8] in again.json()["error"]) == (422, True)
    resumed = client.post(f"/api/v1/jobs/{job_id}/resume", json={})
    assert (resumed.status_code, resumed.json()["state"]) == (202, "queued")
    assert client.post(f"/api/v1/jobs/{job_id}/cancel", json={}).json()["state"] == "cancelled"
    assert client.post(f"/api/v1/jobs/{job_id}/resume", json={}).status_code == 422


def test_a_run_is_not_paused_through_its_job(client: TestClient, sqlite_store: Store) -> None:
    with sqlite_store.writer() as session:
        session.add(Job(id="of-a-run", kind=JobKind.MEMORY, queue="bulk"))
    answer = client.post("/api/v1/jobs/of-a-run/pause", json={})
    assert (answer.status_code, "is a memory" in answer.json()["error"]) == (422, True)
    assert "Pause" not in client.get("/jobs/of-a-run").text


def test_what_it_costs_is_said_before_it_starts(client: TestClient) -> None:
    words = client.get("/costs?what=collect&problems=tekhne-fresh&base=demo-base&samples=5").text
    assert "15 attempts at 3 problems" in words
    assert "costs no money" in words
    words = client.get("/costs?what=collect&problems=tekhne-fresh&base=demo-base&teacher=kimi&model=k2").text
    assert "not known yet" in words
    words = client.get("/costs?what=critic&base=demo-base&steps=10&batch_tokens=100&name=x").text
    assert "10 steps of 100 tokens: 1,000 tokens" in words
    assert "is not between" in client.get("/costs?what=critic&base=demo-base&steps=0&name=x").text
