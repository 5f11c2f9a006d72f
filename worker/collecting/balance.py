"""How many lessons one problem, and one error class of it, may give: no problem and no error fills the book."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from models.enums import TranscriptState, Verdict
from worker.transcripts.transcript import TranscriptContent


@dataclass(kw_only=True)
class Balance:
    """Counts verified lessons; a rejected one takes nobody's place."""

    each_problem: int = 24
    each_class: int = 8
    """Of one problem."""
    _problems: Counter[str] = field(default_factory=Counter, repr=False)
    _classes: Counter[tuple[str, Verdict]] = field(default_factory=Counter, repr=False)

    def count(self, transcripts: Iterable[TranscriptContent]) -> None:
        for transcript in transcripts:
            if transcript.state is TranscriptState.VERIFIED:
                self.take(transcript.task_id, transcript.verdict)

    def has_room(self, task_id: str, verdict: Verdict) -> bool:
        return self._problems[task_id] < self.each_problem and self._classes[task_id, verdict] < self.each_class

    def take(self, task_id: str, verdict: Verdict) -> None:
        self._problems[task_id] += 1
        self._classes[task_id, verdict] += 1

    def give_back(self, task_id: str, verdict: Verdict) -> None:
        """The lesson was rejected after all."""
        self._problems[task_id] -= 1
        self._classes[task_id, verdict] -= 1
