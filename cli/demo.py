"""What ships with the project, put into a store once a release: the demo pair, what it has seen, its experiment.

Once means once: a store from which somebody deleted the experiment does not get it again. A pair of an earlier release
gives up its name, because its files are gone: runs made with it can be read and no longer repeated.
"""

import json
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

    shipped = {folder.name: _record(folder) for folder in (demo.BASE, demo.CRITIC) if folder.is_dir()}
    if len(shipped) == 2 and not _known(store, shipped):
        _retire(store, shipped)
        _register(store)
        _install_experiment(store)


def _record(folder: Path) -> dict[str, Any]:
    """The training record: no two trainings have the same, and it is read without the network libraries."""
    found: dict[str, Any] = json.loads((folder / "training.json").read_text(encoding="utf-8"))
    return found


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
    from worker.problem_sets.own import load
    from worker.training.registering import note_unseen, register_base, register_critic
    from worker.transcript.transcript import read_transcripts

    base = register_base(store, demo.BASE, problems=load("seen"))
    lessons = list(read_transcripts(demo.TRANSCRIPTS))
    critic = register_critic(store, demo.CRITIC, base=str(demo.BASE), transcripts=lessons)
    note_unseen(store, [base, critic], load("fresh"), "the demo pair's recipe never reads it")


def _install_experiment(store: Store) -> None:
    from worker import demo
    from worker.demo.experiment import COMMAND
    from worker.problem_sets.storing import install_own_sets
    from worker.runs.archive import read_archive
    from worker.runs.unpacking import unpack

    if demo.EXPERIMENT.exists():
        head, rows = read_archive(demo.EXPERIMENT)
        with store.writer() as session:
            install_own_sets(session)
            number = unpack(session, demo.EXPERIMENT, head, rows)
            session.get_one(Run, number).note = f"It came with Tekhne and was made by: tekhne {COMMAND}"
