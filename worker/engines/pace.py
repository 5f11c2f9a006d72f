"""How many threads a batch's steps are worth just now, found out by trying.

In: how long each step took. Out: the threads for the next one. On idle cores all of them are quickest. Where others
keep the cores busy (programs under test, another model) two threads wait for each other at every operation: 60 rows of
the demo base then took 1,008 ms a step instead of 122. So one thread and all of them take turns in being tried, rarely
while the choice holds, and a trial that goes badly ends after one step. Not here: setting torch's threads.
"""

from statistics import median

SMALL_STEP = 32_000_000
"""Multiplications up to which one thread is as quick as two: 3.1 ms against 2.7 for 6 million."""
FIRST_TRIAL, MOST_BETWEEN = 12, 400
"""Steps until the other number of threads is tried; twice as many after each trial that changed nothing."""
TRIAL_STEPS = 3
MUST_GAIN = 0.9
"""The share of the old time that the other choice may take at most: what is about equal stays."""
BAD = 1.5
"""How many times slower one step must be to end a trial."""


class Pace:
    """Choices for one batch's steps; all times are of one thread's wall clock."""

    def __init__(self, threads: int) -> None:
        """`threads`: how many there are."""
        self._all = threads
        self._chosen = threads
        self._recent: list[float] = []
        self._tried: list[float] = []
        self._until_trial = self._between = FIRST_TRIAL

    def threads(self, multiplications: int) -> int:
        """For a step of this size."""
        if self._all == 1 or multiplications <= SMALL_STEP:
            return 1
        return self._other if self._until_trial <= 0 else self._chosen

    def took(self, multiplications: int, seconds: float) -> None:
        """What a step with that many threads has taken."""
        if self._all == 1 or multiplications <= SMALL_STEP:
            return
        # Rows leave and join, so steps are compared by what a multiplication took.
        pace = seconds / multiplications
        if self._until_trial > 0:
            self._recent = [*self._recent[1 - TRIAL_STEPS :], pace]
            self._until_trial -= 1
            return
        self._tried.append(pace)
        usual = median(self._recent)
        if len(self._tried) == TRIAL_STEPS or pace > BAD * usual:
            self._decide(median(self._tried) < MUST_GAIN * usual)

    @property
    def _other(self) -> int:
        return 1 if self._chosen > 1 else self._all

    def _decide(self, gained: bool) -> None:
        if gained:
            self._chosen = self._other
        self._between = FIRST_TRIAL if gained else min(2 * self._between, MOST_BETWEEN)
        self._until_trial = self._between
        # The first steps after a change would be compared with those of another choice.
        self._recent, self._tried = (self._tried if gained else self._recent), []
