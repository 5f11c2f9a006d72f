"""The factory's stores keep the promises of real ones: their counts are what the worker would count."""

import pytest
from sqlalchemy import select

from models import RunProblemCount, Store
from tests.store_factory import Chances, StoreFactory
from worker.runs.counting import recount


def _counts(store: Store) -> dict[tuple[int, ...], dict[str, object]]:
    with store.reader() as session:
        rows = session.scalars(select(RunProblemCount)).all()
        columns = [column.key for column in RunProblemCount.__table__.columns]
        return {
            (row.run_id, row.problem_id, row.arm_id): {name: getattr(row, name) for name in columns}
            for row in rows
        }


@pytest.mark.parametrize("gated", [True, False])
def test_counts_agree_with_the_rows_they_count(sqlite_store: Store, gated: bool) -> None:
    factory = StoreFactory(sqlite_store)
    run_id = factory.run(factory.problem_set(problems=8), gated=gated, chances=Chances(unscored=0.1))
    rerun_id = factory.rerun(run_id, 2, drafts=2)
    written = _counts(sqlite_store)
    with sqlite_store.writer() as session:
        for one in (run_id, rerun_id):
            recount(session, one)
    for key, row in _counts(sqlite_store).items():
        assert {**written[key], "seconds": round(float(str(written[key]["seconds"])), 6)} == {
            **row,
            "seconds": round(float(str(row["seconds"])), 6),
        }
