"""What commands open for a block: the store of the settings, with or without the project's own sets, and a judge."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import select

from cli.errors import CommandError
from cli.store import open_store
from models import Checkpoint, Store
from models.enums import CheckpointKind
from settings import load_settings
from worker.problem_sets import ProblemSetContent
from worker.problem_sets.importing import resolve_problem_set
from worker.problem_sets.storing import install_own_sets
from worker.ruler import Limits, Ruler
from worker.verdicts.judging import CachedJudge, Judge, RulerJudge
from worker.verdicts.store import VerdictStore


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


def find_base_folder(store: Store, name: str, option: str) -> str:
    """Where a base is that an option names: a folder, a hub id, or the name of a registered base.

    Raises:
        CommandError: it is none of these.
        ModelUnusable: there is no such folder.
        ModelGone, ModelChanged: the files of the registered base are not there, or not the registered ones.
    """
    # Imported late: these load the network libraries.
    from worker.demo.installing import install_demo_pair
    from worker.network.errors import ModelUnusable
    from worker.network.folders import resolve
    from worker.opening import checked_folder

    if Path(name).expanduser().is_dir() or name.startswith((".", "/", "~")):
        return str(resolve(name))
    install_demo_pair(store)
    with store.reader() as session:
        bases = session.scalars(
            select(Checkpoint).where(Checkpoint.deleted_at.is_(None)).order_by(Checkpoint.name)
        )
        known = {row.name: row for row in bases if row.kind is not CheckpointKind.CRITIC or row.name == name}
        if name in known:
            return str(checked_folder(load_settings(), known[name], CheckpointKind.BASE))
    try:
        return str(resolve(name))
    except ModelUnusable as error:
        named = ", ".join(one for one, row in known.items() if row.kind is CheckpointKind.BASE) or "none"
        raise CommandError(f"{option} {name}: the store's bases are {named}, and {error}") from error


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
    settings = load_settings()
    with Ruler(
        go=settings.go,
        cache_dir=settings.cache_dir,
        cores=settings.judge_cores or None,
        unsafe_no_sandbox=settings.unsafe_no_sandbox,
        limits=limits,
        modules=modules,
    ) as ruler:
        yield RulerJudge(ruler) if store is None else CachedJudge(ruler, VerdictStore(store, ruler.fingerprint))
