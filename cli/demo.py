"""What ships with the project, put into a store once a release: the demo pair, what it has seen, its lessons, its
experiment.

Once means once: a store from which somebody deleted the experiment does not get it again. A pair of an earlier release
gives up its name, because its files are gone: runs made with it can be read and no longer repeated.
"""

from pathlib import Path
from typing import Any

from sqlalchemy import select

from models import Checkpoint, Run, Store
from models.base import now


def install_demo_pair(store: Store) -> None:
    """Register base, critic and experiment where they are shipped and not registered yet.

    The network libraries are only loaded for the first time: later starts see the rows and are quick.
    """
    from worker import demo
    from worker.training.folders import read_record

    folders = [folder for folder in (demo.BASE, demo.CRITIC) if folder.is_dir()]
    # No two trainings have the same record, and it is read without the network libraries.
    shipped = {folder.name: read_record(folder) or {} for folder in folders}
    if len(shipped) < 2:
        return
    if not _known(store, shipped):
        _retire(store, shipped)
        _register(store)
        _install_experiment(store)
    _follow(store, folders)


def _known(store: Store, shipped: dict[str, dict[str, Any]]) -> bool:
    with store.reader() as session:
        rows = session.execute(select(Checkpoint.name, Checkpoint.training).where(Checkpoint.name.in_(shipped)))
        return {name: training for name, training in rows} == shipped  # noqa: C416  # rows are no pairs to mypy


def _retire(store: Store, shipped: dict[str, dict[str, Any]]) -> None:
    with store.writer() as session:
        for row in session.scalars(select(Checkpoint).where(Checkpoint.name.in_(shipped))):
            if row.training != shipped[row.name]:
                row.name, row.deleted_at = f"{row.name} {row.content_hash[:8]}", now()


def _register(store: Store) -> None:
    from worker import demo
    from worker.collecting import StoreKeeper
    from worker.problem_sets.own_sets import load_own_set
    from worker.training.registering import note_unseen, register_base, register_critic
    from worker.transcripts.transcript import read_transcripts

    base = register_base(store, demo.BASE, problems=load_own_set("seen"))
    lessons = list(read_transcripts(demo.TRANSCRIPTS))
    critic = register_critic(store, demo.CRITIC, base=str(demo.BASE), transcripts=lessons)
    _name(store, {base: demo.BASE.name, critic: demo.CRITIC.name})
    StoreKeeper(store, load_own_set("seen")).keep_all(lessons)
    note_unseen(store, [base, critic], load_own_set("fresh"), "the demo pair's recipe never reads it")


def _name(store: Store, names: dict[int, str]) -> None:
    """Registering finds a pair that a newer release retired: who goes back to the older one gets it back."""
    with store.writer() as session:
        for number, name in names.items():
            row = session.get_one(Checkpoint, number)
            row.name, row.deleted_at = name, None


def _follow(store: Store, folders: list[Path]) -> None:
    """Where the checkout that a store knew is gone, the pair's files are those of this one."""
    with store.writer() as session:
        for folder in folders:
            row = session.scalar(select(Checkpoint).where(Checkpoint.name == folder.name))
            if row is not None and not Path(row.location).exists():
                row.location = str(folder.absolute())


def _install_experiment(store: Store) -> None:
    from worker import demo
    from worker.archives.archive import read_archive
    from worker.archives.unpacking import unpack
    from worker.demo.experiment import COMMAND
    from worker.problem_sets.storing import install_own_sets

    if demo.EXPERIMENT.exists():
        head, rows = read_archive(demo.EXPERIMENT)
        with store.writer() as session:
            install_own_sets(session)
            number = unpack(session, demo.EXPERIMENT, head, rows)
            session.get_one(Run, number).note = f"It came with Tekhne and was made by: tekhne {COMMAND}"
