"""Two runs beside each other: every flip leads to its problem, whatever its name."""

import re

from sqlalchemy import select, update

from models import Problem, ProblemOrigin
from models.enums import Origin
from tests.app.web.pages.conftest import Served


def test_every_flip_opens_its_problem_even_where_the_name_would_bend_on_the_way(served: Served) -> None:
    with served.store.writer() as session:
        for number in range(1, 61):
            name = ("..", "a//b", "~7", "ü/?x#y", "a b")[number % 5]
            session.execute(update(Problem).where(Problem.id == number).values(task_id=f"{name}/{number}"))
    text = served.text(f"/compare?a={served.run_id}&b={served.run_id}&arm_a=base&arm_b=critic")
    addresses = {
        address.replace("&amp;", "&") for address in re.findall(r'href="(/runs/\d+/problems/[^"]+)"', text)
    }
    assert len(addresses) > 5
    for address in addresses:
        served.text(address)


def test_a_flip_of_a_problem_that_shares_its_name_opens_that_problem(served: Served) -> None:
    with served.store.writer() as session:
        session.execute(update(Problem).values(task_id="one/name"))
    sides = f"a={served.run_id}&b={served.run_id}&arm_a=base&arm_b=critic"
    moved = [
        flip
        for flip in served.client.get(f"/api/v1/compare?{sides}").json()["result"]["ledger"]
        if flip["move"] in {"fixed", "broken"}
    ]
    rows = re.findall(r'class="cover" href="(/runs/\d+/problems/~\d+)', served.text(f"/compare?{sides}"))
    assert len(moved) > 2
    assert len(set(rows)) == len(moved)


def test_a_claim_is_checked_beside_the_comparison(served: Served) -> None:
    text = served.text("/compare?claim=%2B3.4+points+on+30")
    assert "+3.4 pp on 30 problems is 1 problem." in text
    assert "Evidence takes 6 problems moving one way" in text
    assert "is no claim that can be checked" in served.text("/compare?claim=better")


def test_seen_and_unseen_problems_stand_apart_on_the_page_of_a_comparison_and_of_a_run(served: Served) -> None:
    with served.store.writer() as session:
        seen = select(Problem.text_hash).where(Problem.id <= 30)
        session.execute(update(ProblemOrigin).where(ProblemOrigin.text_hash.in_(seen)).values(origin=Origin.SEEN))
    text = served.text(f"/compare?a={served.run_id}&b={served.run_id}&arm_a=resample&arm_b=critic")
    assert "This rests on 30 seen and 30 unseen problems." in text
    assert '<h2 id="by-origin">By origin</h2>' in text
    assert '<th scope="row">seen − unseen</th>' in text
    assert "With as many tokens: " in text
    run = served.text(f"/runs/{served.run_id}")
    assert "Seen, 30 problems: " in run
    assert "pass@1 after repair" in run
