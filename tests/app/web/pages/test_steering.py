"""Runs made and steered from the browser, re-runs asked for, transcripts marked: forms that work without a script."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from dbos import DBOS
from httpx2 import Response
from sqlalchemy import select, update

from app.main import create_app
from app.queries.given_reflections import find_reflection_choices
from app.queries.investigations import training_facts
from app.reports.investigation import StepSection
from app.reports.investigation_making import training_section
from models import Attempt, Checkpoint, Job, Problem, Reflection, Run, RunProblem, Store, Transcript
from models.base import now
from models.enums import CheckpointKind, JobKind, JobState, RunState, TranscriptState, Verdict
from settings import Settings
from tests.client import TestClient
from tests.store_factory import StoreFactory


@pytest.fixture
def run_id(sqlite_store: Store) -> int:
    factory = StoreFactory(sqlite_store)
    return factory.run(factory.problem_set(problems=2), samples=2)


@pytest.fixture
def client(sqlite_store: Store, tmp_path: Path) -> Iterator[TestClient]:
    settings = Settings(db=str(tmp_path / "store.db"))
    DBOS.migrate(settings.jobs_url)
    with TestClient(create_app(settings, sqlite_store), follow_redirects=False) as opened:
        yield opened


def send(client: TestClient, path: str, **fields: object) -> Response:
    client.get("/preferences")
    return client.post(path, data={"csrf": client.cookies["tekhne_csrf"], **fields})


def test_a_run_is_made_in_the_browser_and_waits_in_the_queue(
    client: TestClient, run_id: int, sqlite_store: Store
) -> None:
    with sqlite_store.writer() as session:
        session.add(Checkpoint(name="mine", kind=CheckpointKind.BASE, location="m", content_hash="m"))
    assert "tekhne-fresh" in client.get("/runs/new").text
    answer = send(client, "/runs/new", problem_sets="tekhne-fresh", base="mine", resample="true", samples=2)
    assert answer.status_code == 303, answer.text
    number = int(answer.headers["location"].rsplit("/", 1)[1])
    with sqlite_store.reader() as session:
        run = session.get_one(Run, number)
        assert (run.state, [arm.name for arm in run.arms]) == (RunState.QUEUED, ["base", "resample"])
        assert session.scalars(select(Job.kind).where(Job.run_id == number)).all() == [JobKind.RUN]
    assert send(client, f"/runs/{number}/pause").headers["location"] == f"/runs/{number}"
    assert "Resume" in client.get(f"/runs/{number}").text
    send(client, f"/runs/{number}/delete")
    assert client.get(f"/runs/{number}").status_code == 404


def test_the_form_says_what_a_run_of_its_size_can_find(client: TestClient, run_id: int) -> None:
    chosen = {"problem_sets": "tekhne-fresh", "samples": 4, "limit": "", "effect": 10}
    small = client.get("/runs/plan", params=chosen).text
    assert (
        "2 problems with 4 samples each: too few to find any difference. To find 10 pp at a pass rate of 30%"
        in small
    )
    assert "To find 20 pp" in client.get("/runs/plan", params={"effect": 20}).text
    assert "are numbers" in client.get("/runs/plan", params={"effect": "large"}).text
    assert "below 100%" in client.get("/runs/plan", params={"rate": 100}).text
    assert "To find 5 pp" in client.get("/runs/plan", params={"problem_sets": "nothing\0"}).text


def add_pair(store: Store, base: str, *critics: str) -> None:
    with store.writer() as session:
        row = Checkpoint(name=base, kind=CheckpointKind.BASE, location=base, content_hash=base)
        session.add(row)
        session.flush()
        session.add_all(
            Checkpoint(name=name, kind=CheckpointKind.CRITIC, location=name, content_hash=name, base_id=row.id)
            for name in critics
        )


def ticked(text: str, name: str) -> list[str]:
    return re.findall(rf'<input type="checkbox" name="{name}" value="([^"]*)" checked>', text)


def test_the_form_begins_with_what_the_newest_run_was_of(
    client: TestClient, run_id: int, sqlite_store: Store
) -> None:
    add_pair(sqlite_store, "another", "its-critic")
    text = client.get("/runs/new").text
    assert "<option selected>demo-base</option>" in text
    assert (ticked(text, "problem_sets"), ticked(text, "critics")) == (["tekhne-fresh"], ["demo-critic"])
    assert 'placeholder="demo-critic on demo-base, tekhne-fresh"' in text
    assert "2 problems × 10 samples × 3 arms ≈ 60 programs" in text.replace("\u2009", " ")


def test_the_pace_is_of_a_run_that_is_large_enough_to_tell(client: TestClient, sqlite_store: Store) -> None:
    factory = StoreFactory(sqlite_store)
    large = factory.run(factory.problem_set("large", problems=20), samples=3, name="large")
    small = factory.run(factory.problem_set("small", problems=2), samples=1, name="small")
    began = now()
    with sqlite_store.writer() as session:
        for run_id, seconds in ((large, 180), (small, 600)):
            run = session.get_one(Run, run_id)
            run.started_at, run.finished_at = began, began + timedelta(seconds=seconds)
    chosen = {"problem_sets": "small", "samples": 60, "base": "demo-base"}
    text = client.get("/runs/plan", params=chosen).text.replace("\u2009", " ")
    assert "≈ 120 programs, about 2 min at the pace of “large”" in text


def test_a_store_without_runs_offers_a_base_that_has_a_critic(client: TestClient, sqlite_store: Store) -> None:
    StoreFactory(sqlite_store).problem_set(problems=2)
    add_pair(sqlite_store, "alone")
    add_pair(sqlite_store, "paired", "its-critic", "second")
    text = client.get("/runs/new").text
    assert "<option selected>paired</option>" in text
    assert (ticked(text, "critics"), ticked(text, "problem_sets")) == (["its-critic"], ["tekhne-fresh"])
    assert "not known before the first run of this base model" in text


def test_the_plan_follows_what_is_ticked(client: TestClient, run_id: int, sqlite_store: Store) -> None:
    add_pair(sqlite_store, "another", "its-critic")
    chosen = {"problem_sets": "tekhne-fresh", "samples": 4, "base": "demo-base", "listed_base": "demo-base"}
    alone = client.get("/runs/plan", params=chosen).text
    assert 'placeholder="no critic on demo-base, tekhne-fresh"' in alone
    assert "2 problems × 4 samples × 1 arm ≈ 8 programs, about" in alone.replace("\u2009", " ")
    assert 'id="critics"' not in alone
    other = client.get(
        "/runs/plan", params={**chosen, "base": "another", "critics": "demo-critic", "resample": "1"}
    ).text
    assert ticked(other, "critics") == ["its-critic"]
    assert 'placeholder="its-critic on another, tekhne-fresh"' in other
    assert "× 3 arms" in other.replace("\u2009", " ")


def test_a_run_is_cloned_with_all_that_was_chosen(client: TestClient, run_id: int, sqlite_store: Store) -> None:
    add_pair(sqlite_store, "mine", "its")
    fields = {
        "problem_sets": "tekhne-fresh", "base": "mine", "critics": "its", "resample": "true", "prompted": "true",
        "samples": 3, "temperature": 0.5, "top_p": 0.9, "max_new_tokens": 77, "seed": 5, "rounds": 2, "limit": 1,
        "feedback": "hidden", "gate": "hidden", "budget": "equal_tokens", "ungated": "true",
    }  # fmt: skip
    first = int(send(client, "/runs/new", **fields).headers["location"].rsplit("/", 1)[1])
    text = client.get(f"/runs/new?from={first}").text
    again: dict[str, object] = dict(re.findall(r'name="(\w+)"[^>]* value="([^"]*)"', text))
    for name in set(re.findall(r'type="checkbox" name="(\w+)"', text)):
        again.pop(name, None)
        if found := ticked(text, name):
            again[name] = found
    for name in ("base", "feedback", "gate", "budget"):
        options = re.search(rf'<select name="{name}">(.*?)</select>', text, re.S)
        assert options is not None
        chosen = re.search(r'<option(?: value="(\w*)")? selected>([^<]*)', options[1])
        assert chosen is not None
        again[name] = chosen[1] or chosen[2]
    again.pop("csrf")
    second = int(send(client, "/runs/new", **again).headers["location"].rsplit("/", 1)[1])
    with sqlite_store.reader() as session:
        assert session.get_one(Run, first).specification_hash == session.get_one(Run, second).specification_hash
    assert client.get("/runs/new?from=999").status_code == 404


def test_a_run_is_named_described_tagged_and_pinned(client: TestClient, run_id: int, sqlite_store: Store) -> None:
    newer = StoreFactory(sqlite_store, seed=3).run(1, name="newer", samples=1)
    said = {"name": " For <me> ", "note": "Why\nI ran it", "tags": "paper, 100%, paper,", "pinned": "true"}
    assert send(client, f"/runs/{run_id}/describe", **said).status_code == 303
    page, listed = client.get(f"/runs/{run_id}").text, client.get("/runs").text
    assert "For &lt;me&gt;</h1>" in page
    assert "Why\nI ran it" in page
    assert listed.index(f'id="run-{run_id}"') < listed.index(f'id="run-{newer}"')
    tagged = client.get("/runs?tag=100%25").text
    assert f'id="run-{run_id}"' in tagged
    assert f'id="run-{newer}"' not in tagged
    assert "No run has this tag" in client.get("/runs?tag=10").text
    body, origin = {"name": "plain", "tags": ["x"]}, {"Origin": "http://localhost"}
    answer = client.patch(f"/api/v1/runs/{run_id}", json=body, headers=origin).json()
    # What a program leaves out stays as a person wrote it; what it empties is empty.
    assert (answer["name"], answer["tags"], answer["pinned"], answer["note"]) == (
        "plain",
        ["x"],
        True,
        "Why\nI ran it",
    )
    emptied = client.patch(f"/api/v1/runs/{run_id}", json={"note": "", "pinned": False}, headers=origin).json()
    assert (emptied["name"], emptied["tags"], emptied["pinned"], emptied["note"]) == ("plain", ["x"], False, "")
    for wrong_tags in ([[]], [1], {"a": "b"}):
        answer = client.patch(f"/api/v1/runs/{run_id}", json={"tags": wrong_tags}, headers=origin)
        assert answer.status_code == 422
        assert "tags" in answer.json()["error"]
    for wrong in ({"name": ""}, {"tags": "t" * 41}, {"name": "a\0"}, {"tags": ",".join("abcdefghijklm")}):
        assert send(client, f"/runs/{run_id}/describe", **{"name": "a", **wrong}).status_code == 422


def test_the_form_limits_a_run_and_adds_a_critics_ablations(
    client: TestClient, run_id: int, sqlite_store: Store
) -> None:
    with sqlite_store.writer() as session:
        base = Checkpoint(name="mine", kind=CheckpointKind.BASE, location="m", content_hash="m")
        session.add(base)
        session.flush()
        session.add(
            Checkpoint(name="its", kind=CheckpointKind.CRITIC, location="c", content_hash="c", base_id=base.id)
        )
    fields = {"problem_sets": "tekhne-fresh", "base": "mine", "critics": "its", "samples": 1}
    answer = send(client, "/runs/new", **fields, ablations="true", limit=2)
    number = int(answer.headers["location"].rsplit("/", 1)[1])
    with sqlite_store.reader() as session:
        run = session.get_one(Run, number)
        assert [arm.kind for arm in run.arms] == ["base", "critic", "no_trace", "shuffled_trace", "no_reflection"]
        problems = session.scalars(select(RunProblem).where(RunProblem.run_id == number)).all()
        assert len(problems) == 2
    lonely = send(client, "/runs/new", **fields, ablations="true", limit=1)
    assert "shows the trace of another problem" in lonely.text
    refused = send(client, "/runs/new", **fields, limit=0)
    assert refused.status_code == 422
    assert "Limit 0 is not between 1 and" in refused.text


def test_a_field_that_cannot_be_used_comes_back_beside_its_sentence(client: TestClient, run_id: int) -> None:
    answer = send(client, "/runs/new", problem_sets="tekhne-fresh", base="base-1", samples=0)
    assert answer.status_code == 422


def test_what_makes_no_sense_in_a_state_is_said(client: TestClient, run_id: int) -> None:
    answer = send(client, f"/runs/{run_id}/pause")
    assert answer.status_code == 422
    assert "nothing to stop" in answer.text
    assert "<h1>This was not done</h1>" in answer.text
    assert "cannot be read" not in answer.text


@pytest.mark.parametrize(
    ("came_from", "leads_to"),
    [
        ("http://localhost/runs/1?x=1", "/runs/1?x=1"),
        ("http://evil.example/runs/1", ""),
        ("http://localhost//evil.example", ""),
        ("", ""),
    ],
)
def test_a_refusal_leads_back_to_where_it_was_asked(
    client: TestClient, run_id: int, came_from: str, leads_to: str
) -> None:
    client.get("/runs")
    fields = {"csrf": client.cookies["tekhne_csrf"]}
    origin = {"Origin": "http://localhost", "Referer": came_from}
    text = client.post(f"/runs/{run_id}/pause", data=fields, headers=origin).text
    back = re.findall(r'<a class="button" href="([^"]*)">Back to where you were</a>', text)
    assert back == ([leads_to] if leads_to else [])


def test_a_filter_that_cannot_be_read_leads_to_the_page_without_it(client: TestClient, run_id: int) -> None:
    text = client.get(f"/runs/{run_id}/problems.csv?state=bogus").text
    assert f'href="/runs/{run_id}/problems.csv">The same page without its filter' in text


def test_a_rerun_is_asked_for_from_the_problems_page(client: TestClient, run_id: int, sqlite_store: Store) -> None:
    with sqlite_store.reader() as session:
        attempt = session.scalars(select(Attempt).where(Attempt.run_id == run_id)).first()
    assert attempt is not None
    fields = {"problem_id": attempt.problem_id, "attempt_id": attempt.id, "repairer": "resample:", "seed": 4}
    answer = send(client, f"/runs/{run_id}/rerun", **fields)
    assert answer.status_code == 303, answer.text
    page = client.get(answer.headers["location"])
    assert "queued" in page.text
    assert "No worker is alive" in page.text
    again = send(client, f"/runs/{run_id}/rerun", **fields)
    assert again.headers["location"] == answer.headers["location"]


def test_only_what_a_reader_changed_counts_as_edited(client: TestClient, run_id: int, sqlite_store: Store) -> None:
    with sqlite_store.reader() as session:
        attempt = session.scalars(select(Attempt).where(Attempt.run_id == run_id)).first()
    assert attempt is not None
    fields = {"problem_id": attempt.problem_id, "attempt_id": attempt.id, "repairer": "resample:"}
    texts = {"shown_trace": "a\nb", "edited_trace": "a\r\nb", "shown_prompt": "p", "edited_prompt": "q\r\n"}
    assert send(client, f"/runs/{run_id}/rerun", **fields, **texts).status_code == 303
    with sqlite_store.reader() as session:
        child = session.scalars(select(Run).where(Run.parent_id == run_id).order_by(Run.id.desc())).first()
        assert child is not None
        settings = child.arms[0].settings
    assert settings["edited_trace"] is None
    assert settings["edited_prompt"] == "q\n"


REFLECTIONS = {
    "": ("", None, None),
    "typed": ("", "Mind the sign.", "a reader"),
    "taken": ("SOURCE", "TEXT", "SOURCE"),
    "changed": ("SOURCE", "Mind the sign.", "a reader, after SOURCE"),
}


@pytest.mark.parametrize("case", REFLECTIONS)
def test_a_reflection_is_taken_as_it_is_or_as_a_reader_changed_it(
    client: TestClient, run_id: int, sqlite_store: Store, case: str
) -> None:
    with sqlite_store.writer() as session:
        lesson = session.scalars(select(Reflection).where(Reflection.run_id == run_id)).first()
        assert lesson is not None
        lesson.text = "TEXT"
        fields = {"problem_id": lesson.problem_id, "attempt_id": lesson.attempt_id, "repairer": "prompted:"}
        source = find_reflection_choices(session, lesson.attempt_id)[0].source
    chosen, text, kept = REFLECTIONS[case]
    typed = "" if text in (None, "TEXT") else text
    sent = {"reflection_from": chosen.replace("SOURCE", source), "edited_reflection": typed}
    assert send(client, f"/runs/{run_id}/rerun", **fields, **sent).status_code == 303
    with sqlite_store.reader() as session:
        child = session.scalars(select(Run).where(Run.parent_id == run_id).order_by(Run.id.desc())).first()
        assert child is not None
        settings = child.arms[0].settings
    assert settings.get("edited_reflection") == text
    assert settings.get("reflection_source") == (kept.replace("SOURCE", source) if kept else None)


def test_all_problems_that_match_a_filter_are_rerun_as_one_job(
    client: TestClient, run_id: int, sqlite_store: Store
) -> None:
    with sqlite_store.writer() as session:
        session.execute(update(Attempt).values(verdict=Verdict.TYPE))
        task = session.get_one(Problem, 2).task_id
    listed = client.get(f"/runs/{run_id}/problems").text
    assert "Re-run 2 problems" in listed
    fields = {"repairer": "prompted:", "seed": 3}
    answer = send(client, f"/runs/{run_id}/rerun-all?q={task}", **fields)
    assert answer.headers["location"].startswith("/jobs/"), answer.text
    with sqlite_store.reader() as session:
        child = session.scalars(select(Run).where(Run.parent_id == run_id)).one()
        assert session.scalars(select(RunProblem.problem_id).where(RunProblem.run_id == child.id)).all() == [2]
    send(client, f"/runs/{run_id}/rerun-all", **fields)
    with sqlite_store.reader() as session:
        both = session.scalars(select(Run.id).where(Run.parent_id == run_id).order_by(Run.id.desc())).first()
    assert client.get(f"/runs/{both}").headers["location"] == f"/runs/{run_id}/problems?last_rerun=any"
    assert "under way" in client.get(f"/runs/{run_id}/problems?last_rerun=under-way").text
    assert send(client, f"/runs/{run_id}/rerun-all?q=zzzz", **fields).status_code == 400


def test_a_reflection_that_is_not_offered_is_refused(client: TestClient, run_id: int) -> None:
    fields = {"problem_id": 1, "attempt_id": 1, "repairer": "prompted:", "reflection_from": "nobody"}
    answer = send(client, f"/runs/{run_id}/rerun", **fields)
    assert answer.status_code == 400
    assert "There is no reflection by “nobody” to give" in answer.text


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/runs/1/rerun", {"problem_id": 1, "attempt_id": 10**20, "repairer": "critic:1"}),
        ("/runs/1/rerun", {"problem_id": 1, "attempt_id": 1, "repairer": f"critic:{10**20}"}),
        ("/runs/1/rerun", {"problem_id": 1, "attempt_id": 1, "repairer": "resample:", "seed": 10**20}),
        ("/runs/new", {"problem_sets": "tekhne-fresh", "base": "base", "limit": 10**20}),
        ("/runs/new", {"problem_sets": "tekhne-fresh", "base": "base", "seed": 10**20}),
    ],
)
def test_a_number_that_no_database_holds_is_the_readers_mistake(
    client: TestClient, run_id: int, path: str, fields: dict[str, object]
) -> None:
    assert send(client, path, **fields).status_code in {400, 422}


def test_a_run_that_is_gone_is_not_found(client: TestClient) -> None:
    assert send(client, "/runs/77/cancel").status_code == 404


@pytest.mark.parametrize("repairer", ["base:", "nobody:", "critic:x", "critic:²", ""])
def test_a_repairer_that_is_none_is_refused(client: TestClient, run_id: int, repairer: str) -> None:
    fields = {"problem_id": 1, "attempt_id": 1, "repairer": repairer}
    assert send(client, f"/runs/{run_id}/rerun", **fields).status_code == 400


def test_a_transcript_is_marked_as_bad_and_taken_back(
    client: TestClient, run_id: int, sqlite_store: Store
) -> None:
    with sqlite_store.writer() as session:
        problem = session.scalars(select(Problem.id)).first()
        lesson = {
            "problem_id": problem, "attempt": "return 1\n}", "attempt_source": "mutant", "trace": "assertion at run",
            "verdict": Verdict.ASSERTION, "reflection": "One is not two.", "revision": "return 2\n}",
            "teacher": "canonical",
        }  # fmt: skip
        session.add(Transcript(content_hash="a", state=TranscriptState.VERIFIED, **lesson))
        cost = {"input_tokens": 1_200, "output_tokens": 40, "cost_usd": 0.0021}
        session.add(
            Transcript(content_hash="b", state=TranscriptState.REJECTED, reason="it panics", **lesson, **cost)
        )
    first, second = (client.get(f"/transcripts/{number}").text for number in (1, 2))
    assert "One is not two." in first
    assert "tokens" not in first
    assert "1\u2009200 input and 40 output tokens ($0.0021)" in second
    send(client, "/transcripts/1/mark", state="bad", reason="the reflection is wrong")
    assert "the reflection is wrong" in client.get("/transcripts?state=bad").text
    both = client.get("/transcripts?state=bad&verdict=assertion").text
    assert '<option value="assertion" selected>' in both
    assert 'name="state" value="bad"' in both
    assert 'href="/transcripts?state=rejected&amp;verdict=assertion"' in both
    send(client, "/transcripts/1/mark", state="verified")
    with sqlite_store.reader() as session:
        assert session.get_one(Transcript, 1).state is TranscriptState.VERIFIED
    assert send(client, "/transcripts/2/mark", state="verified").status_code == 422


def test_a_reader_says_what_a_model_was_trained_on(client: TestClient, run_id: int) -> None:
    page = client.get("/checkpoints/1").text
    assert "Say what this model was trained on" in page
    said = {"says": "saw", "problem_set": "tekhne-fresh", "evidence": "its <card>"}
    answer = send(client, "/checkpoints/1/origins", **said)
    assert (answer.status_code, answer.headers["location"]) == (303, "/checkpoints/1#origins")
    reason = "demo-base saw it, as declared: its &lt;card&gt;."
    assert reason in client.get("/checkpoints/1").text
    assert reason in client.get(f"/runs/{run_id}").text
    assert reason in client.get(f"/runs/{run_id}/problems").text
    assert reason in client.get(f"/runs/{run_id}/problems/tekhne-fresh/1").text
    refused = send(client, "/checkpoints/1/origins", says="saw", problem_set="tekhne-fresh")
    assert refused.status_code == 422
    assert "with evidence only" in refused.text
    refused = send(client, "/checkpoints/1/origins", cut_off="2024-10")
    assert (refused.status_code, "A cut-off is taken down with evidence only" in refused.text) == (422, True)
    refused = client.post("/api/v1/checkpoints/1/origins", json={"cut_off": "2024-10"})
    assert (refused.status_code, "A cut-off is taken down with evidence only" in refused.text) == (422, True)


def test_what_was_trained_on_by_force_is_said_of_the_checkpoint_and_of_what_comes_from_it(
    client: TestClient, run_id: int, sqlite_store: Store
) -> None:
    with sqlite_store.writer() as session:
        base = session.get_one(Checkpoint, 1)
        base.training = {"forced": ["set/held-out-30"]}
        child = Checkpoint(name="child", kind=base.kind, location="c", content_hash="c", parent_id=1)
        session.add(child)
        session.flush()
        child_id = child.id
        facts = training_facts(session, "child")
    words = "demo-base was trained by force on set/held-out-30, which was held out"
    assert facts is not None
    section = StepSection(name="teach", label="", description="", state=JobState.DONE)
    assert words in " ".join(training_section(section, facts).notes)
    assert "It was trained by force on" in client.get("/checkpoints/1").text
    assert "demo-base, from which it comes, was trained by force on" in client.get(f"/checkpoints/{child_id}").text


def test_a_run_of_unknown_origin_asks_what_its_model_read(client: TestClient, run_id: int) -> None:
    assert "/checkpoints/1#origins" not in client.get(f"/runs/{run_id}").text
    send(client, "/checkpoints/1/origins", says="forget", problem_set="tekhne-fresh")
    text = client.get(f"/runs/{run_id}").text
    assert "What demo-base read is not known" in text or "what demo-base read is not known" in text
    assert '<a href="/checkpoints/1#origins">Say what demo-base was trained on</a>' in text
