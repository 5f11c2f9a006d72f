"""Given reflections: which transcript a failed draft gets, and that it gets none rather than a wrong one."""

from sqlalchemy import select

from models import Problem, Store, Transcript
from models.arm_kinds import ReflectionSource
from models.enums import TranscriptState, Verdict
from tests.store_factory import StoreFactory
from worker.runs.lessons import StoredLesson, given_reflection, read_lessons

ORDER = [1, 2, 3]


def lesson(attempt: str, verdict: Verdict, reflection: str) -> StoredLesson:
    return StoredLesson(attempt=attempt, verdict=verdict, reflection=reflection, teacher="canonical")


LESSONS = {
    1: (
        lesson("x", Verdict.PANIC, "about x"),
        lesson("y", Verdict.ASSERTION, "about y"),
        lesson("z\n", Verdict.ASSERTION, "about z, line 3"),
    ),
    3: (lesson("w", Verdict.TYPE, "about w"), lesson("v", Verdict.ASSERTION, "about v")),
}


def given(
    problem: int, attempt: str, verdict: Verdict, wanted: ReflectionSource = ReflectionSource.TEACHER
) -> tuple[str, str] | None:
    found = given_reflection(wanted, LESSONS, ORDER, problem, attempt, verdict)
    return (found.text, found.source) if found else None


def test_the_reflection_on_that_very_attempt_comes_first_then_on_its_error_class_then_on_any() -> None:
    assert given(1, "z", Verdict.PANIC) == ("about z, line 3", "canonical on this attempt")
    assert given(1, "new", Verdict.ASSERTION) == ("about y", "canonical on another attempt of its error class")
    assert given(1, "new", Verdict.VET) == ("about x", "canonical on another attempt")


def test_a_problem_without_a_transcript_has_no_teachers_reflection() -> None:
    assert given(2, "x", Verdict.PANIC) is None
    assert given(2, "x", Verdict.PANIC, ReflectionSource.EDITED) is None


def test_a_foreign_reflection_is_of_the_next_problem_with_one_and_of_the_same_error_class() -> None:
    foreign = ReflectionSource.OTHER_PROBLEM
    assert given(1, "x", Verdict.ASSERTION, foreign) == ("about v", "canonical on another problem")
    assert given(1, "x", Verdict.MEMORY, foreign) == ("about w", "canonical on another problem")
    assert given(3, "w", Verdict.TYPE, foreign) == ("about x", "canonical on another problem")
    assert given_reflection(foreign, {1: LESSONS[1]}, ORDER, 1, "x", Verdict.PANIC) is None


def test_an_edited_reflection_is_the_teachers_without_its_numbers() -> None:
    text, source = given(1, "z", Verdict.PANIC, ReflectionSource.EDITED) or ("", "")
    assert text == "about z, line …"
    assert source == "canonical on this attempt, without specifics"


def test_only_verified_transcripts_with_a_reflection_are_read(sqlite_store: Store) -> None:
    StoreFactory(sqlite_store).problem_set(problems=2)
    with sqlite_store.writer() as session:
        problem = session.scalars(select(Problem.id)).first()
        for number, (state, text) in enumerate(
            ((TranscriptState.VERIFIED, "good"), (TranscriptState.REJECTED, "bad"), (TranscriptState.VERIFIED, ""))
        ):
            session.add(
                Transcript(
                    content_hash=str(number) * 64, problem_id=problem, attempt="x", attempt_source="mutant", trace="",
                    verdict=Verdict.PANIC, reflection=text, revision="y", teacher="canonical", state=state,
                )
            )  # fmt: skip
    with sqlite_store.reader() as session:
        assert read_lessons(session, [problem or 0]) == {problem: (lesson("x", Verdict.PANIC, "good"),)}
        assert read_lessons(session, []) == {}
