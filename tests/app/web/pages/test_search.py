"""The search finds what reading every row finds, page by page, and shows the line; its address says all of it."""

import re
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import delete, select, update

from app.queries.program_hits import match_line
from models import Arm, Attempt, FailureCount, Program, Reflection, Review, ReviewLabel, Revision, Run, Trace
from models.enums import RunState, Verdict
from models.text_index import index_new
from tests.app.web.pages.conftest import Served

NOTE = "It forgot 100% of\nthe Empty list."
Found = list[dict[str, Any]]


def everything(served: Served, **query: object) -> Found:
    """The hits of all pages of a search with one section."""
    hits: Found = []
    after = ""
    for _ in range(60):
        answer = served.client.get(f"/api/v1/search?{urlencode({**query, 'after': after}, doseq=True)}")
        assert answer.status_code == 200, answer.text
        (section,) = answer.json()
        hits += section["hits"]
        after = section["next_after"]
        if not after:
            return hits
    raise AssertionError("the pages never end")


def keys(hits: Found) -> list[tuple[int, str, int, int]]:
    return [(hit["problem_id"], hit["arm"], hit["sample"], hit["round"]) for hit in hits]


def stored(served: Served) -> list[tuple[Attempt | Revision, str]]:
    """Every draft and revision, with its arm's name."""
    with served.store.reader() as session:
        names = {arm.id: arm.name for arm in session.scalars(select(Arm))}
        rows = [*session.scalars(select(Attempt)), *session.scalars(select(Revision))]
        for row in rows:
            assert row.trace is None or row.trace.program.source
        return [(row, names[row.arm_id]) for row in rows]


def key(row: Attempt | Revision, arm: str) -> tuple[int, str, int, int]:
    return row.problem_id, arm, row.sample, row.round if isinstance(row, Revision) else 0


@pytest.mark.parametrize("is_indexed", [False, True])
def test_each_text_that_holds_the_words_is_found_once_over_all_pages(served: Served, is_indexed: bool) -> None:
    if is_indexed:
        with served.store.writer() as session:
            index_new(session.connection())
    rows = stored(served)
    for needle in ("return", ":=", "for _, v", "RANGE"):
        expected = {
            row.trace.program_id
            for row, _ in rows
            if row.trace and needle.lower() in row.trace.program.source.lower()
        }
        hits = everything(served, q=needle, **{"in": "programs"})
        assert len(hits) == len({hit["program_id"] for hit in hits})
        assert {hit["program_id"] for hit in hits} == expected
        assert all(hit["match"]["match"].lower() == needle.lower() for hit in hits)
        assert [hit["program_id"] for hit in hits] == sorted(expected, reverse=True)


def test_traces_and_reflections_are_searched_too(served: Served) -> None:
    with served.store.reader() as session:
        traces = {one.fingerprint for one in session.scalars(select(Trace)) if "not used" in one.message}
        reflections = set(session.scalars(select(Reflection.id).where(Reflection.text.contains("the"))))
    assert {hit["fingerprint"] for hit in everything(served, q="not used", **{"in": "traces"})} == traces != set()
    assert len(everything(served, q="the", **{"in": "reflections"})) == len(reflections) > 0
    sections = served.client.get("/api/v1/search?q=the").json()
    assert [section["place"] for section in sections] == ["programs", "traces", "reflections", "notes"]


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ({"class": "type"}, lambda row: row.verdict is Verdict.TYPE),
        ({"tokens_min": 40, "tokens_max": 60}, lambda row: 40 <= row.new_tokens <= 60),
        ({"edit_min": 3}, lambda row: isinstance(row, Revision) and row.edit_size >= 3),
        ({"edit_max": 0}, lambda row: isinstance(row, Revision) and row.edit_size == 0),
        ({"cpu_min": 0.02}, lambda row: False),
        ({"cpu_max": 0.013, "class": "passed"}, lambda row: row.trace is not None and row.verdict is Verdict.PASSED),
        ({"run": 1, "class": "panic"}, lambda row: row.verdict is Verdict.PANIC),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)  # fmt: skip
def test_programs_are_listed_by_what_they_came_to(served: Served, query: dict[str, object], holds: Any) -> None:
    expected = sorted(key(row, arm) for row, arm in stored(served) if holds(row))
    assert sorted(keys(everything(served, **query))) == expected


def test_an_arm_alone_lists_its_own_programs(served: Served) -> None:
    for arm in ("base", "resample"):
        expected = sorted(key(row, name) for row, name in stored(served) if name == arm)
        assert sorted(keys(everything(served, arm=arm))) == expected
        assert expected


def test_a_failure_group_lists_exactly_its_programs(served: Served) -> None:
    with served.store.reader() as session:
        counted = session.execute(select(FailureCount.fingerprint, FailureCount.failed)).all()
    rows = stored(served)
    for fingerprint in {words for words, _ in counted}:
        expected = sorted(key(row, arm) for row, arm in rows if row.trace and row.trace.fingerprint == fingerprint)
        hits = everything(served, fingerprint=fingerprint, run=1)
        assert sorted(keys(hits)) == expected
        assert len(hits) == sum(number for words, number in counted if words == fingerprint)
        assert all(hit["said"] for hit in hits), "its own message"
        few = everything(served, fingerprint=fingerprint, arm="base")
        assert {hit["arm"] for hit in few} <= {"base"}


def test_origin_is_that_of_the_runs_checkpoints(served: Served) -> None:
    seen = everything(served, run=1, origin="seen")
    unseen = everything(served, run=1, origin="unseen")
    unknown = everything(served, run=1, origin="unknown")
    assert len(seen) + len(unseen) + len(unknown) == len(stored(served))
    assert not {hit["problem_id"] for hit in seen} & {hit["problem_id"] for hit in unseen}
    assert "choose a run" in served.text("/search?origin=seen", 400)


def test_the_page_shows_the_line_with_the_match_and_leads_to_the_very_program(served: Served) -> None:
    text = served.text("/search?q=%3A%3D+range&in=programs")
    shown = re.search(r"<code>([^<]*)<mark>([^<]*)</mark>", text)
    assert shown is not None
    assert unescape(shown[2]) == ":= range"
    link = re.search(r'class="cover" href="(/runs/1/problems/~\d+\?[^"]*sample=\d+[^"]*)"', text)
    assert link is not None
    answer = served.client.get(unescape(link[1]), follow_redirects=True)
    assert answer.status_code == 200
    assert ":= range" in re.sub(r"<[^>]+>", "", unescape(answer.text))


def test_a_text_cannot_inject_markup_and_signs_are_no_operators(served: Served) -> None:
    with served.store.writer() as session:
        program = session.scalars(select(Program).order_by(Program.id.desc())).first()
        assert program is not None
        program.source = 'package x // <script>alert("1")</script> NEAR/2 OR * "'
    for needle in ('<script>alert("1")', "NEAR/2 OR *", 'OR * "', "% _", "(", '"'):
        text = served.text(f"/search?{urlencode({'q': needle})}")
        assert "<script>alert" not in text


def test_what_belongs_to_a_deleted_run_is_not_found(served: Served) -> None:
    with served.store.writer() as session:
        session.execute(update(Run).values(state=RunState.DELETING))
    assert everything(served, q="return", **{"in": "programs"}) == []
    with served.store.writer() as session:
        for table in (FailureCount, Revision, Reflection, Attempt):
            session.execute(delete(table))
    assert everything(served, q="the", **{"in": "reflections"}) == []


def test_notes_are_searched_and_labels_filter(served: Served) -> None:
    with served.store.writer() as session:
        draft = session.scalars(select(Attempt).where(Attempt.verdict == Verdict.TYPE)).first()
        revision = session.scalars(select(Revision).where(Revision.verdict == Verdict.PANIC)).first()
        assert draft is not None
        assert revision is not None
        for row in (draft, revision):
            place = {name: getattr(row, name) for name in ("run_id", "problem_id", "arm_id", "sample")}
            review = Review(
                **place, round=getattr(row, "round", 0), reviewer="ann", note="It forgot 100% of\nthe Empty list."
            )
            review.labels = [ReviewLabel(name="off by one" if row is draft else "harness bug")]
            session.add(review)
        names = {arm.id: arm.name for arm in session.scalars(select(Arm))}
        expected = [key(row, names[row.arm_id]) for row in (revision, draft)]
    hits = everything(served, q="empty LIST", **{"in": "notes"})
    assert keys(hits) == expected
    assert (hits[0]["match"]["number"], hits[0]["match"]["match"]) == (2, "Empty list")
    assert keys(everything(served, q="100% of", **{"in": "notes", "class": "type"})) == expected[1:]
    assert keys(everything(served, label="off by one")) == expected[1:]
    assert keys(everything(served, label="harness bug", run=1, **{"class": "panic"})) == expected[:1]
    assert everything(served, label="harness bug", **{"class": "type"}) == []
    assert "Notes" in served.text("/search?q=empty+list")


def test_an_address_is_shared_without_its_empty_fields_and_faults_are_named(served: Served) -> None:
    answer = served.client.get("/search?q=range&in=&run=&class=type&tokens_min=&cpu_max=")
    assert (answer.status_code, answer.headers["location"]) == (303, "/search?q=range&class=type")
    for query, words in (
        ("tokens_min=x", "no number from 0 on"),
        ("tokens_min=9&tokens_max=3", "is above the greatest"),
        ("in=everywhere", "is none of programs"),
        ("run=0", "no number of a row"),
        ("fingerprint=undefined", "begins with a verdict"),
        (f"q={'x' * 201}", "At most 200 characters"),
    ):
        assert words in unescape(served.text(f"/search?{query}", 400))
        assert words in served.client.get(f"/api/v1/search?{query}").json()["error"]
    assert "There is no run 99" in served.text("/search?q=range&run=99", 404)
    assert "found exactly as typed" in served.text("/search")


def test_a_long_line_is_cut_around_the_match() -> None:
    found = match_line("first\n\t" + "x" * 300 + "Needle" + "y" * 300 + "\nlast needle", "needle")
    assert found is not None
    assert (found.number, found.match) == (2, "Needle")
    assert found.before.startswith("…x")
    assert found.after.endswith("y…")
    assert match_line("nothing here", "needle") is None


def test_a_list_of_programs_says_why_each_failed_in_one_line(served: Served) -> None:
    why = {
        Verdict.TYPE: (
            "candidate.go:4:2: undefined: first\ncandidate.go:9:1: undefined: second",
            "undefined: first",
        ),
        Verdict.ASSERTION: (
            "--- FAIL: TestA (0.00s)\n    candidate_test.go:9: \n        \tError Trace:\tcandidate_test.go:9\n"
            '        \tError:      \tNot equal: \n        \t            \texpected: "AB"\n'
            '        \t            \tactual  : "ab"\n',
            'got "ab", want "AB"',
        ),
        Verdict.PANIC: (
            "panic: runtime error: index out of range [3] with length 3\n\ngoroutine 1",
            "panic: runtime",
        ),
    }
    with served.store.writer() as session:
        for verdict, (message, _) in why.items():
            session.execute(update(Trace).where(Trace.verdict == verdict).values(message=message))
    for verdict, (_, said) in why.items():
        hits = everything(served, run=1, **{"class": verdict})
        assert hits, verdict
        assert {hit["said"][: len(said)] for hit in hits} == {said}
    assert {hit["said"] for hit in everything(served, run=1, **{"class": "passed"})} == {""}
