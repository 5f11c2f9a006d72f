"""Reflections that are given to a critic instead of its own: from verified transcripts, chosen the same on every try.

In: the store's verified transcripts of a run's problems. Out: a `GivenReflection` for a failed program, or None where
there is none: the draft then has no revision in that arm. A teacher's reflection was best written about the very same
attempt; else about one of the same error class; else about any attempt at the problem. `source` says which.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Transcript
from models.arm_kinds import ReflectionSource
from models.changed_feedback import without_specifics
from models.enums import TranscriptState, Verdict

BY_HAND = "whoever asked for the re-run"
NO_REFLECTION = "No verified transcript of the store has a reflection to give: the draft was not revised."


@dataclass(frozen=True, kw_only=True)
class StoredLesson:
    """What a verified transcript says of one attempt."""

    attempt: str
    verdict: Verdict
    reflection: str
    teacher: str


@dataclass(frozen=True, kw_only=True)
class GivenReflection:
    text: str
    source: str
    """Who wrote it, and about what."""


def read_lessons(session: Session, problem_ids: Sequence[int]) -> dict[int, tuple[StoredLesson, ...]]:
    """The verified transcripts of these problems, by problem, the oldest first."""
    lessons: dict[int, list[StoredLesson]] = {}
    rows = session.execute(
        select(
            Transcript.problem_id,
            Transcript.attempt,
            Transcript.verdict,
            Transcript.reflection,
            Transcript.teacher,
        )
        .where(
            Transcript.problem_id.in_(problem_ids),
            Transcript.state == TranscriptState.VERIFIED,
            Transcript.reflection != "",
        )
        .order_by(Transcript.id)
    )
    for problem_id, attempt, verdict, reflection, teacher in rows:
        lesson = StoredLesson(attempt=attempt, verdict=verdict, reflection=reflection, teacher=teacher)
        lessons.setdefault(problem_id, []).append(lesson)
    return {problem_id: tuple(found) for problem_id, found in lessons.items()}


def given_reflection(
    wanted: ReflectionSource,
    lessons: Mapping[int, Sequence[StoredLesson]],
    problem_ids: Sequence[int],
    problem_id: int,
    attempt: str,
    verdict: Verdict | None,
) -> GivenReflection | None:
    """The reflection for one failed program.

    Args:
        problem_ids: the run's problems in its order; the next one with a transcript lends the foreign reflection.
    """
    if wanted is ReflectionSource.OTHER_PROBLEM:
        return _foreign(lessons, problem_ids, problem_id, verdict)
    found = lessons.get(problem_id, ())
    for about, fits in (
        ("on this attempt", [one for one in found if _same(one.attempt, attempt)]),
        ("on another attempt of its error class", [one for one in found if one.verdict is verdict]),
        ("on another attempt", found),
    ):
        if fits:
            return _given(wanted, fits[0], about)
    return None


def _foreign(
    lessons: Mapping[int, Sequence[StoredLesson]],
    problem_ids: Sequence[int],
    problem_id: int,
    verdict: Verdict | None,
) -> GivenReflection | None:
    """Of the next problems of the run: about an attempt of the same error class if there is one."""
    place = problem_ids.index(problem_id)
    others = (*problem_ids[place + 1 :], *problem_ids[:place])
    near = [one for other in others for one in lessons.get(other, ())]
    fits = [one for one in near if one.verdict is verdict] or near
    return _given(ReflectionSource.OTHER_PROBLEM, fits[0], "on another problem") if fits else None


def _given(wanted: ReflectionSource, lesson: StoredLesson, about: str) -> GivenReflection:
    if wanted is ReflectionSource.EDITED:
        return GivenReflection(
            text=without_specifics(lesson.reflection), source=f"{lesson.teacher} {about}, without specifics"
        )
    return GivenReflection(text=lesson.reflection, source=f"{lesson.teacher} {about}")


def _same(one: str, other: str) -> bool:
    return "".join(one.split()) == "".join(other.split())
