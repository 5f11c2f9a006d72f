"""Problem sets: reading them from files, the hub and the project's own folders, and keeping them in the store.

Every way in ends in the same frozen `ProblemSetContent`. Nothing here executes Go.
"""

from worker.problem_sets.errors import ProblemSetError, UnknownTask
from worker.problem_sets.problem import ProblemContent, ProblemSetContent

__all__ = ["ProblemContent", "ProblemSetContent", "ProblemSetError", "UnknownTask"]
