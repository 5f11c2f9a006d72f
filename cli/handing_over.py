"""Long work of the command line: handed to a worker with `--queue`, or done here and stopped cleanly by Ctrl-C."""

import os
import signal
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from app.actions.jobs import JobQueue
from app.actions.work import queue_work
from cli.opening import store_with_own_sets
from cli.terminal import Terminal, echo
from models.work import CollectSpecification, TrainBaseSpecification, TrainCriticSpecification
from settings import load_settings
from worker.demo.installing import install_demo_pair
from worker.jobs.errors import JobInterrupted
from worker.progress import Unwatched

Queue = Annotated[
    bool,
    typer.Option("--queue", help="Hand it to a worker, as a job, instead of doing it here; prints the job's id."),
]


def hand_over(wanted: CollectSpecification | TrainBaseSpecification | TrainCriticSpecification) -> None:
    """Queue it, and say where it can be followed."""
    with store_with_own_sets() as store:
        install_demo_pair(store)
        queue = JobQueue(store, load_settings().jobs_url)
        try:
            made = queue_work(store, queue, wanted, "add --force")
        finally:
            queue.close()
    short = made.job_id[:8]
    words = "is queued" if made.created else "does this already"
    Terminal(stderr=True).print(
        f"Job {short} {words}: `tekhne jobs watch {short}` follows it.", highlight=False, markup=False
    )
    echo(made.job_id)


class Stoppable(Unwatched):
    """Work that Ctrl-C stops between two steps, when what is done has been kept."""

    def __init__(self) -> None:
        self.asked = threading.Event()

    def check(self) -> None:
        """Raise JobInterrupted after the first Ctrl-C."""
        if self.asked.is_set():
            raise JobInterrupted("Stopped; the same command goes on where it stopped.")


@contextmanager
def stoppable(environment: Mapping[str, str] = os.environ) -> Iterator[Stoppable]:
    """The first Ctrl-C or SIGTERM stops the work of the block cleanly; the second ends the process."""
    work = Stoppable()
    # Of several processes one that stopped alone would leave the others waiting.
    alone = environment.get("WORLD_SIZE", "1") == "1" and threading.current_thread() is threading.main_thread()

    def stop(number: int, _: Any) -> None:
        signal.signal(number, signal.SIG_DFL)
        work.asked.set()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM) if alone}
    try:
        yield work
    except JobInterrupted as stopped:
        Terminal(stderr=True).print(str(stopped), highlight=False, markup=False)
        raise typer.Exit(130) from None
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
