"""The progress of a run's job: counts for every run, and for a re-run the text of each sample as it is written.

Calls come from the engine's thread and from the loop. Reports are gathered and written at most ten times a second,
because each is a write to the store.
"""

import logging
import threading
from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError

from models.enums import Verdict
from worker.jobs.errors import error_sentence
from worker.jobs.handle import JobHandle

REPORT_SECONDS = 0.1
MOST_MESSAGE_CHARACTERS = 4_000
STAGE = "drafting and repairing"

log = logging.getLogger(__name__)


class RunProgressReporter:
    """Reports to the job while open. `live` reports texts and verdicts of samples as well."""

    def __init__(self, handle: JobHandle, total: int, *, live: bool) -> None:
        self._handle = handle
        self._total = total
        self._live = live
        self._lock = threading.Lock()
        self._texts: dict[int, str] = {}
        self._count = {"drafted": 0, "executed": 0, "owed": 0, "repaired": 0}
        self._waits_for = ""
        self._reported: tuple[dict[str, int], str] | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="progress", daemon=True)

    def __enter__(self) -> "RunProgressReporter":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        try:
            self._report()
        except SQLAlchemyError as error:
            if not self._handle.store.faults.note(error):
                raise

    def waits(self, what: str) -> None:
        """The run waits for something outside; an empty text where it goes on."""
        with self._lock:
            self._waits_for = what

    def drafted(self) -> None:
        """A draft is written."""
        self._add(drafted=1)

    def executed(self, *, owed: int) -> None:
        """A draft is judged; `owed` arms will repair it."""
        self._add(executed=1, owed=owed)

    def begin(self, sample: int) -> None:
        if self._live:
            self._handle.event("begin", sample=sample)

    def writer(self, sample: int) -> Callable[[str], None] | None:
        """What an engine calls with each new piece of a sample's text; None if nothing is reported live."""
        return (lambda piece: self._grow(sample, piece)) if self._live else None

    def executing(self, sample: int) -> None:
        if self._live:
            self._report()
            self._handle.event("executing", sample=sample)

    def repaired(self, sample: int, round: int, verdict: Verdict, message: str) -> None:
        """A revision is judged. Only the first of a sample is counted, because nobody knows how many will follow."""
        self._add(repaired=int(round == 1))
        if self._live:
            words = message[:MOST_MESSAGE_CHARACTERS]
            self._handle.event("verdict", sample=sample, verdict=verdict.value, message=words)

    def _add(self, **more: int) -> None:
        with self._lock:
            for name, number in more.items():
                self._count[name] += number

    def _grow(self, sample: int, piece: str) -> None:
        with self._lock:
            self._texts[sample] = self._texts.get(sample, "") + piece

    def _run(self) -> None:
        while not self._stop.wait(REPORT_SECONDS):
            try:
                self._report()
            except SQLAlchemyError as error:
                # A run does not fail for its progress bars: they move again when they can be stored.
                if not self._handle.store.faults.note(error):
                    log.warning("the run's progress could not be stored: %s", error_sentence(error))

    def _report(self) -> None:
        with self._lock:
            texts, self._texts = self._texts, {}
            count, stage = dict(self._count), self._waits_for or STAGE
        for sample, text in texts.items():
            self._handle.event("tokens", sample=sample, text=text)
        if (count, stage) != self._reported:
            self._handle.progress(stage=stage, done=count["executed"], total=self._total, **count)
            self._reported = count, stage
