"""Any two programs side by side, by references in the address."""

import re
from urllib.parse import quote

import pytest
from sqlalchemy import select, update

from models import Arm, Attempt, Problem, Revision
from models.arm_kinds import ArmKind
from models.enums import Stage, Verdict
from tests.app.web.pages.conftest import Served


def beside(served: Served, left: str, right: str, status: int = 200, query: str = "") -> str:
    return served.text(f"/programs?left={quote(left)}&right={quote(right)}{query}", status)


def words(html: str) -> str:
    return re.sub(r"<[^>]+>", "", html)


@pytest.fixture
def pair(served: Served) -> tuple[int, int, str]:
    """A draft with its revision by the critic, as rows; and what both samples are called without them."""
    with served.store.writer() as session:
        revision = session.scalars(select(Revision).join(Arm).where(Arm.kind == ArmKind.CRITIC)).first()
        assert revision is not None
        draft = session.get_one(Attempt, revision.attempt_id)
        draft.text, revision.text = "func DraftOfPair() {}\n", "func RevisionOfPair() {}\n"
        return draft.id, revision.id, f"{draft.run_id}/{draft.problem_id}/{draft.sample}"


def test_a_program_is_named_by_its_row_or_by_its_sample(served: Served, pair: tuple[int, int, str]) -> None:
    draft, revision, sample = pair
    for left in (
        f"attempt:{draft}",
        f"sample:{sample}/0/base",
        f"sample:{sample}/0/critic",
        f"sample:{sample}/last/base",
    ):
        for right in (f"revision:{revision}", f"sample:{sample}/last/critic", f"sample:{sample}/1/critic"):
            text = words(beside(served, left, right))
            assert text.index("DraftOfPair") < text.index("RevisionOfPair")
            assert "draft and critic, sample" in " ".join(text.split())


def test_revision_and_canonical_solution_sample_and_sample_twin_and_original(
    served: Served, pair: tuple[int, int, str]
) -> None:
    with served.store.writer() as session:
        problem = session.get_one(Attempt, pair[0]).problem
        problem.canonical_solution = "func Canonical() {}\n"
        solution = f"solution:{problem.id}"
        other = session.scalars(select(Attempt).where(Attempt.problem_id != problem.id)).first()
        assert other is not None
        other.text, foreign = "func OfAnotherProblem() {}\n", f"attempt:{other.id}"
    assert "Canonical()" in words(beside(served, f"revision:{pair[1]}", solution))
    text = beside(served, f"attempt:{pair[0]}", foreign)
    assert "OfAnotherProblem" in words(text)
    again = beside(served, f"attempt:{pair[0]}", f"attempt:{pair[0]}")
    assert "no difference" in again


def test_runs_and_reruns_stand_beside_each_other(served: Served, pair: tuple[int, int, str]) -> None:
    with served.store.reader() as session:
        problem_id = session.get_one(Attempt, pair[0]).problem_id
    other = served.factory.run(served.version_id, samples=1, name="another run")
    rerun = served.factory.rerun(served.run_id, problem_id)
    text = beside(served, f"revision:{pair[1]}", f"sample:{other}/{problem_id}/0/0/base")
    assert f"run {other}: another run" in text
    assert f"re-run {rerun}, sample 0, round 1" in beside(
        served, f"revision:{pair[1]}", f"sample:{rerun}/{problem_id}/0/last/critic"
    )


def test_every_offered_program_opens_and_keeps_the_other_side(served: Served, pair: tuple[int, int, str]) -> None:
    text = beside(served, f"attempt:{pair[0]}", f"revision:{pair[1]}")
    offered = {link.replace("&amp;", "&") for link in re.findall(r'href="(/programs\?[^"]+)"', text)}
    assert len(offered) > 10
    for link in offered:
        assert quote(f"attempt:{pair[0]}", safe="") in link or quote(f"revision:{pair[1]}", safe="") in link
        served.text(link)


@pytest.mark.parametrize(
    ("reference", "status", "said"),
    [
        ("nonsense", 400, "names no program"),
        ("attempt:0", 400, "no row number"),
        ("attempt:999999", 404, "There is no attempt 999999"),
        ("solution:999999", 404, "no problem with the row number"),
        ("sample:1/1/99/last/critic", 404, "has no such program"),
        ("sample:1/1/0/last/nobody", 404, "has no arm “nobody”"),
        ("sample:99/1/0/last/base", 404, "There is no run 99"),
    ],
)
def test_a_reference_that_names_nothing_says_so(served: Served, reference: str, status: int, said: str) -> None:
    assert said in beside(served, reference, "attempt:1", status)


def test_a_problem_without_a_canonical_solution_says_so(served: Served) -> None:
    with served.store.writer() as session:
        session.execute(update(Problem).values(canonical_solution=None))
    assert "has no canonical solution" in beside(served, "solution:1", "attempt:1", 404)
    assert "needs two programs" in served.text("/programs?left=attempt:1", 400)


def test_a_table_gets_the_diff_alone_as_a_row(served: Served, pair: tuple[int, int, str]) -> None:
    headers = {"HX-Request": "true", "HX-Request-Type": "partial"}
    path = f"/programs?left=attempt:{pair[0]}&right=revision:{pair[1]}&unfold=17"
    answer = served.client.get(path, headers=headers).text
    assert answer.strip().startswith("{#") is False
    assert '<tr id="unfold-17" class="unfolded">' in answer
    assert "<h1>" not in answer
    assert 'id="L17-1"' in answer


def test_a_failed_assertion_is_a_table_on_either_side(served: Served, pair: tuple[int, int, str]) -> None:
    message = (
        "--- FAIL: TestA (0.00s)\n    candidate_test.go:9: \n        \tError Trace:\tcandidate_test.go:9\n"
        '        \tError:      \tNot equal: \n        \t            \texpected: "AB"\n'
        '        \t            \tactual  : "ab"\n'
    )
    with served.store.writer() as session:
        trace = session.get_one(Attempt, pair[0]).trace
        assert trace is not None
        trace.verdict, trace.stage, trace.message = Verdict.ASSERTION, Stage.RUN, message
        session.get_one(Attempt, pair[0]).verdict = Verdict.ASSERTION
    text = beside(served, f"revision:{pair[1]}", f"attempt:{pair[0]}")
    assert text.count('<table class="got-want">') == 1
    assert "test line 9" in text
    assert 'href="#T9"' not in text, "the tests are not on this page"
