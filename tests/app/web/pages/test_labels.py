"""Labels over HTTP: given, counted, filtered by, queued, imported and refused."""

import csv
import io
import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from httpx2 import Response
from sqlalchemy import func, select
from typer.testing import CliRunner

from app.actions.deleting import delete_run, remove_deleted
from app.actions.errors import ActionError
from app.actions.label_files import import_reviews
from app.actions.labels import Opinion, save_program_review
from cli.main import app
from models import Arm, Attempt, FailureCount, Problem, Review, ReviewLabel, Run
from models.enums import ReviewState, Verdict
from tests.app.web.pages.conftest import Served


def _failed(served: Served) -> tuple[int, str, str, int]:
    """The first failed draft of the run: its id, task, arm and sample."""
    with served.store.reader() as session:
        row = session.execute(
            select(Attempt.id, Problem.task_id, Arm.name, Attempt.sample)
            .join(Problem, Problem.id == Attempt.problem_id)
            .join(Arm, Arm.id == Attempt.arm_id)
            .where(Attempt.run_id == served.run_id, Attempt.verdict == Verdict.ASSERTION)
            .order_by(Attempt.id)
        ).first()
    assert row is not None
    return row.id, row.task_id, row.name, row.sample


def _send(served: Served, program: int, status: int = 303, **fields: object) -> Response:
    served.client.get("/preferences")
    given = {"csrf": served.client.cookies["tekhne_csrf"], "kind": "attempt", "program": program, "state": "done"}
    answer = served.client.post(f"/runs/{served.run_id}/labels", data={**given, **fields})
    assert answer.status_code == status, answer.text
    return answer


def test_a_label_is_shown_counted_filtered_by_and_in_the_csv(served: Served) -> None:
    program, task, arm, sample = _failed(served)
    here = f"/runs/{served.run_id}/problems/{task}?arm={arm}&sample={sample}"
    answer = _send(served, program, labels="off by one, harness bug", reviewer="Ada", note="a = b", here=here)
    assert answer.headers["location"] == here
    page = served.text(here)
    assert page.count('<span class="tag label">harness bug</span>') == 1
    assert re.search(r'value="off by one" checked', page)
    assert 'name="reviewer" value="Ada"' in page, "the name is chosen once"
    listed = served.text(f"/runs/{served.run_id}/problems?label=Off+by+one")
    assert "<strong>1</strong> of" in listed
    assert task in listed
    assert '<option value="off by one" selected>' in listed
    counted = served.text(f"/runs/{served.run_id}/labels")
    assert re.search(r'label=harness\+bug">harness bug</a></th><td class="num">1</td>', counted)
    rows = list(csv.DictReader(io.StringIO(served.client.get(f"/runs/{served.run_id}/labels.csv").text[1:])))
    assert [(row["task_id"], row["labels"], row["note"], row["reviewer"]) for row in rows] == [
        (task, "harness bug; off by one", "a = b", "Ada")
    ]
    attempts = csv.DictReader(io.StringIO(served.client.get(f"/runs/{served.run_id}/attempts.csv").text[1:]))
    assert [(row["task_id"], row["arm"], row["sample"], row["label"]) for row in attempts if row["label"]] == [
        (task, arm, str(sample), "harness bug; off by one")
    ]
    answer = served.client.get(f"/runs/{served.run_id}/problems.csv?label=off+by+one")
    assert answer.headers["x-rows"] == "1"
    assert served.client.get(f"/api/v1/runs/{served.run_id}/problems?label=off+by+one").json()["matched"] == 1


def test_a_label_in_another_spelling_is_the_same_label(served: Served) -> None:
    program, *_ = _failed(served)
    _send(served, program, labels="off by one", reviewer="Ada")
    _send(served, program, labels="Off  By One", reviewer="Bo")
    with served.store.reader() as session:
        assert session.scalars(select(ReviewLabel.name)).all() == ["off by one"] * 2


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"labels": "x" * 61}, "A label has at most 60 characters; this one has 61"),
        ({"labels": "same; Same"}, "stands there twice"),
        ({"labels": "a", "reviewer": ""}, "Nobody is named as the reviewer"),
        ({"labels": "a", "reviewer": "x" * 41}, "has at most 40 characters"),
        ({"note": "x" * 4_001}, "A note has at most 4,000 characters"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_one_sentence(
    served: Served, fields: dict[str, object], sentence: str
) -> None:
    program, *_ = _failed(served)
    assert sentence in _send(served, program, 422, **{"reviewer": "Ada", **fields}).text
    with served.store.reader() as session:
        assert session.scalar(select(func.count()).select_from(Review)) == 0


def test_a_program_that_is_not_there_is_not_labelled(served: Served) -> None:
    assert "There is no attempt 999999 to label" in _send(served, 999_999, 404, labels="a", reviewer="Ada").text


def test_two_reviewers_at_once_keep_both_reviews_and_one_in_two_windows_is_told(served: Served) -> None:
    program, *_ = _failed(served)
    _send(served, program, labels="b", reviewer="Bo", seen=0)
    _send(served, program, labels="a", reviewer="Ada", seen=0)
    assert "load it again" in _send(served, program, 422, labels="c", reviewer="Ada", seen=0).text
    with served.store.reader() as session:
        assert sorted(session.scalars(select(ReviewLabel.name))) == ["a", "b"]


def test_a_name_given_in_another_browser_adds_to_what_it_said_before(served: Served) -> None:
    program, *_ = _failed(served)
    _send(served, program, labels="a", note="one", reviewer="Ada", seen=0)
    served.client.cookies.delete("tekhne_reviewer")
    _send(served, program, labels="b", note="two", reviewer="Ada", seen=0)
    with served.store.reader() as session:
        assert sorted(session.scalars(select(ReviewLabel.name))) == ["a", "b"]
        assert session.scalars(select(Review.note)).all() == ["one\ntwo"]


def test_a_review_that_says_nothing_is_none(served: Served) -> None:
    program, *_ = _failed(served)
    _send(served, program, labels="a", reviewer="Ada")
    _send(served, program, labels="", state="open", reviewer="Ada")
    with served.store.reader() as session:
        assert session.scalar(select(func.count()).select_from(Review)) == 0


def test_the_queue_visits_every_failure_once_and_then_says_so(served: Served) -> None:
    with served.store.reader() as session:
        arm = session.scalars(select(Arm).where(Arm.run_id == served.run_id, Arm.name == "base")).one()
        failed = select(func.sum(FailureCount.failed)).where(FailureCount.arm_id == arm.id)
        owed = session.scalar(failed) or 0
        drafts = {
            (row.problem.task_id, row.sample): row.id
            for row in session.scalars(select(Attempt).where(Attempt.arm_id == arm.id))
        }
    assert owed > 3
    address, visited = f"/runs/{served.run_id}/labels/next?arm=base", set()
    for _ in range(owed):
        location = served.client.get(address).headers["location"]
        found = re.search(r"/problems/(.+)\?arm=base&sample=(\d+)", unquote(location))
        assert found is not None
        place = (found[1], int(found[2]))
        visited.add(place)
        save_program_review(served.store, "attempt", drafts[place], "Ada", Opinion(labels=("seen",)))
    assert len(visited) == owed
    location = served.client.get(address).headers["location"]
    assert location == f"/runs/{served.run_id}/labels?done=1"
    assert "No failure without a label is left" in served.text(location)


def test_the_queue_goes_on_behind_the_shown_failure_and_begins_again_at_the_end(served: Served) -> None:
    def follow(query: str) -> tuple[str, str]:
        location = served.client.get(f"/runs/{served.run_id}/labels/next?arm=base{query}").headers["location"]
        found = re.search(r"/problems/(.+)\?arm=base&sample=(\d+)", unquote(location))
        assert found is not None
        return found[1], found[2]

    with served.store.reader() as session:
        arm = session.scalars(select(Arm).where(Arm.run_id == served.run_id, Arm.name == "base")).one()
        owed = session.scalar(select(func.sum(FailureCount.failed)).where(FailureCount.arm_id == arm.id)) or 0
        problems = dict(session.execute(select(Problem.task_id, Problem.id)).all())
    first = place = follow("")
    passed_by = []
    for _ in range(owed):
        passed_by.append(place)
        place = follow(f"&problem={problems[place[0]]}&sample={place[1]}")
    assert len(set(passed_by)) == owed, "none is left out though nothing was labelled"
    assert place == first


def test_a_csv_comes_back_as_it_went_and_a_wrong_line_changes_nothing(served: Served) -> None:
    program, *_ = _failed(served)
    opinion = Opinion(labels=("=sum", "off by one"), state=ReviewState.UNSURE, note="-1 is\nwrong")
    save_program_review(served.store, "attempt", program, "Ada", opinion)
    file = served.client.get(f"/runs/{served.run_id}/labels.csv").text
    save_program_review(served.store, "attempt", program, "Ada", Opinion())
    assert import_reviews(served.store, served.run_id, file).stored == 1
    assert import_reviews(served.store, served.run_id, file).unchanged == 1
    assert served.client.get(f"/runs/{served.run_id}/labels.csv").text.split(",")[:-1] == file.split(",")[:-1]
    for wrong, sentence in (
        (file.replace(",Ada,", ",,"), "Line 3: Nobody is named"),
        (file.replace("base,", "bass,"), "has no arm “bass”"),
        (file.replace("unsure", "sure"), "state is “sure”"),
        (file.replace("labels", "label"), "lacks the column labels"),
        (re.sub(r"(base),\d+,0", r"\1,99,0", file), "wrote no draft for sample 99"),
    ):
        with pytest.raises(ActionError, match=sentence):
            import_reviews(served.store, served.run_id, wrong)
    with served.store.reader() as session:
        assert session.scalars(select(Review.state)).all() == [ReviewState.UNSURE]


def test_the_import_on_the_page_reads_a_file(served: Served) -> None:
    program, *_ = _failed(served)
    save_program_review(served.store, "attempt", program, "Ada", Opinion(labels=("a",)))
    file = served.client.get(f"/runs/{served.run_id}/labels.csv").content.replace(b",Ada,", b",Bo,")
    token = {"csrf": served.client.cookies["tekhne_csrf"]}
    address = f"/runs/{served.run_id}/labels/import"
    assert served.client.post(address, data=token, files={"file": ("l.csv", file)}).status_code == 303
    assert "1 program reviewed by both" in served.text(f"/runs/{served.run_id}/labels")
    answer = served.client.post(address, data=token, files={"file": ("l.csv", b"\xff\xfe\x00")})
    assert (answer.status_code, "no UTF-8 text" in answer.text) == (400, True)


def test_the_api_stores_reviews_whole_or_not_at_all_and_gives_them_back(served: Served) -> None:
    _, task, arm, sample = _failed(served)
    address = f"/api/v1/runs/{served.run_id}/labels"
    review = {"task_id": task, "arm": arm, "sample": sample, "reviewer": "Ada", "labels": ["off by one"]}
    other = {**review, "reviewer": "Bo", "labels": ["off by one", "slow"]}
    assert served.client.post(address, json=[review, other]).json() == {"stored": 2, "unchanged": 0}
    found = served.client.get(address).json()
    assert [(one["name"], one["problems"]) for one in found["labels"]] == [("off by one", 1), ("slow", 1)]
    assert [pair["programs"] for pair in found["agreements"]] == [1]
    for wrong, sentence in (
        ({"task_id": "nope"}, "Review 2: Run 1 has no problem “nope”"),
        ({"round": 7}, "Review 2: base wrote no revision of round 7"),
        ({"labels": [" "]}, "A label is empty"),
        ({"labels": ["a;b"]}, "one line without “;”"),
    ):
        answer = served.client.post(address, json=[{**review, "note": "new"}, {**other, **wrong}])
        assert 400 <= answer.status_code < 500
        assert sentence in answer.json()["error"], answer.text
    assert all(not one["note"] for one in served.client.get(address).json()["reviews"])


def test_the_command_line_shows_and_imports(served: Served, tmp_path: Path) -> None:
    program, *_ = _failed(served)
    save_program_review(served.store, "attempt", program, "Ada", Opinion(labels=("off by one",)))
    file = tmp_path / "labels.csv"
    file.write_bytes(served.client.get(f"/runs/{served.run_id}/labels.csv").content.replace(b",Ada,", b",Bo,"))
    run = CliRunner(env={"TEKHNE_DB": str(tmp_path / "served.db")}).invoke
    assert (
        run(app, ["labels", "import", str(file), "1"]).output == "Run 1: 1 reviews stored, 0 were there already.\n"
    )
    assert run(app, ["labels", "show", "1"]).output.startswith("off by one: 1 problems (base 1, ")


def test_the_labels_of_a_deleted_run_go_with_it(served: Served) -> None:
    program, *_ = _failed(served)
    save_program_review(served.store, "attempt", program, "Ada", Opinion(labels=("a",)))
    assert "labels" in served.text(f"/runs/{served.run_id}").partition("Delete</summary>")[2][:200]
    delete_run(served.store, served.run_id)
    remove_deleted(served.store)
    with served.store.reader() as session:
        for table in (Review, ReviewLabel, Run):
            assert session.scalar(select(func.count()).select_from(table)) == 0
