"""What can go wrong with teachers.

TeacherError
├── NoLesson           this case cannot be taught; the next may
└── TeacherUnreachable the endpoint refuses or does not answer, after every retry
"""

from models.errors import TekhneError


class TeacherError(TekhneError):
    """Anything that keeps a teacher from teaching."""


class NoLesson(TeacherError):
    """The teacher has nothing usable to say of this case."""


class TeacherUnreachable(TeacherError):
    """The endpoint cannot be used at all."""
