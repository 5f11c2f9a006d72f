"""A `SearchFilter` as conditions of SQL on drafts or revisions.

In: a filter. Out: conditions for one of the two tables, and for its trace. The text and the failure group are not among
them: the search begins with those.
"""

from typing import Any

from sqlalchemy import ColumnElement, exists, false, literal, select
from sqlalchemy.orm import Session

from app.queries.search_filter import NumberRange, SearchFilter
from models import Arm, Attempt, Review, ReviewLabel, Revision, Trace

Execution = type[Attempt] | type[Revision]


def conditions(table: Execution, wanted: SearchFilter) -> list[ColumnElement[bool]]:
    """What must hold of the draft or the revision itself."""
    found: list[ColumnElement[bool]] = [*_within(table.new_tokens, wanted.tokens)]
    if wanted.run_id is not None:
        found.append(table.run_id == wanted.run_id)
    if wanted.arm:
        found.append(table.arm_id.in_(select(Arm.id).where(Arm.name == wanted.arm)))
    if wanted.verdict is not None:
        found.append(table.verdict == wanted.verdict)
    if wanted.program_id is not None:
        found.append(table.trace_id.in_(select(Trace.id).where(Trace.program_id == wanted.program_id)))
    if wanted.label:
        found.append(_has_label(table, wanted.label))
    if wanted.edit.is_given:
        found += _within(Revision.edit_size, wanted.edit) if table is Revision else [false()]
    return found


def trace_conditions(wanted: SearchFilter) -> list[ColumnElement[bool]]:
    """What must hold of its trace."""
    found = _within(Trace.cpu_seconds, wanted.cpu)
    if wanted.fingerprint:
        found.append(Trace.fingerprint == wanted.fingerprint)
    return found


def round_of(table: Execution) -> ColumnElement[int]:
    """0 for a draft, as reviews count."""
    return Revision.round.expression if table is Revision else literal(0)


def _has_label(table: Execution, name: str) -> ColumnElement[bool]:
    of_program = (
        *(Review.run_id == table.run_id, Review.problem_id == table.problem_id, Review.arm_id == table.arm_id),
        *(Review.sample == table.sample, Review.round == round_of(table)),
    )
    return exists().where(ReviewLabel.review_id == Review.id, ReviewLabel.name == name, *of_program)


def starts_with_drafts(session: Session, wanted: SearchFilter) -> bool:
    """Whether a draft can match at all."""
    if wanted.edit.is_given:
        return False
    if not wanted.arm:
        return True
    return any(
        not kind.repairs for kind in session.scalars(select(Arm.kind).where(Arm.name == wanted.arm).distinct())
    )


def _within(column: Any, bounds: NumberRange) -> list[ColumnElement[bool]]:
    least = [] if bounds.least is None else [column >= bounds.least]
    return least if bounds.most is None else [*least, column <= bounds.most]
