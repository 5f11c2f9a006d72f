"""Which sample the page of a problem shows, and what is read of it."""

import pytest

from app.errors import NotFound
from app.queries.problem_detail import find_draft, find_revisions
from app.queries.problem_states import ArmFacts
from app.queries.reruns import find_reruns
from app.queries.run_facts import read_facts
from app.queries.runs import find_run
from app.queries.sample_choice import DiffStyle, choose, most_informative_sample
from models.enums import Verdict
from tests.app.queries.conftest import Filled


def _results(draft_marks: str, marks: str) -> ArmFacts:
    return ArmFacts(
        arm_id=1, n=len(marks), c=0, unscored=0, fixed=0, broken=0, copied=0, flaky=0, recited=0,
        marks=marks, draft_marks=draft_marks, raw_marks=marks,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("draft_marks", "marks", "sample"),
    [("PTAA", "PTPA", 2), ("PPT", "PAT", 1), ("PPT", "PPT", 2), ("PPP", "PPP", 0), ("EE", "EE", 0), ("", "", 0)],
)
def test_the_most_informative_sample_is_shown_first(draft_marks: str, marks: str, sample: int) -> None:
    assert most_informative_sample(_results(draft_marks, marks)) == sample


def test_a_wrong_query_leads_to_the_default_choice(filled: Filled) -> None:
    with filled.store.reader() as session:
        run = find_run(session, filled.run_id)
        row = read_facts(session, run).problems[0]
    wrong = choose(run, row, range(4), {"arm": ["bogus"], "sample": ["99999"], "diff": ["bogus"], "round": ["x"]})
    assert wrong == choose(run, row, range(4), {})
    asked = choose(run, row, range(4), {"arm": ["base"], "sample": ["3"], "diff": ["unified"]})
    assert (asked.arm and asked.arm.name, asked.sample, asked.diff_style) == ("base", 3, DiffStyle.UNIFIED)


def test_every_sample_of_every_arm_agrees_with_its_mark(filled: Filled) -> None:
    with filled.store.reader() as session:
        run = find_run(session, filled.run_id)
        for row in read_facts(session, run).problems[:6]:
            for arm in run.arms:
                results = row.arm(arm.id)
                assert results is not None
                for sample in range(run.samples):
                    draft = find_draft(session, run, row.problem_id, arm, sample)
                    revisions = find_revisions(session, run, row.problem_id, arm, sample)
                    final = revisions[-1] if revisions else draft
                    assert draft is not None
                    assert final is not None
                    assert final.verdict is not None
                    assert (final.verdict is Verdict.PASSED) == (results.marks[sample] == "P")
                    assert (final.trace is None) == (final.verdict is Verdict.SANDBOX_ERROR)


def test_a_rerun_is_listed_under_its_problem_and_shows_the_draft_it_repaired(filled: Filled) -> None:
    first = filled.factory.rerun(filled.run_id, 3)
    second = filled.factory.rerun(filled.run_id, 3, drafts=2)
    with filled.store.reader() as session:
        assert [one.run_id for one in find_reruns(session, filled.run_id, 3)] == [second, first]
        assert find_reruns(session, filled.run_id, 4) == ()
        parent, rerun = find_run(session, filled.run_id), find_run(session, second)
        assert parent.base_arm is not None
        for sample in range(2):
            original = find_draft(session, parent, 3, parent.base_arm, sample)
            again = find_draft(session, rerun, 3, rerun.arms[0], sample)
            assert original is not None
            assert again == original


def test_a_run_that_is_not_there_is_named(filled: Filled) -> None:
    with filled.store.reader() as session, pytest.raises(NotFound, match="no run 77"):
        find_run(session, 77)
