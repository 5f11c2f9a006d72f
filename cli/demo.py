"""What ships with the project, put into a store once: the demo pair, what it has seen, and its experiment.

Once means once: a store from which somebody deleted the experiment does not get it again.
"""

from sqlalchemy import select

from models import Checkpoint, Store


def install_demo_pair(store: Store) -> None:
    """Register base and critic where they are shipped and not registered yet.

    The network libraries are only loaded for the first time: later starts see the rows and are quick.
    """
    from worker import demo

    if not (demo.BASE / "config.json").exists() or not demo.CRITIC.is_dir():
        return
    with store.reader() as session:
        names = select(Checkpoint.name).where(Checkpoint.name.in_([demo.BASE.name, demo.CRITIC.name]))
        if len(session.scalars(names).all()) == 2:
            return
    from worker.problem_sets.own import load
    from worker.training.registering import note_unseen, register_base, register_critic
    from worker.transcript.transcript import read_transcripts

    base = register_base(store, demo.BASE, problems=load("seen"))
    lessons = list(read_transcripts(demo.TRANSCRIPTS))
    critic = register_critic(store, demo.CRITIC, base=str(demo.BASE), transcripts=lessons)
    note_unseen(store, [base, critic], load("fresh"), "the demo pair's recipe never reads it")
    _install_experiment(store)


def _install_experiment(store: Store) -> None:
    from worker import demo
    from worker.problem_sets.storing import install_own_sets
    from worker.runs.archive import read_archive
    from worker.runs.unpacking import unpack

    if demo.EXPERIMENT.exists():
        head, rows = read_archive(demo.EXPERIMENT)
        with store.writer() as session:
            install_own_sets(session)
            unpack(session, demo.EXPERIMENT, head, rows)
