"""The page of a problem set."""

import re

from sqlalchemy import select

from models import (
    Generation,
    OverlapComparison,
    OverlapFinding,
    ProblemOrigin,
    ProblemSet,
    ProblemSetVersion,
    Run,
)
from models.enums import Origin, OriginSource
from tests.app.web.pages.conftest import Served


def test_a_long_set_is_paged_without_a_gap(served: Served) -> None:
    served.factory.problem_set("long", 450)
    found: list[str] = []
    path = "/problem-sets/long"
    while path:
        text = served.text(path)
        found += re.findall(r'<th scope="row">([^<]+)</th>', text)
        onward = re.search(r'href="([^"]*)" rel="next"', text)
        path = f"/problem-sets/long{onward.group(1)}".replace("&amp;", "&") if onward else ""
    assert len(found) == len(set(found)) == 450
    assert "450 problems, 401 to 450 here" in text


def test_a_place_behind_the_last_problem_leads_back(served: Served) -> None:
    served.factory.problem_set("short", 3)
    assert "There are no problems after this one." in served.text("/problem-sets/short?after=3")
    assert "3 problems" in served.text("/problem-sets/short?after=bogus")


def test_near_duplicates_and_the_hash_of_a_secret_seed_are_shown(served: Served) -> None:
    served.factory.problem_set("first", 3)
    served.factory.problem_set("second", 2)
    with served.factory.store.writer() as session:
        first, second = (
            session.scalars(select(ProblemSetVersion).join(ProblemSet).where(ProblemSet.name == name)).one()
            for name in ("first", "second")
        )
        compared = OverlapComparison(
            version_id=first.id, other_version_id=second.id, prompt_limit=0.5, solution_limit=0.7
        )
        session.add(compared)
        session.flush()
        session.add(
            OverlapFinding(
                comparison_id=compared.id,
                problem_id=first.members[0].problem_id,
                other_problem_id=second.members[0].problem_id,
                prompt_similarity=0.625,
                solution_similarity=0.9,
            )
        )
        session.add(
            Generation(
                version_id=second.id, generator="tekhne", generator_version=3, seed=None, seed_hash="ab" * 32
            )
        )
    text = served.text("/problem-sets/second")
    assert "1 pair of near-duplicates" in text
    assert "90%" in text
    assert "version 3" in text
    assert "ab" * 32 in text
    assert "secret" in text
    assert "1 pair of near-duplicates" in served.text("/problem-sets/first")


def test_a_new_finding_is_on_the_runs_page_at_once(served: Served) -> None:
    """Findings are no part of a run's version: the page must not be answered from what a browser kept."""
    other = served.factory.problem_set("other", 2)
    run = f"/runs/{served.run_id}"
    before = served.client.get(run)
    assert "near-duplicate" not in before.text
    with served.store.writer() as session:
        mine = session.get_one(ProblemSetVersion, served.version_id).members[0].problem_id
        seen = session.get_one(ProblemSetVersion, other).members[0].problem
        base = session.get_one(Run, served.run_id).base_checkpoint_id
        said = ProblemOrigin(checkpoint_id=base, text_hash=seen.text_hash, origin=Origin.SEEN, evidence="its card")
        said.known_by = OriginSource.DECLARED
        ids = {"version_id": served.version_id, "other_version_id": other}
        compared = OverlapComparison(**ids, prompt_limit=0.5, solution_limit=0.7)
        session.add_all([said, compared])
        session.flush()
        finding = OverlapFinding(comparison_id=compared.id, problem_id=mine, other_problem_id=seen.id)
        finding.prompt_similarity, finding.solution_similarity = 0.6, 0.9
        session.add(finding)
    after = served.client.get(run, headers={"If-None-Match": before.headers.get("ETag", '"none"')})
    assert after.status_code == 200
    assert "is a near-duplicate of problems that its checkpoints were trained on" in after.text
