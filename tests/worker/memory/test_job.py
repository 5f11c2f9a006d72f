"""The job that measures a memory card: it reports, stops when cancelled, goes on later, and is not repeated."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import cast

import pytest
from sqlalchemy import func, select

from app.actions.jobs import cancel_job
from models import Checkpoint, Job, MemoryCard, MemoryScore, Store
from models.enums import CheckpointKind, JobKind, JobState
from settings import Settings
from tests.worker.memory.test_card import EveryWordScorer
from worker.engines.scored_text import AskedText, ScoredText
from worker.handlers import handlers_for
from worker.jobs.errors import JobCancelled
from worker.jobs.performing import perform
from worker.memory.controls import CONTROLS
from worker.problem_sets.own_sets import load_own_set
from worker.problem_sets.storing import put_problem_set
from worker.service import Service

pytestmark = pytest.mark.go
FEW = replace(load_own_set("fresh"), name="few", problems=load_own_set("fresh").problems[:12])


class Lender:
    """What the handler asks of a worker: settings and a scorer. The scorer cancels the job that it is told."""

    def __init__(self, store: Store, cancels: str = "") -> None:
        self.settings = Settings()
        self.opened = 0
        self._store, self._cancels = store, cancels

    def scorer(self, checkpoint: object, check: Callable[[], None]) -> "CancellingScorer":
        self.opened += 1
        return CancellingScorer(self._store, self._cancels, check)


class CancellingScorer(EveryWordScorer):
    """Cancels the job before its second texts, and scores those once the job has heard of it."""

    def __init__(self, store: Store, cancels: str, check: Callable[[], None]) -> None:
        self._store, self._cancels, self._check = store, cancels, check

    def score(self, texts: list[AskedText]) -> list[ScoredText | None]:  # type: ignore[override]
        if self._cancels and self.asked:
            cancel_job(self._store, self._cancels)
            self._wait_until_heard()
        return super().score(texts)

    def _wait_until_heard(self) -> None:
        with suppress(JobCancelled):
            while True:
                self._check()
                time.sleep(0.01)


def do_job(store: Store, lender: Lender, job_id: str) -> Job:
    with store.writer() as session:
        payload = {"checkpoint": "mine", "problem_set": "few"}
        session.add(Job(id=job_id, kind=JobKind.MEMORY, queue="interactive", payload=payload))
    perform(store, job_id, handlers_for(cast(Service, lender)), "w", backoff_seconds=(0.01,))
    with store.reader() as session:
        return session.get_one(Job, job_id)


def measured(store: Store) -> int:
    with store.reader() as session:
        return session.scalar(select(func.count()).select_from(MemoryScore)) or 0


def test_a_cancelled_card_goes_on_with_the_next_job_and_is_measured_once(sqlite_store: Store) -> None:
    store = sqlite_store
    with store.writer() as session:
        put_problem_set(session, FEW)
        session.add(Checkpoint(name="mine", kind=CheckpointKind.BASE, location="m", content_hash="m"))
    cancelled = do_job(store, Lender(store, cancels="first"), "first")
    assert cancelled.state is JobState.CANCELLED
    whole = len(FEW.problems) + CONTROLS
    assert 0 < measured(store) < whole
    done = do_job(store, Lender(store), "second")
    assert (done.state, done.error) == (JobState.DONE, "")
    assert (done.progress["done"], done.progress["total"]) == (whole, whole)
    assert measured(store) == whole
    with store.reader() as session:
        assert session.scalars(select(MemoryCard)).one().finished_at is not None
    again = Lender(store)
    assert do_job(store, again, "third").state is JobState.DONE
    assert again.opened == 0


def test_a_card_that_says_nothing_fails_in_one_sentence(sqlite_store: Store) -> None:
    with sqlite_store.writer() as session:
        put_problem_set(session, replace(FEW, problems=FEW.problems[:3]))
        session.add(Checkpoint(name="mine", kind=CheckpointKind.BASE, location="m", content_hash="m"))
    failed = do_job(sqlite_store, Lender(sqlite_store), "j")
    assert failed.state is JobState.FAILED
    assert "3 problems with a canonical solution, too few for a statement" in failed.error
    assert measured(sqlite_store) == 0
