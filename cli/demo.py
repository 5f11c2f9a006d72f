"""The shipped demo pair in a store: registered once, with what it has seen and what it has not."""

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
