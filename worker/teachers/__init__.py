"""Teachers: whoever can say of a failed attempt what went wrong and how it reads when right.

`Teacher` is the interface; `CanonicalTeacher` knows the problem's own solution, `EndpointTeacher` asks a chat model.
Whether a lesson is right is not their business: `worker/collecting` has the ruler verify each.
"""

from worker.teachers.canonical import CanonicalTeacher
from worker.teachers.errors import TeacherError
from worker.teachers.teacher import Case, Lesson, Teacher

__all__ = ["CanonicalTeacher", "Case", "Lesson", "Teacher", "TeacherError"]
