"""The store: SQLAlchemy tables and closed enums, shared by web process and worker.

It imports only the standard library, SQLAlchemy, pydantic and zstd. Neural networks are in `worker/network`.
"""

from models.base import Base
from models.checkpoint import Checkpoint, LearningCurvePoint, ProblemOrigin, Transcript
from models.counts import RunProblemCount
from models.drift import Drift
from models.failures import FailureCount
from models.generation import GeneratedProblem, Generation, OverlapComparison, OverlapFinding
from models.investigation import Investigation, InvestigationStep, WorkResult
from models.job import Job, JobEvent, WorkerHeartbeat
from models.labels import Review, ReviewLabel
from models.memory import MemoryCard, MemoryScore
from models.problem import Problem, ProblemSet, ProblemSetMember, ProblemSetVersion, ProblemSlice
from models.results import Attempt, Program, Reflection, Revision, RulerIdentity, Trace
from models.run import Arm, Run, RunProblem
from models.saved_filters import SavedFilter
from models.session import Store
from models.text_index import SearchProgress
from models.tokens import RevisionTokens, TraceEffect
from models.transcript_sets import TranscriptSet, TranscriptSetMember, TranscriptSetVersion

__all__ = [
    "Arm",
    "Attempt",
    "Base",
    "Checkpoint",
    "Drift",
    "FailureCount",
    "GeneratedProblem",
    "Generation",
    "Investigation",
    "InvestigationStep",
    "Job",
    "JobEvent",
    "LearningCurvePoint",
    "MemoryCard",
    "MemoryScore",
    "OverlapComparison",
    "OverlapFinding",
    "Problem",
    "ProblemOrigin",
    "ProblemSet",
    "ProblemSetMember",
    "ProblemSetVersion",
    "ProblemSlice",
    "Program",
    "Reflection",
    "Review",
    "ReviewLabel",
    "Revision",
    "RevisionTokens",
    "RulerIdentity",
    "Run",
    "RunProblem",
    "RunProblemCount",
    "SavedFilter",
    "SearchProgress",
    "Store",
    "Trace",
    "TraceEffect",
    "Transcript",
    "TranscriptSet",
    "TranscriptSetMember",
    "TranscriptSetVersion",
    "WorkResult",
    "WorkerHeartbeat",
]
