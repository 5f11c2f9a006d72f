"""Teachers say what went wrong in a failed attempt, and how it reads when it is right.

A teacher is one file, and one line here (docs/architecture.md has the recipe).
"""

from worker.teachers import base, canonical, endpoint, teacher

teacher.register(canonical.KIND)
teacher.register(endpoint.KIND)
teacher.register(base.KIND)
