"""Overview and the list of runs."""

import re
from datetime import timedelta

from sqlalchemy import select, update

from app.reporting import read_report
from models import Job, ProblemOrigin, Run, WorkerHeartbeat
from models.base import now
from models.enums import JobKind, JobState, Origin, RunState
from tests.app.web.pages.conftest import Served
from tests.client import TestClient


def test_a_new_store_says_what_to_do_first(empty_client: TestClient) -> None:
    for path in ("/", "/runs"):
        text = empty_client.get(path).text
        assert "No runs yet" in text
        assert "tekhne import-results RESULTS.jsonl --problems my-set" in text
        assert "<code>tekhne " in text


def test_a_run_is_said_in_the_reports_own_sentence(served: Served) -> None:
    with served.store.reader() as session:
        verdict = read_report(session, served.run_id).verdict
    assert verdict.split(";")[0] in served.text("/")


def test_a_score_never_stands_without_whether_its_problems_were_seen(served: Served) -> None:
    with served.store.writer() as session:
        base = session.scalars(select(Run.base_checkpoint_id).where(Run.id == served.run_id)).one()
        session.execute(
            update(ProblemOrigin).where(ProblemOrigin.checkpoint_id == base).values(origin=Origin.SEEN)
        )
    for path in ("/", "/runs"):
        assert "60 seen in training" in served.text(path)
    assert "seen in training" in served.text(f"/runs/{served.run_id}/problems/tekhne-fresh/3")


def test_the_overview_begins_with_what_happened_and_not_with_a_rulers_hash(served: Served) -> None:
    details = {"ruler": "0123456789abcdef", "sandbox": "namespaces"}
    with served.store.writer() as session:
        session.add(
            WorkerHeartbeat(
                executor_id="w", host="h", pid=1, instance="x", started_at=now(), seen_at=now(), details=details
            )
        )
    text = served.text("/")
    assert "0123456789" not in text
    assert text.index("What happened last") < text.index("Next</h2>") < text.index("1 worker alive")
    assert 'href="/runs/new"' in text
    assert f'href="/runs/{served.run_id}#repair-0"' in text


def test_four_steps_lead_through_the_first_run_and_go_when_there_is_a_second(served: Served) -> None:
    text = served.text("/")
    steps = re.findall(r'<li class="panel" data-row><a class="cover" href="([^"]+)">([^<]+)</a>', text)
    assert [title for _, title in steps] == ["A real fix", "A false fix", "Seen against unseen", "Press re-run"]
    for address, title in steps:
        page = served.text(address.partition("#")[0].replace("&amp;", "&"))
        anchor = address.partition("#")[2]
        assert not anchor or f'id="{anchor}"' in page, title
    fixed = served.text(steps[0][0].replace("&amp;", "&"))
    assert "fixed" in fixed or "▲" in fixed
    served.factory.run(served.version_id, name="second", samples=1)
    assert "A real fix" not in served.text("/")


def test_a_pinned_run_stands_above_others_and_is_not_what_happened_last(served: Served) -> None:
    newer = served.factory.run(served.version_id, name="newer", samples=1)
    with served.store.writer() as session:
        session.get_one(Run, served.run_id).pinned = True
    text = served.text("/")
    assert text.index("What happened last") < text.index(f'href="/runs/{newer}"')
    assert text.index(f'href="/runs/{newer}"') < text.index(f'href="/runs/{served.run_id}"')
    listed = served.text("/runs")
    assert listed.index(f'id="run-{served.run_id}"') < listed.index(f'id="run-{newer}"')


def test_a_run_that_goes_on_shows_how_far_it_is(served: Served) -> None:
    served.factory.run(served.version_id, name="half-way", samples=1, state=RunState.RUNNING)
    text = served.text("/")
    assert "40 of 60 problems" in text
    assert '<span class="state running">running</span>' in text


def test_unfinished_jobs_are_shown_with_their_progress(served: Served) -> None:
    progress = {"stage": "drafting", "done": 3, "total": 9}
    with served.store.writer() as session:
        session.add(Job(id="j1", kind=JobKind.RUN, queue="bulk", state=JobState.RUNNING, progress=progress))
        session.add(Job(id="j2", kind=JobKind.RUN, queue="bulk", state=JobState.DONE))
    text = served.text("/")
    assert '<progress max="9" value="3"' in text
    assert 'href="/jobs/j1"' in text
    assert "/jobs/j2" not in text


def test_a_silent_worker_is_not_called_alive(served: Served) -> None:
    then = now() - timedelta(minutes=10)
    with served.store.writer() as session:
        session.add(WorkerHeartbeat(executor_id="w", host="h", pid=1, instance="x", started_at=then, seen_at=then))
    text = served.text("/")
    assert "No worker is alive" in text
    assert "<code>tekhne worker</code>" in text


def test_reruns_are_no_runs_of_the_list(served: Served) -> None:
    served.factory.rerun(served.run_id, 1)
    for path in ("/", "/runs"):
        assert "re-run of" not in served.text(path)


def test_runs_are_paged_by_id_without_a_gap(served: Served) -> None:
    version_id = served.factory.problem_set("tiny", 1)
    for number in range(55):
        served.factory.run(version_id, name=f"run {number:02}", samples=1)
    first = served.text("/runs")
    (cursor,) = {part.split('"')[0] for part in first.split("/runs?before=")[1:]}
    second = served.text(f"/runs?before={cursor}")
    names = [f"run {number:02}" for number in range(55)]
    assert all((name in first) != (name in second) for name in names)


def test_a_cursor_that_is_no_number_shows_the_newest(served: Served) -> None:
    assert served.text("/runs?before=bogus") == served.text("/runs?before=bogus")
    assert "critic against resampling" in served.text("/runs?before=99999999999999999999999")
