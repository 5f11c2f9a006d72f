"""One job: its stage, the texts and verdicts of its samples, and what a live page is told of."""

from typing import Any

import pytest

from app.errors import NotFound
from app.queries.job_detail import JobView, find_job, job_fingerprint
from models import Job, JobEvent, Store, WorkerHeartbeat
from models.base import now
from models.enums import JobKind, JobState, Verdict
from models.job import ROLES, WORKER_ROLES
from tests.app.queries.conftest import Filled

Event = tuple[str, dict[str, Any]]
WRITTEN: list[Event] = [
    ("queued", {}),
    ("begin", {"sample": 1}),
    ("tokens", {"sample": 1, "text": "return "}),
    ("tokens", {"sample": 1, "text": "1"}),
    ("begin", {"sample": 0}),
    ("tokens", {"sample": 0, "text": "return 2"}),
]
JUDGED: Event = ("verdict", {"sample": 0, "verdict": "assertion", "message": "expected 2, got 1"})


def job_with(store: Store, events: list[Event], *, state: JobState = JobState.RUNNING, **more: Any) -> JobView:
    with store.writer() as session:
        job = Job(id="j", kind=JobKind.RERUN, queue="interactive", state=state, **more)
        job.finished_at = now() if state in {JobState.DONE, JobState.CANCELLED} else None
        session.add(job)
        session.flush()
        session.add_all(
            JobEvent(job_id="j", number=number, kind=kind, data=data)
            for number, (kind, data) in enumerate(events, start=1)
        )
    with store.reader() as session:
        return find_job(session, "j")


def test_tokens_are_joined_and_samples_are_in_order(sqlite_store: Store) -> None:
    view = job_with(sqlite_store, [*WRITTEN, ("executing", {"sample": 0})])
    assert [(one.number, one.text, one.stage) for one in view.samples] == [
        (0, "return 2", "executing"),
        (1, "return 1", "writing"),
    ]
    assert view.last_event == 7
    assert not view.is_over


def test_a_queued_job_says_which_roles_no_living_worker_has(sqlite_store: Store) -> None:
    assert job_with(sqlite_store, [], state=JobState.QUEUED).lacking == ()
    with sqlite_store.writer() as session:
        for name, roles in (("one", ["train"]), ("two", ["judge"]), ("cli", [])):
            beat = WorkerHeartbeat(executor_id=name, host="h", pid=1, instance="i", details={WORKER_ROLES: roles})
            beat.started_at = beat.seen_at = now()
            session.add(beat)
    with sqlite_store.reader() as session:
        alone, before = find_job(session, "j").lacking, job_fingerprint(session, "j")
    assert alone == tuple(sorted(ROLES[JobKind.RERUN]))
    with sqlite_store.writer() as session:
        session.get_one(WorkerHeartbeat, "two").details = {WORKER_ROLES: ["draft", "judge"]}
    with sqlite_store.reader() as session:
        assert find_job(session, "j").lacking == ()
        assert job_fingerprint(session, "j") != before


def test_a_job_says_who_left_it_since_it_was_asked_for(sqlite_store: Store) -> None:
    def left(worker: str) -> Event:
        return ("left", {"worker": worker, "reason": "The files of m are gone."})

    view = job_with(sqlite_store, [("queued", {}), left("w-1"), ("resumed", {}), left("w-2")])
    assert view.left == {"w-2": "The files of m are gone."}
    with sqlite_store.writer() as session:
        session.get_one(Job, "j").finished_at = now()
    with sqlite_store.reader() as session:
        assert find_job(session, "j").left == {}


def test_a_sample_that_begins_again_loses_its_text(sqlite_store: Store) -> None:
    view = job_with(sqlite_store, [*WRITTEN, JUDGED, ("begin", {"sample": 0})])
    assert (view.samples[0].text, view.samples[0].stage, view.samples[0].verdict) == ("", "writing", None)


def test_a_job_that_ended_keeps_its_verdicts_and_stops_the_rest(sqlite_store: Store) -> None:
    view = job_with(sqlite_store, [*WRITTEN, JUDGED], state=JobState.CANCELLED)
    judged, stopped = view.samples
    assert (judged.stage, judged.verdict, judged.message) == ("judged", Verdict.ASSERTION, "expected 2, got 1")
    assert (judged.text, stopped.stage, stopped.text) == ("return 2", "stopped", "return 1")
    assert view.is_over


@pytest.mark.parametrize(
    ("state", "more", "stage"),
    [
        (JobState.QUEUED, {"progress": {"stage": "writing"}}, "queued"),
        (JobState.RUNNING, {}, "running"),
        (JobState.RUNNING, {"progress": {"stage": "drafting"}}, "drafting"),
        (JobState.RUNNING, {"cancel_requested": True}, "stopping"),
        (JobState.DONE, {"cancel_requested": True}, "done"),
    ],
)
def test_the_stage_is_that_of_the_state_or_of_the_progress(
    sqlite_store: Store, state: JobState, more: dict[str, Any], stage: str
) -> None:
    assert job_with(sqlite_store, [], state=state, **more).stage == stage


def test_the_latest_event_names_the_stage(sqlite_store: Store) -> None:
    events: list[Event] = [("stage", {"stage": "loading the critic"}), ("stage", {"stage": "writing"})]
    assert job_with(sqlite_store, events, progress={"stage": "older"}).stage == "writing"


def test_the_job_of_a_rerun_names_its_problem_and_its_parent(filled: Filled) -> None:
    rerun = filled.factory.rerun(filled.run_id, 3)
    view = job_with(filled.store, [], run_id=rerun)
    assert (view.parent_id, view.problem_id, view.task_id) == (filled.run_id, 3, "tekhne-fresh/2")
    assert (view.address, view.run_name) == ("tekhne-fresh/2", "re-run of critic against resampling")


def test_the_job_of_a_whole_run_names_no_problem(filled: Filled) -> None:
    view = job_with(filled.store, [], run_id=filled.run_id)
    assert (view.parent_id, view.problem_id, view.task_id, view.address) == (None, None, "", "")


def test_the_fingerprint_changes_with_every_event_and_state_and_only_then(sqlite_store: Store) -> None:
    job_with(sqlite_store, WRITTEN)
    seen = []

    def look() -> None:
        with sqlite_store.reader() as session:
            seen.append(job_fingerprint(session, "j"))

    look()
    look()
    assert seen[0] == seen[1]
    with sqlite_store.writer() as session:
        session.add(JobEvent(job_id="j", number=len(WRITTEN) + 1, kind=JUDGED[0], data=JUDGED[1]))
    look()
    for change in ({"progress": {"done": 1}}, {"cancel_requested": True}, {"state": JobState.CANCELLED}):
        with sqlite_store.writer() as session:
            job = session.get_one(Job, "j")
            for name, value in change.items():
                setattr(job, name, value)
        look()
    assert len(set(seen)) == len(seen) - 1


def test_a_job_that_is_not_there_is_named(sqlite_store: Store) -> None:
    for find in (find_job, job_fingerprint):
        with sqlite_store.reader() as session, pytest.raises(NotFound, match="There is no job gone"):
            find(session, "gone")
