"""Measuring a memory card and storing it, problem by problem, so that it can be cancelled and continued.

In: the names of a checkpoint and a problem set. Out: rows of `memory_card` and `memory_score`. Nothing is concluded
here. The same checkpoint, version, method and controls are one card, which is measured once.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models import (
    Checkpoint,
    MemoryCard,
    MemoryScore,
    Problem,
    ProblemOrigin,
    ProblemSetMember,
    ProblemSetVersion,
    Run,
    Store,
)
from models.base import content_hash, now
from models.enums import Origin
from models.memory import why_no_card
from models.origins import read_lineage
from models.problem import newest_version
from worker.engines.scored_text import TextScorer
from worker.memory.controls import control_problems, controls_in_words
from worker.memory.errors import NothingToMeasure
from worker.memory.measuring import METHOD, RENAMINGS, measure, name_pool
from worker.problem_sets import ProblemContent
from worker.problem_sets.storing import problem_of_row
from worker.toolchain import Go

AT_ONCE = 8
"""Problems whose rows are stored together."""


@dataclass(frozen=True, kw_only=True)
class PlannedCard:
    """What is to be measured."""

    card_id: int
    checkpoint: Checkpoint
    """Detached from its session."""
    problems: tuple[tuple[int, ProblemContent], ...]
    """Those with a canonical solution, with their row ids."""
    read: frozenset[str]
    """Text hashes of what the checkpoint and its ancestors saw."""
    is_finished: bool

    def controls(self, go: Go) -> tuple[ProblemContent, ...]:
        """What its problems are compared with."""
        return control_problems(go, [problem for _, problem in self.problems], self.read)


def plan_card(store: Store, checkpoint: str, problem_set: str) -> PlannedCard:
    """The card, which is begun where it is new.

    Raises:
        NothingToMeasure: an unknown name, a critic, or too few canonical solutions.
    """
    with store.writer() as session:
        row = _checkpoint(session, checkpoint)
        version = newest_version(session, problem_set)
        if version is None:
            raise NothingToMeasure(
                f"No problem set is called {problem_set}: `tekhne problems list` shows what there is."
            )
        if reason := why_no_card(session, row, version):
            raise NothingToMeasure(reason)
        problems = _problems(session, version)
        card = _card(session, row, version)
        lineage = read_lineage(session, [row.id])
        seen = select(ProblemOrigin.text_hash).where(
            ProblemOrigin.checkpoint_id.in_(lineage), ProblemOrigin.origin == Origin.SEEN
        )
        planned = PlannedCard(
            card_id=card.id,
            checkpoint=row,
            problems=problems,
            read=frozenset(session.scalars(seen)),
            is_finished=card.finished_at is not None,
        )
        session.flush()
        session.expunge(row)
        return planned


def measure_card(
    store: Store,
    planned: PlannedCard,
    scorer: TextScorer,
    controls: Sequence[ProblemContent],
    progress: Callable[[int, int], None],
) -> None:
    """Measure what is missing of the card.

    Args:
        progress: told how many problems are stored, and of how many; it may raise to stop.
    """
    everything = [*planned.problems, *((None, problem) for problem in controls)]
    pool = name_pool(problem for _, problem in everything)
    with store.reader() as session:
        done = set(session.scalars(select(MemoryScore.position).where(MemoryScore.card_id == planned.card_id)))
    places = [place for place in range(len(everything)) if place not in done]
    progress(len(done), len(everything))
    for start in range(0, len(places), AT_ONCE):
        batch = places[start : start + AT_ONCE]
        found = measure([everything[place][1] for place in batch], pool, scorer)
        with store.writer() as session:
            for place, measures in zip(batch, found, strict=True):
                problem_id, problem = everything[place]
                session.add(
                    MemoryScore(
                        card_id=planned.card_id,
                        position=place,
                        problem_id=problem_id,
                        task_id=problem.task_id,
                        is_control=problem_id is None,
                        **asdict(measures),
                    )
                )
        progress(len(done) + start + len(batch), len(everything))
    with store.writer() as session:
        session.get_one(MemoryCard, planned.card_id).finished_at = now()
        # Reports that were computed before are not shown again.
        changed = update(Run).where(Run.base_checkpoint_id == planned.checkpoint.id)
        session.execute(changed.values(revision_number=Run.revision_number + 1))


def _checkpoint(session: Session, name: str) -> Checkpoint:
    row = session.scalar(select(Checkpoint).where(Checkpoint.name == name))
    if row is None:
        raise NothingToMeasure(f"No checkpoint is called {name}: `tekhne models list` shows what there is.")
    return row


def _problems(session: Session, version: ProblemSetVersion) -> tuple[tuple[int, ProblemContent], ...]:
    rows = session.scalars(
        select(Problem)
        .join(ProblemSetMember)
        .where(ProblemSetMember.version_id == version.id)
        .order_by(ProblemSetMember.position)
    )
    return tuple((row.id, problem_of_row(row)) for row in rows if row.canonical_solution)


def _card(session: Session, checkpoint: Checkpoint, version: ProblemSetVersion) -> MemoryCard:
    settings = {
        "method": METHOD,
        "renamings": RENAMINGS,
        "controls": controls_in_words(),
        "checkpoint": checkpoint.content_hash,
        "problems": version.content_hash,
    }
    # Two checkpoints may have the same weights, and two sets the same problems.
    identity = content_hash(str(checkpoint.id), str(version.id), repr(settings))
    card = session.scalar(select(MemoryCard).where(MemoryCard.identity == identity))
    if card is None:
        card = MemoryCard(checkpoint_id=checkpoint.id, version_id=version.id, identity=identity, settings=settings)
        session.add(card)
        session.flush()
    return card
