"""Memory cards, for the pages of checkpoints and runs.

In: a session. Out: each card with what it shows; one that is not finished has no report.
"""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.queries import row_of
from app.reports.memory_cards import CardReport, MeasuredProblem, card_report
from models import Checkpoint, MemoryCard, MemoryScore, Problem, ProblemSet, ProblemSetVersion, Run, RunProblem
from models.enums import Origin
from models.origins import NO_CHECKPOINT, FoundOrigin, find_origins


@dataclass(frozen=True, kw_only=True)
class MemoryCardRow:
    """One card, without its numbers."""

    id: int
    checkpoint_id: int
    checkpoint: str
    problem_set: str
    version: int
    settings: dict[str, Any]
    created_at: datetime
    finished_at: datetime | None
    measured: int
    """Problems and controls that are stored."""


@dataclass(frozen=True, kw_only=True)
class MemoryCardView:
    """A finished card with what it shows."""

    card: MemoryCardRow
    report: CardReport
    controls: str
    """Why the controls count as unseen, in a sentence."""
    problems: tuple[MeasuredProblem, ...]

    def as_dict(self) -> dict[str, Any]:
        """As JSON values."""
        card = {**asdict(self.card), "created_at": self.card.created_at.isoformat()}
        card["finished_at"] = self.card.finished_at.isoformat() if self.card.finished_at else None
        return {
            "card": card,
            "report": asdict(self.report),
            "controls": self.controls,
            "problems": [asdict(one) for one in self.problems],
        }


def list_cards(session: Session, checkpoint_ids: Collection[int]) -> tuple[MemoryCardRow, ...]:
    """The cards of these checkpoints, the newest first."""
    measured = (
        select(func.count()).where(MemoryScore.card_id == MemoryCard.id).correlate(MemoryCard).scalar_subquery()
    )
    rows = session.execute(
        select(MemoryCard, Checkpoint.name, ProblemSet.name, ProblemSetVersion.number, measured)
        .join(Checkpoint, Checkpoint.id == MemoryCard.checkpoint_id)
        .join(ProblemSetVersion, ProblemSetVersion.id == MemoryCard.version_id)
        .join(ProblemSet, ProblemSet.id == ProblemSetVersion.problem_set_id)
        .where(MemoryCard.checkpoint_id.in_(checkpoint_ids))
        .order_by(MemoryCard.id.desc())
    )
    return tuple(
        row_of(MemoryCardRow, card, checkpoint=checkpoint, problem_set=name, version=number, measured=count)
        for card, checkpoint, name, number, count in rows
    )


def read_card(session: Session, card_id: int) -> MemoryCardView:
    """A card with its report.

    Raises:
        NotFound: there is no such card.
    """
    row = session.get(MemoryCard, card_id)
    if row is None:
        raise NotFound(f"There is no memory card {card_id}.")
    [card] = [one for one in list_cards(session, [row.checkpoint_id]) if one.id == card_id]
    scores = session.scalars(
        select(MemoryScore).where(MemoryScore.card_id == card_id).order_by(MemoryScore.position)
    ).all()
    origins = find_origins(
        session, [row.checkpoint_id], {score.problem_id for score in scores if score.problem_id is not None}
    )
    nothing = FoundOrigin(origin=Origin.UNKNOWN, reason=NO_CHECKPOINT)
    control = _control_origin(card)
    problems = tuple(
        row_of(
            MeasuredProblem,
            score,
            origin=(control if score.is_control else origins.get(score.problem_id or 0, nothing)).origin,
        )
        for score in scores
    )
    return MemoryCardView(card=card, report=card_report(problems), controls=control.reason, problems=problems)


def _control_origin(card: MemoryCardRow) -> FoundOrigin:
    """What is known of every control (worker/memory/controls.py)."""
    told = card.settings.get("controls", {})
    made = (
        f"The controls are generated from the public seed “{told.get('seed', '?')}” by version "
        f"{told.get('generator_version', '?')} of the generator"
    )
    if "published" not in told:
        return FoundOrigin(origin=Origin.UNKNOWN, reason=f"{made}; they were not compared with what was read.")
    return FoundOrigin(
        origin=Origin.UNSEEN,
        reason=f"{made}, published on {told['published']}. None is among what {card.checkpoint} and its ancestors are "
        "recorded to have read; unrecorded reading can hold one only if it was written after that day from that seed.",
    )


def cards_of(session: Session, checkpoint_id: int) -> tuple[MemoryCardView, ...]:
    """The finished cards of a checkpoint, the newest first."""
    return tuple(
        read_card(session, card.id)
        for card in list_cards(session, [checkpoint_id])
        if card.finished_at is not None
    )


def cards_of_run(session: Session, run_id: int) -> tuple[MemoryCardView, ...]:
    """The finished cards of a run's base for the versions that its problems are from."""
    base = session.scalar(select(Run.base_checkpoint_id).where(Run.id == run_id))
    if base is None:
        return ()
    versions = select(RunProblem.version_id).where(RunProblem.run_id == run_id)
    rows = session.scalars(
        select(MemoryCard.id)
        .where(
            MemoryCard.checkpoint_id == base,
            MemoryCard.version_id.in_(versions),
            MemoryCard.finished_at.is_not(None),
        )
        .order_by(MemoryCard.id)
    )
    return tuple(read_card(session, card_id) for card_id in rows)


def has_solutions(session: Session, run_id: int) -> bool:
    """Whether any problem of the run has a canonical solution."""
    with_one = (
        select(RunProblem.problem_id)
        .join(Problem, Problem.id == RunProblem.problem_id)
        .where(RunProblem.run_id == run_id, Problem.canonical_solution.is_not(None))
    )
    return session.scalar(with_one.limit(1)) is not None
