"""Two runs beside each other: every flip leads to its problem, whatever its name."""

import re

from sqlalchemy import update

from models import Problem
from tests.app.pages.conftest import Served


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
