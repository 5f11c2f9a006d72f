"""Two runs beside each other: every flip leads to its problem, whatever its name."""

import re

from sqlalchemy import update

from models import Problem
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
