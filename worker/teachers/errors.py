"""What can go wrong with teachers.

TeacherError
├── NoLesson           this case cannot be taught; the next may
└── TeacherUnreachable the endpoint refuses or does not answer, after every retry
"""


class TeacherError(Exception):
    """Anything that keeps a teacher from teaching."""

    exit_code = 2


class NoLesson(TeacherError):
    """The teacher has nothing usable to say of this case."""


class TeacherUnreachable(TeacherError):
    """The endpoint cannot be used at all."""
