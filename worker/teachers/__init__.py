"""Teachers say what went wrong in a failed attempt, and how it reads when it is right.

A teacher is one file, and one line here (docs/architecture.md has the recipe).
"""

from worker.teachers import canonical, endpoint
from worker.teachers.canonical import CanonicalTeacher
from worker.teachers.teacher import (
    Case,
    Lesson,
    NoLesson,
    Teacher,
    TeacherError,
    TeacherKind,
    TeacherOptions,
    TeacherUnreachable,
    open_teacher,
    register,
    registered,
    unregister,
)

__all__ = [
    "CanonicalTeacher",
    "Case",
    "Lesson",
    "NoLesson",
    "Teacher",
    "TeacherError",
    "TeacherKind",
    "TeacherOptions",
    "TeacherUnreachable",
    "open_teacher",
    "register",
    "registered",
    "unregister",
]

register(canonical.KIND)
register(endpoint.KIND)
