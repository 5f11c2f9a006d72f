"""A store that knows the shipped pair is left as it is by every later start, whichever release or folder it is of."""

import subprocess
import sys
from pathlib import Path

from sqlalchemy import func, select

from models import Checkpoint, Run, Store
from worker import demo
from worker.demo.installing import install_demo_pair

ROOT = Path(__file__).resolve().parents[2]
PAIR = {"demo-base", "demo-critic"}


def rows(store: Store) -> list[tuple[object, ...]]:
    with store.reader() as session:
        kept = select(Checkpoint.id, Checkpoint.name, Checkpoint.location, Checkpoint.deleted_at)
        runs = session.scalar(select(func.count()).select_from(Run))
        return [*sorted(tuple(row) for row in session.execute(kept)), (runs,)]


def test_a_second_start_changes_nothing(store: Store) -> None:
    install_demo_pair(store)
    before = rows(store)
    assert {row[1] for row in before[:-1]} == PAIR
    install_demo_pair(store)
    assert rows(store) == before


def test_a_second_start_loads_no_network_library(store: Store) -> None:
    install_demo_pair(store)
    program = (
        "import sys\nfrom worker.demo.installing import install_demo_pair\nfrom models import Store\n"
        "install_demo_pair(Store.open(sys.argv[1]))\nprint('torch' in sys.modules)"
    )
    url = store.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", program, url]
    assert subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout == "False\n"


def test_a_checkout_that_moved_takes_the_pair_along(store: Store) -> None:
    install_demo_pair(store)
    with store.writer() as session:
        for row in session.scalars(select(Checkpoint)):
            row.location = f"/nowhere/{row.name}"
    install_demo_pair(store)
    with store.reader() as session:
        found = {Path(place) for place in session.scalars(select(Checkpoint.location))}
    assert found == {demo.BASE.absolute(), demo.CRITIC.absolute()}


def test_going_back_to_an_earlier_release_brings_its_pair_back(store: Store) -> None:
    install_demo_pair(store)
    before = rows(store)
    with store.writer() as session:
        for row in session.scalars(select(Checkpoint)):
            row.name, row.deleted_at = f"{row.name} retired", row.created_at
    install_demo_pair(store)
    assert rows(store) == before
