"""Collecting transcripts: attempts that fail, a teacher's lesson for each, and the ruler's word on the lesson.

In: problems, a source of attempts, a teacher, a judge and somewhere to keep the result. Out: verified and rejected
transcripts. No network and no Go here: both are reached through what is handed in.
"""

from worker.collecting.attempts import AttemptSource, CandidateAttempt
from worker.collecting.balance import Balance
from worker.collecting.collecting import Collected, collect
from worker.collecting.keeping import FileKeeper, Keeper, StoreKeeper

__all__ = [
    "AttemptSource",
    "Balance",
    "CandidateAttempt",
    "Collected",
    "FileKeeper",
    "Keeper",
    "StoreKeeper",
    "collect",
]
