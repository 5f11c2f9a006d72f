"""The reflections that can be given to a critic when one draft is repaired again.

In: a session and a stored draft. Out: the choices of the form, each with its text and who wrote it: what critics of
this run and of its re-runs wrote about the draft, a teacher's from a verified transcript, and texts made from these.
"""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Arm, Attempt, Checkpoint, Reflection, Transcript
from models.changed_feedback import placebo, without_specifics
from models.enums import TranscriptState

OFFERED_REFLECTIONS = 8


@dataclass(frozen=True, kw_only=True)
class ReflectionChoice:
    """One reflection that is there already, or is made from one."""

    source: str
    """Who wrote it and about what; the store keeps it beside a reflection that was given."""
    text: str


def find_reflection_choices(session: Session, attempt_id: int) -> tuple[ReflectionChoice, ...]:
    """What can be given: the critics' own, the run's first, then a teacher's, then what is made from either."""
    critics, teacher = _by_critics(session, attempt_id), _by_teacher(session, attempt_id)
    made = []
    if teacher:
        made.append(
            ReflectionChoice(source=f"{teacher.source}, without specifics", text=without_specifics(teacher.text))
        )
    model = next(iter([*critics, *([teacher] if teacher else [])]), None)
    if model:
        made.append(ReflectionChoice(source=f"placebo in the shape of {model.source}", text=placebo(model.text)))
    return (*critics, *([teacher] if teacher else []), *made)


def _by_critics(session: Session, attempt_id: int) -> list[ReflectionChoice]:
    rows = session.execute(
        select(Reflection.text, Arm.name, Checkpoint.name)
        .join(Arm, Reflection.arm_id == Arm.id)
        .outerjoin(Checkpoint, Arm.checkpoint_id == Checkpoint.id)
        .where(
            Reflection.attempt_id == attempt_id,
            Reflection.round == 1,
            Reflection.source == "",
            Reflection.text != "",
        )
        .order_by(Reflection.run_id, Arm.position, Reflection.sample)
    )
    found: dict[str, ReflectionChoice] = {}
    for text, arm, checkpoint in rows:
        writer = checkpoint or arm
        taken = sum(one.source.startswith(writer) for one in found.values())
        source = f"{writer} on this draft ({taken + 1})" if taken else f"{writer} on this draft"
        found.setdefault(text, ReflectionChoice(source=source, text=text))
    return list(found.values())[:OFFERED_REFLECTIONS]


def _by_teacher(session: Session, attempt_id: int) -> ReflectionChoice | None:
    """Best about the very same program, else about one of its error class, else about any draft of the problem."""
    draft = session.get_one(Attempt, attempt_id)
    rows = session.execute(
        select(Transcript.attempt, Transcript.verdict, Transcript.reflection, Transcript.teacher)
        .where(
            Transcript.problem_id == draft.problem_id,
            Transcript.state == TranscriptState.VERIFIED,
            Transcript.reflection != "",
        )
        .order_by(Transcript.id)
        .limit(OFFERED_REFLECTIONS * 25)
    ).all()
    for about, fits in (
        ("on this draft", [row for row in rows if row.attempt.split() == draft.text.split()]),
        ("on another draft of its error class", [row for row in rows if row.verdict is draft.verdict]),
        ("on another draft", rows),
    ):
        if fits:
            return ReflectionChoice(source=f"teacher {fits[0].teacher} {about}", text=fits[0].reflection)
    return None
