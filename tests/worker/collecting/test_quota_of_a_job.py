"""A collecting in the queue whose teacher's quota ends on the way: it is paused, and goes on after it is resumed."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import func, select

from app.actions.jobs import JobQueue, resume_job
from app.actions.work import queue_work
from models import Job, Store, Transcript
from models.enums import JobState
from models.work import CollectSpecification
from settings import Settings
from tests.worker.teachers.serving import Script, chat, serving
from worker.handlers import handlers_for
from worker.jobs.performing import perform
from worker.problem_sets.own_sets import load_own_set
from worker.problem_sets.storing import put_problem_set
from worker.service import Service

pytestmark = pytest.mark.go
SEEN = load_own_set("seen")
ONE = replace(SEEN, name="one", problems=SEEN.problems[:1])
SPENT = json.dumps({"error": {"message": "You exceeded your current quota"}}).encode()


@pytest.fixture
def queue(sqlite_store: Store, tmp_path: Path) -> Iterator[JobQueue]:
    opened = JobQueue(sqlite_store, f"sqlite:///{tmp_path / 'jobs.db'}")
    yield opened
    opened.close()


def test_a_quota_that_ends_pauses_the_job_and_a_resumed_one_asks_for_the_rest(
    sqlite_store: Store, queue: JobQueue
) -> None:
    store = sqlite_store
    with store.writer() as session:
        put_problem_set(session, ONE)
    (problem,) = ONE.problems
    answer = chat(f"Reflection: It was edited.\n```go\n{problem.declaration}{problem.canonical_solution}```\n")
    script = Script([(200, answer), (200, answer), (429, SPENT), *[(200, answer)] * 2])
    with serving(script) as url:
        wanted = CollectSpecification.of(
            problems="one", mutants=4, each_class=4, teacher="endpoint", url=url, model="m", concurrency=1
        )
        job_id = queue_work(store, queue, wanted).job_id

        def do() -> Job:
            settings = Settings(device="cpu", teacher_url=url, teacher_key=SecretStr("k"))
            with Service(settings, store) as service:
                perform(store, job_id, handlers_for(service), "w", backoff_seconds=(0.01,))
            with store.reader() as session:
                return session.get_one(Job, job_id)

        paused = do()
        assert paused.state is JobState.PAUSED
        assert "quota" in paused.error
        assert paused.error.endswith("Resume the job then.")
        assert kept(store) == 2
        resume_job(store, queue, job_id)
        done = do()
    assert (done.state, done.error) == (JobState.DONE, "")
    assert kept(store) == done.progress["verified"] == 4
    assert len(script.asked) == 5
    assert not script.answers


def kept(store: Store) -> int:
    with store.reader() as session:
        return session.scalar(select(func.count()).select_from(Transcript)) or 0
