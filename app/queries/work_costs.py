"""What collecting and training take at most, in words, from what earlier work of this store took.

In: a session and a specification. Out: a sentence or two. What nothing is known of is said to be unknown.
"""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Checkpoint, LearningCurvePoint, ProblemSetMember, Transcript
from models.enums import CheckpointKind
from models.problem import newest_version
from models.work import CollectSpecification, TrainBaseSpecification, TrainCriticSpecification

FREE = ("canonical", "base")
"""Teachers that cost time only."""
PRICED_TOKENS = 1_000_000


def cost_of_collecting(session: Session, wanted: CollectSpecification) -> str:
    """How many lessons at most, and what they cost by what this teacher's took before."""
    version = newest_version(session, wanted.problems)
    members = select(func.count()).select_from(ProblemSetMember)
    problems = session.scalar(members.where(ProblemSetMember.version_id == version.id)) if version else 0
    attempts = wanted.samples * bool(wanted.base) + wanted.mutants
    questions = (problems or 0) * attempts
    most = f"{questions:,} attempts at {problems or 0:,} problems; those that fail are taught, one question each."
    if wanted.teacher in FREE:
        return f"{most} This teacher costs no money."
    used = session.execute(
        select(func.avg(Transcript.input_tokens), func.avg(Transcript.output_tokens), func.count()).where(
            Transcript.teacher == wanted.model, Transcript.input_tokens.is_not(None)
        )
    ).one()
    if not used[2]:
        unknown = "What a question to this model takes is not known yet: none of its lessons is in the store."
        return f"{most} {unknown}{_budget(wanted)}"
    read, written = float(used[0] or 0), float(used[1] or 0)
    words = f"Its {used[2]:,} answers so far took {read:,.0f} input and {written:,.0f} output tokens on average"
    if wanted.input_usd is None or wanted.output_usd is None:
        return f"{most} {words}: at most {questions * (read + written):,.0f} tokens.{_budget(wanted)}"
    dollars = questions * (read * wanted.input_usd + written * wanted.output_usd) / PRICED_TOKENS
    return f"{most} {words}: at most ${dollars:,.2f}.{_budget(wanted)}"


def _budget(wanted: CollectSpecification) -> str:
    if wanted.budget_usd is not None:
        return f" It stops before ${wanted.budget_usd:,.2f} would be exceeded."
    if wanted.budget_tokens is not None:
        return f" It stops before {wanted.budget_tokens:,} tokens would be exceeded."
    return " A budget limits it."


def cost_of_training(session: Session, wanted: TrainBaseSpecification | TrainCriticSpecification) -> str:
    """How many tokens at most, and how long by the speed of the latest training of the kind from the same start."""
    tokens = wanted.steps * wanted.batch_tokens
    most = f"At most {wanted.steps:,} steps of {wanted.batch_tokens:,} tokens: {tokens:,} tokens."
    is_base = isinstance(wanted, TrainBaseSpecification)
    kind, start = (
        (CheckpointKind.BASE, wanted.start)
        if isinstance(wanted, TrainBaseSpecification)
        else (CheckpointKind.CRITIC, wanted.base)
    )
    above = select(Checkpoint.id).where(Checkpoint.name == start).scalar_subquery()
    link = Checkpoint.parent_id if is_base else Checkpoint.base_id
    speed = session.scalar(
        select(LearningCurvePoint.tokens_per_second)
        .join(Checkpoint, Checkpoint.id == LearningCurvePoint.checkpoint_id)
        .where(Checkpoint.kind == kind, link == above, LearningCurvePoint.tokens_per_second > 0)
        .order_by(LearningCurvePoint.id.desc())
        .limit(1)
    )
    if not speed:
        return f"{most} How long that takes is not known: nothing was trained from {start} in this store."
    return f"{most} The latest training from {start} ran at {speed:,.0f} tokens/s: about {_time(tokens / speed)}."


def _time(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} seconds"
    return f"{seconds / 60:,.0f} minutes" if seconds < 5400 else f"{seconds / 3600:,.1f} hours"
