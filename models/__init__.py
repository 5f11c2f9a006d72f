"""The store: SQLAlchemy tables and closed enums, the one thing that web process and worker share.

Not neural networks: those live in `worker/network`. This room imports only the standard library and SQLAlchemy.
"""

from models.attempt import Attempt
from models.base import Base
from models.checkpoint import Checkpoint, LearningCurvePoint, ProblemSetOrigin
from models.job import Job, JobEvent, WorkerHeartbeat
from models.problem import Problem, ProblemSet, ProblemSetMember, ProblemSetVersion
from models.program import Program
from models.reflection import Reflection
from models.revision import Revision
from models.ruler import RulerIdentity
from models.run import Arm, Run, RunProblem
from models.run_count import RunProblemCount
from models.session import Store
from models.trace import Trace
from models.transcript import Transcript

__all__ = [
    "Arm",
    "Attempt",
    "Base",
    "Checkpoint",
    "Job",
    "JobEvent",
    "LearningCurvePoint",
    "Problem",
    "ProblemSet",
    "ProblemSetMember",
    "ProblemSetOrigin",
    "ProblemSetVersion",
    "Program",
    "Reflection",
    "Revision",
    "RulerIdentity",
    "Run",
    "RunProblem",
    "RunProblemCount",
    "Store",
    "Trace",
    "Transcript",
    "WorkerHeartbeat",
]
