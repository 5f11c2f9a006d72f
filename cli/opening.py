"""What commands open for a block: the store of the settings, with or without the project's own sets, and a judge."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from cli.store import open_store
from models import Store
from settings import load_settings
from worker.problem_sets import ProblemSetContent
from worker.problem_sets.importing import resolve_problem_set
from worker.problem_sets.storing import install_own_sets
from worker.ruler import Limits
from worker.verdicts.judging import Judge, opened_judge


@contextmanager
def opened_store() -> Iterator[Store]:
    """The store at its newest schema."""
    store = open_store(load_settings().store_url)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def store_with_own_sets() -> Iterator[Store]:
    """The store at its newest schema, with the project's own problem sets in it."""
    with opened_store() as store:
        with store.writer() as session:
            install_own_sets(session)
        yield store


def find_problem_set(store: Store, file_or_name: str) -> ProblemSetContent:
    """The problem set that an argument means: a file, `hub:owner/dataset`, or a set of the store."""
    with store.reader() as session:
        return resolve_problem_set(session, file_or_name)


@contextmanager
def open_judge(
    store: Store | None, limits: Limits | None = None, *, modules: Sequence[str] = ()
) -> Iterator[Judge]:
    """The ruler as the settings want it, behind the store's verdicts; without a `store` every program is executed.

    Args:
        modules: what the problem set needs.

    Raises:
        RulerError, ToolchainError: nothing can be executed here.
    """
    with opened_judge(load_settings(), store, limits, modules=modules) as judge:
        yield judge
