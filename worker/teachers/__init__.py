"""Teachers say what went wrong in a failed attempt, and how it reads when it is right.

A teacher is one file, and one line here (docs/architecture.md has the recipe).
"""

from worker.teachers import base, canonical, command, endpoint, gemini, teacher

for _kind in (canonical.KIND, *endpoint.KINDS, *gemini.KINDS, command.KIND, base.KIND):
    teacher.register(_kind)
