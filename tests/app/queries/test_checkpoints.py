"""Checkpoints: lineage, training data, learning curve, uses, and what a new run can take."""

import pytest

from app.errors import NotFound
from app.queries.checkpoints import (
    LISTED_RUNS,
    PLOTTED_POINTS,
    LineageNode,
    bases_of_critics,
    find_checkpoint,
    learning_curve,
    lineage,
    list_names,
    used_in,
)
from models import Checkpoint, LearningCurvePoint, Store
from models.base import now
from models.enums import CheckpointKind
from tests.app.queries.conftest import Filled


def add(store: Store, name: str, kind: CheckpointKind = CheckpointKind.CRITIC, **more: object) -> int:
    with store.writer() as session:
        row = Checkpoint(name=name, kind=kind, location=f"models/{name}", content_hash=name, **more)
        session.add(row)
        session.flush()
        return row.id


def names(nodes: tuple[LineageNode, ...]) -> dict[str, object]:
    return {node.checkpoint.name: names(node.children) for node in nodes}


def test_the_lineage_puts_each_checkpoint_below_what_it_came_from(sqlite_store: Store) -> None:
    base = add(sqlite_store, "base", CheckpointKind.BASE)
    critic = add(sqlite_store, "critic", base_id=base)
    add(sqlite_store, "other critic", base_id=base)
    add(sqlite_store, "trained further", base_id=base, parent_id=critic)
    add(sqlite_store, "endpoint", CheckpointKind.ENDPOINT)
    with sqlite_store.reader() as session:
        found = lineage(session)
    assert names(found) == {
        "base": {"critic": {"trained further": {}}, "other critic": {}},
        "endpoint": {},
    }


def test_a_checkpoint_is_found_by_its_id(sqlite_store: Store) -> None:
    base = add(sqlite_store, "base", CheckpointKind.BASE, layers=4, training={"seed": 7})
    with sqlite_store.reader() as session:
        row = find_checkpoint(session, base)
        assert (row.name, row.kind, row.layers, row.training) == ("base", CheckpointKind.BASE, 4, {"seed": 7})
        with pytest.raises(NotFound, match=f"There is no checkpoint {base + 1}"):
            find_checkpoint(session, base + 1)


def test_a_new_run_can_take_only_what_is_not_deleted(sqlite_store: Store) -> None:
    second = add(sqlite_store, "second base", CheckpointKind.BASE)
    add(sqlite_store, "first base", CheckpointKind.BASE)
    add(sqlite_store, "an endpoint", CheckpointKind.ENDPOINT)
    add(sqlite_store, "deleted base", CheckpointKind.BASE, deleted_at=now())
    add(sqlite_store, "critic", base_id=second)
    add(sqlite_store, "deleted critic", base_id=second, deleted_at=now())
    with sqlite_store.reader() as session:
        found = list_names(session, CheckpointKind.BASE, CheckpointKind.ENDPOINT)
        assert found == ("first base", "second base", "an endpoint")
        assert bases_of_critics(session) == {"critic": "second base"}


def test_a_learning_curve_is_in_step_order_and_thinned(sqlite_store: Store) -> None:
    base = add(sqlite_store, "base", CheckpointKind.BASE)
    with sqlite_store.writer() as session:
        for step in range(3 * PLOTTED_POINTS):
            session.add(LearningCurvePoint(checkpoint_id=base, step=step, split="train", loss=1 / (step + 1)))
    with sqlite_store.reader() as session:
        points = learning_curve(session, base)
        assert learning_curve(session, base + 1) == ()
    assert [point.step for point in points] == list(range(0, 3 * PLOTTED_POINTS, 3))
    assert points[1].loss == pytest.approx(1 / 4)


def test_the_runs_of_a_base_and_of_a_critic_are_the_newest_without_reruns(filled: Filled) -> None:
    later = [filled.factory.run(filled.version_id, samples=1) for _ in range(LISTED_RUNS)]
    filled.factory.rerun(filled.run_id, 3)
    unused = add(filled.store, "unused")
    with filled.store.reader() as session:
        used = [find_checkpoint(session, one).id for one in (1, 2)]
        for checkpoint_id in used:
            assert [run.id for run in used_in(session, checkpoint_id)] == later[::-1]
        assert used_in(session, unused) == ()
