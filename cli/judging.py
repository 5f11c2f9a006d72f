"""The judge that a command uses: the ruler as the settings want it, behind the store's verdicts if there is a store."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from settings import load_settings

if TYPE_CHECKING:
    from models import Store
    from worker.ruler import Limits
    from worker.verdicts.judging import Judge


@contextmanager
def open_judge(store: "Store | None", limits: "Limits | None" = None) -> "Iterator[Judge]":
    """A judge for the duration of the block; without a `store` everything is executed anew.

    Raises:
        RulerError, ToolchainError: nothing can be executed here.
    """
    from worker.ruler import Ruler
    from worker.verdicts.judging import CachedJudge, RulerJudge
    from worker.verdicts.store import VerdictStore

    settings = load_settings()
    with Ruler(
        go=settings.go,
        cache_dir=settings.cache_dir,
        cores=settings.judge_cores or None,
        unsafe_no_sandbox=settings.unsafe_no_sandbox,
        limits=limits,
    ) as ruler:
        yield RulerJudge(ruler) if store is None else CachedJudge(ruler, VerdictStore(store, ruler.fingerprint))
