"""The reflections that the form of a re-run offers."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.queries.given_reflections import find_reflection_choices
from models import Arm, Attempt, Reflection, Transcript
from models.arm_kinds import ArmKind
from models.changed_feedback import placebo
from models.enums import TranscriptState
from tests.app.queries.conftest import Filled

WRITTEN, TAUGHT = "The index is `i+1`.", "Use `len(x)` here."


def draft_with_reflection(session: Session) -> Attempt:
    """A draft whose only reflection, by the run's critic, is `WRITTEN`."""
    lesson = session.scalars(select(Reflection).join(Arm).where(Arm.kind == ArmKind.CRITIC)).first()
    assert lesson is not None
    lesson.text = WRITTEN
    return session.get_one(Attempt, lesson.attempt_id)


def teach(session: Session, draft: Attempt, attempt: str) -> None:
    session.add(
        Transcript(
            content_hash=attempt,
            problem_id=draft.problem_id,
            attempt=attempt,
            attempt_source="test",
            verdict=draft.verdict,
            trace="",
            reflection=TAUGHT,
            revision="",
            teacher="oracle",
            state=TranscriptState.VERIFIED,
        )
    )
    session.flush()


def test_the_critics_own_comes_first_and_lends_its_shape_to_the_placebo(filled: Filled) -> None:
    with filled.store.writer() as session:
        choices = find_reflection_choices(session, draft_with_reflection(session).id)
    assert [(one.source, one.text) for one in choices] == [
        ("demo-critic on this draft", WRITTEN),
        ("placebo in the shape of demo-critic on this draft", placebo(WRITTEN)),
    ]


def test_a_teachers_says_what_it_was_written_about(filled: Filled) -> None:
    with filled.store.writer() as session:
        draft = draft_with_reflection(session)
        teach(session, draft, "something else")
        other = find_reflection_choices(session, draft.id)
        teach(session, draft, f"  {draft.text}\n")
        same = find_reflection_choices(session, draft.id)
    assert other[1].source == "teacher oracle on another draft of its error class"
    assert [one.source for one in same[1:3]] == [
        "teacher oracle on this draft",
        "teacher oracle on this draft, without specifics",
    ]
    assert (same[1].text, same[2].text) == (TAUGHT, "Use … here.")


def test_a_reflection_that_was_given_is_not_offered_as_the_critics_own(filled: Filled) -> None:
    with filled.store.writer() as session:
        draft = draft_with_reflection(session)
        lesson = session.scalars(select(Reflection).where(Reflection.text == WRITTEN)).one()
        lesson.source = "a reader"
        assert WRITTEN not in [one.text for one in find_reflection_choices(session, draft.id)]
