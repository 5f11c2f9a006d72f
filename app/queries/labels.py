"""Reviews as they are read: of one program, counted for a run, for the filter, and the next failure without a label.

In: a session and places. Out: frozen rows. What a review says is never part of a run's facts, so labelling makes no
cached value of the run old.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.queries.problem_detail import ProgramView
from app.queries.problem_filter import ProblemFilter
from app.queries.runs import RunHead
from app.reports.label_agreement import ReviewedProgram
from app.reports.reviews import ReviewView
from models import Arm, Attempt, Problem, Review, ReviewLabel, Revision
from models.enums import Verdict
from models.labels import SEPARATOR

OFFERED_LABELS = 12
Place = tuple[int, int, int, int]
"""Problem, arm, sample and round."""


@dataclass(frozen=True, kw_only=True)
class ReviewedView:
    """One of the shown programs with what is thought of it."""

    kind: Literal["attempt", "revision"]
    id: int
    called: str
    """`draft`, `revision`, …"""
    verdict: Verdict | None
    own: ReviewView | None
    """This reviewer's review."""
    others: tuple[ReviewView, ...]


@dataclass(frozen=True, kw_only=True)
class Reviewing:
    """What the control for labels on the page of a problem shows."""

    reviewer: str
    is_logged_in: bool
    """Whether the reviewer's name comes from the login."""
    offered: tuple[str, ...]
    """The most frequent labels of the store."""
    programs: tuple[ReviewedView, ...]
    """The last program first."""

    @property
    def labels(self) -> tuple[str, ...]:
        """Every label that somebody gave to one of the programs."""
        reviews = [one for program in self.programs for one in (program.own, *program.others) if one]
        return tuple(dict.fromkeys(name for one in reviews for name in one.labels))


@dataclass(frozen=True, kw_only=True)
class LabelRow:
    """How often one label was given in each arm, by the order of the run's arms, in programs."""

    name: str
    by_arm: tuple[int, ...]
    problems: int


def find_reviews(session: Session, run_id: int, place: Place | None = None) -> tuple[ReviewView, ...]:
    """The reviews of a run, or of one program of it, by problem, arm, sample, round and reviewer."""
    wanted = (
        select(Review, Problem.task_id, Problem.content_hash, Arm.name)
        .join(Problem, Problem.id == Review.problem_id)
        .join(Arm, Arm.id == Review.arm_id)
        .where(Review.run_id == run_id)
        .order_by(Problem.task_id, Review.problem_id, Arm.id, Review.sample, Review.round, Review.reviewer)
    )
    if place is not None:
        problem_id, arm_id, sample, round_ = place
        wanted = wanted.where(
            Review.problem_id == problem_id,
            Review.arm_id == arm_id,
            Review.sample == sample,
            Review.round == round_,
        )
    rows = session.execute(wanted).all()
    labels = _labels(session, [row[0].id for row in rows] if place is not None else None, run_id)
    return tuple(
        ReviewView(
            reviewer=review.reviewer,
            labels=tuple(labels.get(review.id, ())),
            state=review.state,
            note=review.note,
            version=review.version,
            changed_at=review.changed_at,
            task_id=task_id,
            problem_version=version[:12],
            arm=arm,
            sample=review.sample,
            round=review.round,
        )
        for review, task_id, version, arm in rows
    )


def find_reviewing(
    session: Session, programs: Sequence[ProgramView | None], reviewer: str, *, is_logged_in: bool
) -> Reviewing:
    """The reviews of the shown programs; `programs` are in the order in which they were written."""
    return Reviewing(
        reviewer=reviewer,
        is_logged_in=is_logged_in,
        offered=known_labels(session)[:OFFERED_LABELS],
        programs=tuple(_reviewed(session, one, reviewer) for one in reversed(programs) if one is not None),
    )


def _reviewed(session: Session, program: ProgramView, reviewer: str) -> ReviewedView:
    table = Attempt if program.kind == "attempt" else Revision
    row = session.execute(
        select(table.run_id, table.problem_id, table.arm_id, table.sample).where(table.id == program.id)
    ).one()
    place = (row.problem_id, row.arm_id, row.sample, program.round)
    reviews = find_reviews(session, row.run_id, place)
    return ReviewedView(
        kind=program.kind,
        id=program.id,
        called=program.called,
        verdict=program.verdict,
        own=next((one for one in reviews if one.reviewer == reviewer), None),
        others=tuple(one for one in reviews if one.reviewer != reviewer),
    )


def _labels(session: Session, reviews: Sequence[int] | None, run_id: int) -> dict[int, list[str]]:
    wanted = select(ReviewLabel.review_id, ReviewLabel.name).order_by(ReviewLabel.name)
    if reviews is None:
        wanted = wanted.join(Review, Review.id == ReviewLabel.review_id).where(Review.run_id == run_id)
    else:
        wanted = wanted.where(ReviewLabel.review_id.in_(reviews))
    found: dict[int, list[str]] = defaultdict(list)
    for review_id, name in session.execute(wanted):
        found[review_id].append(name)
    return found


def labels_version(session: Session, run_id: int) -> str:
    """Changes with every change of a review of the run: part of the tags of what shows labels."""
    number, versions, last = session.execute(
        select(func.count(), func.sum(Review.version), func.max(Review.changed_at)).where(Review.run_id == run_id)
    ).one()
    return f"{number} {versions} {last}"


def sample_labels(session: Session, run_id: int) -> dict[tuple[int, int], dict[int, str]]:
    """By problem and arm: the labels of each sample that has some, as the CSV of attempts writes them."""
    rows = session.execute(
        select(Review.problem_id, Review.arm_id, Review.sample, ReviewLabel.name)
        .join(ReviewLabel, ReviewLabel.review_id == Review.id)
        .where(Review.run_id == run_id)
        .distinct()
        .order_by(ReviewLabel.name)
    )
    found: dict[tuple[int, int], dict[int, str]] = defaultdict(dict)
    for problem_id, arm_id, sample, name in rows:
        given = found[problem_id, arm_id]
        given[sample] = f"{given[sample]}{SEPARATOR} {name}" if sample in given else name
    return found


def known_labels(session: Session) -> tuple[str, ...]:
    """Every label of the store, the most frequent first."""
    counted = func.count().desc()
    rows = select(ReviewLabel.name).group_by(ReviewLabel.name).order_by(counted, ReviewLabel.name)
    return tuple(session.scalars(rows.limit(200)))


def run_labels(session: Session, run_id: int) -> dict[str, int]:
    """The labels of a run with the number of problems that have them, the most frequent first."""
    rows = session.execute(
        select(ReviewLabel.name, func.count(Review.problem_id.distinct()))
        .join(Review, Review.id == ReviewLabel.review_id)
        .where(Review.run_id == run_id)
        .group_by(ReviewLabel.name)
    ).all()
    return dict(sorted(((name, number) for name, number in rows), key=lambda one: (-one[1], one[0])))


def with_labelled(session: Session, run_id: int, wanted: ProblemFilter) -> ProblemFilter:
    """The filter with the problems that its label selects, so that it can be applied to facts in memory."""
    if not wanted.label:
        return wanted
    rows = session.scalars(
        select(Review.problem_id)
        .join(ReviewLabel, ReviewLabel.review_id == Review.id)
        .where(Review.run_id == run_id, func.lower(ReviewLabel.name) == wanted.label.lower())
        .distinct()
    )
    return wanted.selecting(frozenset(rows))


def count_labels(run: RunHead, reviews: Sequence[ReviewView]) -> tuple[LabelRow, ...]:
    """One row a label, the most frequent first; a program that two reviewers gave one label counts once."""
    programs = {(name, one.arm, one.task_id, one.problem_version, one.sample, one.round)
                for one in reviews for name in one.labels}  # fmt: skip
    by_arm = Counter((name, arm) for name, arm, *_ in programs)
    problems = Counter(name for name, *_ in {(name, task, version) for name, _, task, version, *_ in programs})
    names = sorted(problems, key=lambda name: (-sum(by_arm[name, arm.name] for arm in run.arms), name))
    return tuple(
        LabelRow(name=name, by_arm=tuple(by_arm[name, arm.name] for arm in run.arms), problems=problems[name])
        for name in names
    )


def reviewed_programs(reviews: Sequence[ReviewView]) -> tuple[ReviewedProgram, ...]:
    """Each review as the statistics of agreement take it."""
    return tuple(
        ReviewedProgram(
            program=(one.task_id, one.problem_version, one.arm, str(one.sample), str(one.round)),
            reviewer=one.reviewer,
            labels=frozenset(one.labels),
        )
        for one in reviews
    )
