"""What a collecting counts: the lessons of each problem and error class, and how many attempts went which way."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from models.enums import TranscriptState, Verdict
from worker.teachers.accounting import UNKNOWN, Usage
from worker.transcripts.transcript import TranscriptContent


@dataclass(kw_only=True)
class Balance:
    """Counts verified lessons, so that no problem and no error class dominates; rejected lessons do not count."""

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
        """Undo `take`: the lesson was rejected."""
        self._problems[task_id] -= 1
        self._classes[task_id, verdict] -= 1


@dataclass(kw_only=True)
class Collected:
    """How many attempts went which way in one call of `collect`."""

    attempts: int = 0
    unwritten: int = 0
    """Samples that the engine could not write."""
    trouble: str = ""
    """Why the first of them could not be written."""
    passed: int = 0
    unscored: int = 0
    known: int = 0
    """Failed attempts that were taught before."""
    no_room: int = 0
    """Failed attempts whose problem or error class has enough lessons."""
    verified: int = 0
    rejected: int = 0
    answers: int = 0
    """Of the teacher, useful or not."""
    usage: Usage = UNKNOWN
    """What they took."""
