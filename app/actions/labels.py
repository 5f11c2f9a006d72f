"""Reviews: labels, a note and a state on one program by one reviewer, one by one or many at once.

In: a place in a run, who says it, and what. Out: one row, replaced as a whole; a review that says nothing is deleted.
The versions of a run are left alone: no number of a report changes by what people think.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.actions.errors import ActionError, NoSuchRow, NotAllowed
from app.actions.runs import find_run
from models import Arm, Attempt, Problem, Review, ReviewLabel, Revision, RunProblem, Store
from models.base import now
from models.enums import ReviewState
from models.labels import LONGEST_NOTE, MOST_LABELS, SEPARATOR, tidied, why_no_label, why_no_reviewer

MOST_ROWS = 20_000


@dataclass(frozen=True, kw_only=True)
class ProgramPlace:
    """Where a program stands in its run."""

    problem_id: int
    arm_id: int
    sample: int
    round: int
    """0 for a draft."""


@dataclass(frozen=True, kw_only=True)
class Opinion:
    """What a reviewer says of a program."""

    labels: tuple[str, ...] = ()
    state: ReviewState = ReviewState.OPEN
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class ImportedReviews:
    """What a file of reviews changed."""

    stored: int
    unchanged: int


def program_place(session: Session, kind: str, program_id: int) -> tuple[int, ProgramPlace]:
    """The run and the place of a stored attempt or revision.

    Raises:
        NoSuchRow: there is none of that number.
    """
    row = session.get(Attempt, program_id) if kind == "attempt" else session.get(Revision, program_id)
    if row is None:
        raise NoSuchRow(f"There is no {kind} {program_id} to label: the run may have been deleted.")
    place = ProgramPlace(
        problem_id=row.problem_id,
        arm_id=row.arm_id,
        sample=row.sample,
        round=row.round if isinstance(row, Revision) else 0,
    )
    return row.run_id, place


def save_program_review(
    store: Store,
    kind: str,
    program_id: int,
    reviewer: str,
    opinion: Opinion,
    *,
    seen: int | None = None,
    adds: bool = False,
) -> None:
    """Keep a review of a program that is named by its row.

    Args:
        seen: the version of the review that the form showed, 0 for none; None where nothing was shown.
        adds: whether what the same name said before stays, because the form could not show it.

    Raises:
        NoSuchRow: there is no such program.
        NotAllowed: the review was changed after it was shown.
        ActionError: the reviewer's name, a label or the note cannot be used.
    """
    with store.writer() as session:
        run_id, place = program_place(session, kind, program_id)
        name, said = _checked_reviewer(reviewer), checked(opinion)
        _save(
            session, run_id, place, name, _added(_find(session, run_id, place, name), said) if adds else said, seen
        )


def labels_in(text: str) -> tuple[str, ...]:
    """The labels of a field or a cell, as they are separated there."""
    return tuple(tidied(part) for part in text.split(SEPARATOR) if part.strip())


def checked(opinion: Opinion) -> Opinion:
    """The opinion with tidy labels.

    Raises:
        ActionError: a label cannot be used or stands there twice, there are too many, or the note is too long.
    """
    labels = tuple(tidied(name) for name in opinion.labels)
    for name in labels:
        if why := why_no_label(name):
            raise ActionError(why)
    folded = [name.casefold() for name in labels]
    twice = next((name for name in labels if folded.count(name.casefold()) > 1), None)
    if twice is not None:
        raise ActionError(f"The label “{twice}” stands there twice: name it once.")
    if len(labels) > MOST_LABELS:
        raise ActionError(f"A program has at most {MOST_LABELS} labels; these are {len(labels)}.")
    if len(opinion.note) > LONGEST_NOTE:
        raise ActionError(f"A note has at most {LONGEST_NOTE:,} characters; this one has {len(opinion.note):,}.")
    note = opinion.note.strip().replace("\x00", "").encode("utf-8", "replace").decode()
    return Opinion(labels=labels, state=opinion.state, note=note)


def save_reviews(store: Store, run_id: int, rows: Sequence[tuple[str, dict[str, str]]]) -> ImportedReviews:
    """The same for rows with the columns of the file; each comes with what a refusal calls it.

    Raises:
        NoSuchRow: there is no such run.
        ActionError: a row cannot be used; it is named.
    """
    with store.writer() as session:
        find_run(session, run_id)
        problems, arms = _problems(session, run_id), _arms(session, run_id)
        stored = 0
        for called, row in rows:
            try:
                place = _place(session, run_id, row, problems, arms)
                opinion = checked(
                    Opinion(labels=labels_in(row["labels"]), state=_state(row), note=row.get("note", ""))
                )
                stored += _save(session, run_id, place, _checked_reviewer(row["reviewer"]), opinion)
            except ActionError as error:
                raise ActionError(f"{called}: {error}") from error
    return ImportedReviews(stored=stored, unchanged=len(rows) - stored)


def _save(
    session: Session, run_id: int, place: ProgramPlace, reviewer: str, opinion: Opinion, seen: int | None = None
) -> bool:
    """Whether anything changed."""
    found = _find(session, run_id, place, reviewer)
    if seen is not None and seen != (found.version if found else 0):
        raise NotAllowed(
            f"{reviewer} changed the review of this program after this page was loaded: load it again."
        )
    says_nothing = not opinion.labels and not opinion.note and opinion.state is ReviewState.OPEN
    if found is None and says_nothing:
        return False
    if found is None:
        found = Review(run_id=run_id, **vars(place), reviewer=reviewer, version=0)
        session.add(found)
    elif says_nothing:
        session.delete(found)
        return True
    labels = _in_known_spelling(session, opinion.labels)
    if found.version and (found.state, found.note, {one.name for one in found.labels}) == (
        *(opinion.state, opinion.note),
        set(labels),
    ):
        return False
    found.state, found.note, found.changed_at, found.version = (
        opinion.state,
        opinion.note,
        now(),
        found.version + 1,
    )
    kept = {one.name: one for one in found.labels}
    found.labels = [kept.get(name) or ReviewLabel(name=name) for name in labels]
    session.flush()
    return True


def _find(session: Session, run_id: int, place: ProgramPlace, reviewer: str) -> Review | None:
    return session.scalars(select(Review).where(*_is_at(run_id, place), Review.reviewer == reviewer)).one_or_none()


def _added(found: Review | None, said: Opinion) -> Opinion:
    """What was said before, and what is said now."""
    if found is None:
        return said
    given = {name.casefold() for name in said.labels}
    before = tuple(one.name for one in found.labels if one.name.casefold() not in given)
    notes = dict.fromkeys(note for note in (found.note, said.note) if note)
    return Opinion(labels=(*before, *said.labels), state=said.state, note="\n".join(notes))


def _in_known_spelling(session: Session, labels: Iterable[str]) -> list[str]:
    """`Off by one` is the label `off by one` where that is known: a taxonomy has each word once."""
    known = {name.casefold(): name for name in session.scalars(select(ReviewLabel.name).distinct())}
    return [known.get(name.casefold(), name) for name in labels]


def _is_at(run_id: int, place: ProgramPlace) -> tuple[ColumnElement[bool], ...]:
    return (
        Review.run_id == run_id,
        Review.problem_id == place.problem_id,
        Review.arm_id == place.arm_id,
        Review.sample == place.sample,
        Review.round == place.round,
    )


def _checked_reviewer(name: str) -> str:
    reviewer = tidied(name)
    if not reviewer:
        raise ActionError("Nobody is named as the reviewer: write your name, which this browser then remembers.")
    if why := why_no_reviewer(reviewer):
        raise ActionError(why)
    return reviewer


def _problems(session: Session, run_id: int) -> dict[str, list[tuple[str, int]]]:
    """By task id: content hash and row of each problem of the run; two sets may share a task id."""
    found: dict[str, list[tuple[str, int]]] = {}
    rows = select(Problem.task_id, Problem.content_hash, Problem.id).join(RunProblem)
    for task_id, version, problem_id in session.execute(rows.where(RunProblem.run_id == run_id)):
        found.setdefault(task_id, []).append((version, problem_id))
    return found


def _arms(session: Session, run_id: int) -> dict[str, int]:
    return {arm.name: arm.id for arm in session.scalars(select(Arm).where(Arm.run_id == run_id))}


def _place(
    session: Session,
    run_id: int,
    row: dict[str, str],
    problems: dict[str, list[tuple[str, int]]],
    arms: dict[str, int],
) -> ProgramPlace:
    version = row.get("problem_version", "")
    fitting = [one for given, one in problems.get(row["task_id"], ()) if given.startswith(version)]
    if not fitting:
        raise NoSuchRow(f"Run {run_id} has no problem “{row['task_id']}”.")
    if len(fitting) > 1:
        raise ActionError(
            f"Two problems are called “{row['task_id']}”: the column problem_version tells them apart."
        )
    if row["arm"] not in arms:
        raise NoSuchRow(f"Run {run_id} has no arm “{row['arm']}”; it has {', '.join(arms)}.")
    place = ProgramPlace(
        problem_id=fitting[0], arm_id=arms[row["arm"]], sample=_number(row, "sample"), round=_number(row, "round")
    )
    _require_program(session, run_id, place, row)
    return place


def _require_program(session: Session, run_id: int, place: ProgramPlace, row: dict[str, str]) -> None:
    table = Revision if place.round else Attempt
    wanted = select(table.id).where(
        table.run_id == run_id, table.problem_id == place.problem_id, table.arm_id == place.arm_id,
        table.sample == place.sample,
    )  # fmt: skip
    if place.round:
        wanted = wanted.where(Revision.round == place.round)
    if session.scalar(wanted.limit(1)) is None:
        which = f"revision of round {place.round}" if place.round else "draft"
        raise NoSuchRow(f"{row['arm']} wrote no {which} for sample {place.sample} of {row['task_id']}.")


def _number(row: dict[str, str], name: str) -> int:
    text = row[name].strip()
    if not (text.isascii() and text.isdecimal() and len(text) <= 7):
        raise ActionError(f"{name} is “{text}”, not a whole number from 0.")
    return int(text)


def _state(row: dict[str, str]) -> ReviewState:
    text = row.get("state", "").strip()
    if text and text not in set(ReviewState):
        raise ActionError(f"state is “{text}”; it is one of {', '.join(ReviewState)}.")
    return ReviewState(text) if text else ReviewState.OPEN
