"""What ships with the project in a store: there after the first start, never twice, replaced by the next release."""

from collections import Counter

from sqlalchemy import func, select

from app.reporting import read_report
from models import Attempt, Checkpoint, ProblemOrigin, Revision, Run, Store
from models.enums import Origin, OriginSource
from worker.demo.installing import install_demo_pair


def names(store: Store) -> set[str]:
    with store.reader() as session:
        return set(session.scalars(select(Checkpoint.name).where(Checkpoint.deleted_at.is_(None))))


def test_a_new_store_gets_the_pair_and_what_each_has_seen(store: Store) -> None:
    install_demo_pair(store)
    assert names(store) == {"demo-base", "demo-critic"}
    with store.reader() as session:
        rows = session.execute(
            select(Checkpoint.name, ProblemOrigin.origin, ProblemOrigin.known_by).join(Checkpoint)
        )
        counted = Counter((name, origin, source) for name, origin, source in rows)
        complete = set(session.scalars(select(Checkpoint.name).where(Checkpoint.reads_recorded)))
    assert counted["demo-base", Origin.SEEN, OriginSource.TRAINED] == 64
    assert counted["demo-base", Origin.UNSEEN, OriginSource.CONSTRUCTION] == 44
    assert counted["demo-critic", Origin.UNSEEN, OriginSource.CONSTRUCTION] == 44
    assert 0 < counted["demo-critic", Origin.SEEN, OriginSource.TRAINED] <= 64
    assert complete == {"demo-base", "demo-critic"}, "another set is unseen: everything that they read is recorded"


def test_a_new_store_gets_the_experiment_whole(store: Store) -> None:
    install_demo_pair(store)
    with store.reader() as session:
        run = session.scalars(select(Run)).one()
        report = read_report(session, run.id)
        drafts = session.scalar(select(func.count()).select_from(Attempt).where(Attempt.run_id == run.id)) or 0
        revisions = session.scalar(select(func.count()).select_from(Revision)) or 0
    assert [gap.arm for gap in report.gaps][:2] == ["base", "critic:demo-critic"]
    assert report.run.problems == 108
    assert drafts == 108 * report.run.samples
    assert revisions > 0
    assert not report.warnings, "its checkpoints are the shipped ones"


def test_what_somebody_deleted_does_not_come_back(store: Store) -> None:
    install_demo_pair(store)
    with store.writer() as session:
        session.delete(session.scalars(select(Run)).one())
    install_demo_pair(store)
    with store.reader() as session:
        assert session.scalars(select(Run)).all() == []


def test_the_pair_of_an_earlier_release_gives_up_its_name(store: Store) -> None:
    install_demo_pair(store)
    with store.writer() as session:
        for row in session.scalars(select(Checkpoint)):
            row.training, row.content_hash = {"seconds": 1}, f"older-{row.name}".ljust(64, "0")
    install_demo_pair(store)
    assert names(store) == {"demo-base", "demo-critic"}
    with store.reader() as session:
        retired = set(session.scalars(select(Checkpoint.name).where(Checkpoint.deleted_at.is_not(None))))
    assert retired == {"demo-base older-de", "demo-critic older-de"}
