"""What a job tells while its run is done: bars for every run, and for a re-run each sample's text as it is written.

Calls come from the engine's thread and from the loop. News is gathered and told at most ten times a second, because
each telling is a write to the store.
"""

import threading
from collections.abc import Callable

from models.enums import Verdict
from worker.jobs.context import JobContext

TELL_SECONDS = 0.1
MOST_MESSAGE_CHARACTERS = 4_000


class News:
    """Tells a job's readers while open. `live` tells texts and verdicts of samples as well."""

    def __init__(self, context: JobContext, total: int, *, live: bool) -> None:
        self._context = context
        self._total = total
        self._live = live
        self._lock = threading.Lock()
        self._texts: dict[int, str] = {}
        self._drafted = 0
        self._repaired = 0
        self._told: tuple[int, int] | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="news", daemon=True)

    def __enter__(self) -> "News":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._tell()

    def drafted(self) -> None:
        with self._lock:
            self._drafted += 1

    def begin(self, sample: int) -> None:
        if self._live:
            self._context.event("begin", sample=sample)

    def writer(self, sample: int) -> Callable[[str], None] | None:
        """What an engine calls with each new piece of a sample's text."""
        return (lambda piece: self._grow(sample, piece)) if self._live else None

    def executing(self, sample: int) -> None:
        if self._live:
            self._tell()
            self._context.event("executing", sample=sample)

    def repaired(self, sample: int, verdict: Verdict, message: str) -> None:
        with self._lock:
            self._repaired += 1
        if self._live:
            words = message[:MOST_MESSAGE_CHARACTERS]
            self._context.event("verdict", sample=sample, verdict=verdict.value, message=words)

    def _grow(self, sample: int, piece: str) -> None:
        with self._lock:
            self._texts[sample] = self._texts.get(sample, "") + piece

    def _run(self) -> None:
        while not self._stop.wait(TELL_SECONDS):
            self._tell()

    def _tell(self) -> None:
        with self._lock:
            texts, self._texts = self._texts, {}
            counted = (self._drafted, self._repaired)
        for sample, text in texts.items():
            self._context.event("tokens", sample=sample, text=text)
        if counted != self._told:
            self._told = counted
            drafted, repaired = counted
            self._context.progress(
                stage="drafting and repairing", done=drafted, total=self._total, repaired=repaired
            )
