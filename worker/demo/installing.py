"""What ships with the project, put into a store once per release: the demo pair, the problem sets it has seen, its
transcripts and its experiment.

A store from which the experiment was deleted does not get it again. The pair of an earlier release loses its name,
because its files are gone: its runs can be read and no longer repeated. What needs a network library is imported only
for the first installation; later starts find the rows and are quick.
"""

from pathlib import Path
from typing import Any

from sqlalchemy import select

from models import Checkpoint, Run, Store
from models.base import now
from worker.demo import BASE, CRITIC, EXPERIMENT, TRANSCRIPTS


def install_demo_pair(store: Store) -> None:
    """Register base, critic and experiment where they are shipped and not registered yet."""
    from worker.training.folders import read_record

    folders = [folder for folder in (BASE, CRITIC) if folder.is_dir()]
    # Two trainings never have equal records, and a record is read without the network libraries.
    shipped = {folder.name: read_record(folder) or {} for folder in folders}
    if len(shipped) < 2:
        return
    if not _are_known(store, shipped):
        _retire_older(store, shipped)
        _register(store)
        _install_experiment(store)
    _update_locations(store, folders)


def _are_known(store: Store, shipped: dict[str, dict[str, Any]]) -> bool:
    with store.reader() as session:
        rows = session.execute(select(Checkpoint.name, Checkpoint.training).where(Checkpoint.name.in_(shipped)))
        return {name: training for name, training in rows} == shipped  # noqa: C416  # rows are no pairs to mypy


def _retire_older(store: Store, shipped: dict[str, dict[str, Any]]) -> None:
    with store.writer() as session:
        for row in session.scalars(select(Checkpoint).where(Checkpoint.name.in_(shipped))):
            if row.training != shipped[row.name]:
                row.name, row.deleted_at = f"{row.name} {row.content_hash[:8]}", now()


def _register(store: Store) -> None:
    from worker.collecting.keeping import StoreKeeper
    from worker.problem_sets.own_sets import load_own_set
    from worker.training.registering import note_unseen, register_base, register_critic
    from worker.transcripts.transcript import read_transcripts

    seen = load_own_set("seen")
    base = register_base(store, BASE, problems=seen)
    transcripts = list(read_transcripts(TRANSCRIPTS))
    critic = register_critic(store, CRITIC, base=str(BASE), transcripts=transcripts)
    with store.writer() as session:
        # Registering finds a pair that a newer release retired: the older release gives it its name back.
        for number, name in ((base, BASE.name), (critic, CRITIC.name)):
            row = session.get_one(Checkpoint, number)
            row.name, row.deleted_at = name, None
    StoreKeeper(store, seen).keep_all(transcripts)
    note_unseen(store, [base, critic], load_own_set("fresh"), "the demo pair's recipe never reads it")


def _update_locations(store: Store, folders: list[Path]) -> None:
    """Where the checkout that a store knew is gone, the pair's files are those of this one."""
    with store.writer() as session:
        for folder in folders:
            row = session.scalar(select(Checkpoint).where(Checkpoint.name == folder.name))
            if row is not None and not Path(row.location).exists():
                row.location = str(folder.absolute())


def _install_experiment(store: Store) -> None:
    from worker.archives.archive import read_archive
    from worker.archives.unpacking import unpack
    from worker.demo.recipe import EXPERIMENT_COMMAND
    from worker.problem_sets.storing import install_own_sets

    if EXPERIMENT.exists():
        head, rows = read_archive(EXPERIMENT)
        with store.writer() as session:
            install_own_sets(session)
            number = unpack(session, EXPERIMENT, head, rows)
            session.get_one(Run, number).note = f"It came with Tekhne and was made by: tekhne {EXPERIMENT_COMMAND}"
